package plan

import (
	"fmt"
	"regexp/syntax"
	"slices"
)

// expressionAutomaton is that of a regular expression for the whole of a value, in ASCII without
// NUL: a state is the set of places in the expression's program where the bytes so far lead.
func expressionAutomaton(expression string) Automaton {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		panic(fmt.Sprintf("BUG: the form of a value: %v", err))
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		panic(fmt.Sprintf("BUG: the form of a value: %v", err))
	}
	states := [][]uint32{refused: nil, start: places(prog, nil, uint32(prog.Start))}
	rows := [][256]int{refused: {}}
	for s := start; s < len(states); s++ {
		var row [256]int
		for b := 1; b < 0x80; b++ {
			to := behind(prog, states[s], rune(b))
			at := slices.IndexFunc(states, func(known []uint32) bool { return slices.Equal(known, to) })
			if at < 0 {
				at = len(states)
				states = append(states, to)
			}
			row[b] = at
		}
		if s == start || slices.ContainsFunc(states[s], func(pc uint32) bool { return prog.Inst[pc].Op == syntax.InstMatch }) {
			row[0] = start
		}
		rows = append(rows, row)
	}
	return automaton(len(states), func(state int, b byte) int { return rows[state][b] })
}

// behind are the places where a byte leads from others, in order; nil for none.
func behind(prog *syntax.Prog, from []uint32, b rune) []uint32 {
	var to []uint32
	for _, pc := range from {
		switch inst := &prog.Inst[pc]; inst.Op {
		case syntax.InstRune, syntax.InstRune1:
			if inst.MatchRune(b) {
				to = places(prog, to, inst.Out)
			}
		}
	}
	slices.Sort(to)
	return to
}

// places adds the places that a place leads to without a byte.
func places(prog *syntax.Prog, to []uint32, pc uint32) []uint32 {
	if slices.Contains(to, pc) {
		return to
	}
	to = append(to, pc)
	switch inst := &prog.Inst[pc]; inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		return places(prog, places(prog, to, inst.Out), inst.Arg)
	case syntax.InstCapture, syntax.InstNop:
		return places(prog, to, inst.Out)
	case syntax.InstRune, syntax.InstRune1, syntax.InstMatch:
		return to
	}
	panic(fmt.Sprintf("BUG: the form of a value has %v", &prog.Inst[pc]))
}
