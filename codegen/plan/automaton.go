package plan

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/spec"
)

// An Automaton says byte by byte whether a value is one of its form, or empty; the NUL behind it
// counts as one of its bytes. A byte's class and the state tell the next state.
type Automaton struct {
	Classes [256]byte // below Stride
	Next    []byte    // Stride of them for each state; 0: no such value
}

// Stride is how many classes there may be.
const Stride = 32

// Start is the state in front of the first byte. The state behind the last one does not
// matter, if it is not 0.
const Start = 1

// states of all automata; those of a form of its own come behind.
const (
	refused = iota
	start
	inside
	more1 // one more byte of a character of UTF-8, and so on (RFC 3629, 4)
	more2
	more3
	moreE0 // the second byte, behind E0, of a character that has no shorter form
	moreED // that is no surrogate
	moreF0
	moreF4 // that is not beyond U+10FFFF

	firstOwn
)

// step is the next state; refused for none.
type step func(state int, b byte) int

// AutomatonOf is that of a form.
func AutomatonOf(form ValueForm) Automaton {
	switch form {
	case ValueText:
		return automaton(firstOwn, func(state int, b byte) int { return utf8Step(state, b) })
	case ValueString:
		return automaton(firstOwn, stringStep)
	case ValueField:
		return automaton(firstOwn+1, fieldStep)
	case ValueJSON:
		return automaton(jsonStates, jsonStep)
	case ValueStatus:
		return automaton(statusStates, statusStep)
	}
	if expression, _, ok := spec.SlotForm(form).Syntax(); ok {
		return expressionAutomaton(expression)
	}
	panic(fmt.Sprintf("BUG: form %d of a slot", form))
}

// automaton finds out which bytes are the same in every state.
func automaton(states int, next step) Automaton {
	var columns [][]byte
	var a Automaton
	for b := range 256 {
		column := make([]byte, states)
		for s := range states {
			if s != refused {
				column[s] = byte(next(s, byte(b)))
			}
		}
		class := slices.IndexFunc(columns, func(c []byte) bool { return slices.Equal(c, column) })
		if class < 0 {
			class = len(columns)
			columns = append(columns, column)
		}
		a.Classes[b] = byte(class)
	}
	if len(columns) > Stride {
		panic(fmt.Sprintf("BUG: an automaton with %d classes", len(columns)))
	}
	for s := range states {
		row := make([]byte, Stride)
		for class, column := range columns {
			row[class] = column[s]
		}
		a.Next = append(a.Next, row...)
	}
	return a
}

// Accepts says whether the value, which has no NUL, is one.
func (a *Automaton) Accepts(value string) bool {
	state := byte(Start)
	for _, b := range append([]byte(value), 0) {
		if state = a.Next[int(state)*Stride+int(a.Classes[b])]; state == refused {
			return false
		}
	}
	return true
}

// utf8Step takes every character of UTF-8.
func utf8Step(state int, b byte) int {
	within := func(lo, hi byte, then int) int {
		if b < lo || b > hi {
			return refused
		}
		return then
	}
	switch state {
	case more1:
		return within(0x80, 0xbf, inside)
	case more2:
		return within(0x80, 0xbf, more1)
	case more3:
		return within(0x80, 0xbf, more2)
	case moreE0:
		return within(0xa0, 0xbf, more1)
	case moreED:
		return within(0x80, 0x9f, more1)
	case moreF0:
		return within(0x90, 0xbf, more2)
	case moreF4:
		return within(0x80, 0x8f, more2)
	}
	switch {
	case b < 0x80:
		return inside
	case b >= 0xc2 && b <= 0xdf:
		return more1
	case b == 0xe0:
		return moreE0
	case b == 0xed:
		return moreED
	case b >= 0xe1 && b <= 0xef:
		return more2
	case b == 0xf0:
		return moreF0
	case b == 0xf4:
		return moreF4
	case b >= 0xf1 && b <= 0xf3:
		return more3
	}
	return refused
}

// stringStep takes what can stand in a JSON string with an escape of two characters at most.
func stringStep(state int, b byte) int {
	if b < 0x20 && b != 0 && b != '\n' && b != '\r' && b != '\t' {
		return refused
	}
	return utf8Step(state, b)
}

