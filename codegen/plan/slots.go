package plan

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Value is what the server makes of an environment variable when it starts, for the slots of
// responses. It has at most MaxValue bytes.
type Value struct {
	Name     string // of the variable
	Optional bool   // Default stands for one that is not set, or empty
	Default  string // as it stands in the response
	Form     ValueForm
}

// ValueForm says what a value has to be, as spec.SlotForm does.
type ValueForm uint8

// The forms.
const (
	ValueText   = ValueForm(spec.SlotText)
	ValueField  = ValueForm(spec.SlotField)
	ValueString = ValueForm(spec.SlotString)
	ValueJSON   = ValueForm(spec.SlotJSON)
	ValueStatus = ValueForm(spec.SlotStatus)
	ValueTarget = ValueForm(spec.SlotTarget)
	ValuePlace  = ValueForm(spec.SlotPlace)
	ValueBase   = ValueForm(spec.SlotBase)
	ValueHost   = ValueForm(spec.SlotHost)
	ValueLabel  = ValueForm(spec.SlotLabel)
	ValuePort   = ValueForm(spec.SlotPort)
	ValuePath   = ValueForm(spec.SlotPath)
	ValueQuery  = ValueForm(spec.SlotQuery)
)

// ValueForms are all of them.
var ValueForms = []ValueForm{ValueText, ValueField, ValueString, ValueJSON, ValueStatus, ValueTarget, ValuePlace, ValueBase, ValueHost, ValueLabel, ValuePort, ValuePath, ValueQuery}

// InTarget says in words what a value in the target of a redirect has to be; ok is false for other forms.
func (f ValueForm) InTarget() (what string, ok bool) {
	_, what, ok = spec.SlotForm(f).Syntax()
	return what, ok
}

// MaxValue is how many bytes a value has at most, as it stands in a response.
const MaxValue = spec.MaxSlot

// A Slot is a place in the bytes of a response, Head and then Body, where a value stands that
// these are without, or where the length of the content does.
type Slot struct {
	At     int
	Value  int  // index into Plan.Values
	Length bool // the digits of Content-Length, no value
}

// Rendered says that the response is put together when the server starts.
func (r *Response) Rendered() bool { return len(r.Slots) > 0 }

// maxDigits is how many the length of content has at most, which fits 4 bytes.
const maxDigits = 10

// Filled is how many values there are in a response's blanks.
func (r *Response) Filled() int {
	n := 0
	for _, b := range r.Blanks {
		if b.What.What == FillValue {
			n++
		}
	}
	return n
}

// Longest is the most bytes that the response can have, without what blanks get of a request.
func (r *Response) Longest() int {
	size := len(r.Head) + len(r.Body.Bytes) + r.Filled()*MaxValue
	for _, s := range r.Slots {
		if s.Length {
			size += maxDigits
		} else {
			size += MaxValue
		}
	}
	return size
}

// Bounds of all responses with slots: of the bytes that they take, and of the parts that they are
// put together of, each of which the proof of the boot looks at by itself.
const (
	maxRendered = spec.MaxSlots
	maxParts    = 600
)

// value is the index of a slot's value.
func (b *builder) value(s spec.Slot) int {
	v := Value{s.Name, s.Optional, s.Default, ValueForm(s.Form)}
	i := slices.Index(b.values, v)
	if i < 0 {
		i = len(b.values)
		b.values = append(b.values, v)
	}
	return i
}

// slots are those of a message whose header block was written.
func (b *builder) slots(h *headBuilder, content spec.Content) []Slot {
	out := h.slots
	for _, s := range content.Slots {
		out = append(out, Slot{At: h.Len() + s.At, Value: b.value(s)})
	}
	return out
}

// hasSlots: the message's response has some.
func (m *message) hasSlots() bool {
	return m.statusSlot != nil || len(m.content.Slots) > 0 || slices.ContainsFunc(m.fields, func(h spec.Header) bool {
		return len(h.Slots) > 0 && !m.apart || !hasBlank(h.Parts) && slices.ContainsFunc(h.Parts, func(p spec.Part) bool { return p.Slot != nil })
	})
}

// hasBlank: something of the request is among the parts of a value.
func hasBlank(parts []spec.Part) bool {
	return slices.ContainsFunc(parts, func(p spec.Part) bool { return p.Blank != spec.BlankNone })
}

// checkRendered bounds what all responses with slots take, and fields that are added.
func (b *builder) checkRendered() {
	size, parts := 0, 0
	check := func(pos diag.Pos, longest, slots int) bool {
		size, parts = size+longest, parts+2*slots+2
		switch {
		case size > maxRendered:
			b.errs.Add(&diag.Error{Pos: pos, Msg: fmt.Sprintf("responses with slots could have more than %d bytes with the one of this route", maxRendered),
				Hint: fmt.Sprintf("each slot counts for the %d bytes that it can have: use fewer, or make the texts around them shorter", MaxValue)})
		case parts > maxParts:
			b.errs.Add(&diag.Error{Pos: pos, Msg: fmt.Sprintf("responses with slots are more than %d texts and slots with the one of this route", maxParts),
				Hint: "use fewer"})
		default:
			return true
		}
		return false
	}
	for _, a := range b.added[1:] {
		if !check(a.Pos, a.Longest(), len(a.Slots)) {
			return
		}
	}
	for _, r := range b.responses {
		if slots := len(r.Slots) + r.Filled(); slots > 0 && !check(r.Pos, r.Longest(), slots) {
			return
		}
	}
}