// behindSpace is the state behind a space in a field's value.
const behindSpace = firstOwn

// fieldStep takes what can stand in the value of a header field, without spaces around it
// (RFC 9110, 5.5).
func fieldStep(state int, b byte) int {
	if state == behindSpace {
		if b == 0 {
			return refused
		}
		state = inside
	}
	switch {
	case (b == ' ' || b == '\t') && state == inside:
		return behindSpace
	case (b == ' ' || b == '\t') && state == start, b < 0x20 && b != 0 && b != '\t', b == 0x7f:
		return refused
	}
	return utf8Step(state, b)
}

// states of JSON values that are no strings, arrays or objects (RFC 8259, 3 and 6); the
// letters of words that are left to come.
const (
	jsonMinus = inside + iota
	jsonZero
	jsonInteger
	jsonPoint
	jsonFraction
	jsonE
	jsonSign
	jsonExponent
	jsonRue
	jsonUe
	jsonAlse
	jsonLse
	jsonSe
	jsonLastE
	jsonUll
	jsonLl
	jsonL
	jsonEnd

	jsonStates
)

// jsonEdges are the ways from state to state by a byte; digits beside, and the NUL.
var jsonEdges = map[int]map[byte]int{
	start:        {'-': jsonMinus, '0': jsonZero, 't': jsonRue, 'f': jsonAlse, 'n': jsonUll},
	jsonMinus:    {'0': jsonZero},
	jsonZero:     {'.': jsonPoint, 'e': jsonE, 'E': jsonE},
	jsonInteger:  {'.': jsonPoint, 'e': jsonE, 'E': jsonE, '0': jsonInteger},
	jsonPoint:    {'0': jsonFraction},
	jsonFraction: {'e': jsonE, 'E': jsonE, '0': jsonFraction},
	jsonE:        {'+': jsonSign, '-': jsonSign, '0': jsonExponent},
	jsonSign:     {'0': jsonExponent},
	jsonExponent: {'0': jsonExponent},
	jsonRue:      {'r': jsonUe},
	jsonUe:       {'u': jsonLastE},
	jsonAlse:     {'a': jsonLse},
	jsonLse:      {'l': jsonSe},
	jsonSe:       {'s': jsonLastE},
	jsonLastE:    {'e': jsonEnd},
	jsonUll:      {'u': jsonLl},
	jsonLl:       {'l': jsonL},
	jsonL:        {'l': jsonEnd},
}

// jsonDigits are where the digits from 1 to 9 lead.
var jsonDigits = map[int]int{
	start: jsonInteger, jsonMinus: jsonInteger, jsonInteger: jsonInteger, jsonPoint: jsonFraction, jsonFraction: jsonFraction,
	jsonE: jsonExponent, jsonSign: jsonExponent, jsonExponent: jsonExponent,
}

func jsonStep(state int, b byte) int {
	switch {
	case b == 0:
		if slices.Contains([]int{start, jsonZero, jsonInteger, jsonFraction, jsonExponent, jsonEnd}, state) {
			return jsonEnd
		}
		return refused
	case b >= '1' && b <= '9':
		return jsonDigits[state]
	}
	return jsonEdges[state][b]
}

// statusPrefixes are first digits of statuses, and the two that not every digit can follow. Each
// has a state.
var statusPrefixes = []int{2, 3, 4, 5, 20, 30, 40, 42}

// states of statuses, behind those of statusPrefixes.
const (
	statusTwo = inside + 8 + iota // two digits that every other one can follow
	statusEnd

	statusStates
)

func statusStep(state int, b byte) int {
	digit := int(b) - '0'
	status := digit
	switch {
	case b == 0 && (state == start || state == statusEnd):
		return statusEnd
	case digit < 0 || digit > 9 || state == statusEnd:
		return refused
	case state == statusTwo:
		return statusEnd
	case state != start:
		status += 10 * statusPrefixes[state-inside]
	}
	switch i := slices.Index(statusPrefixes, status); {
	case i >= 0:
		return inside + i
	case status >= 100 && spec.IsSlotStatus(status):
		return statusEnd
	case status >= 20 && status < 60:
		return statusTwo
	}
	return refused
}
