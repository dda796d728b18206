package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// A Slot is a place in a text where the value of an environment variable stands, as it is
// when the server starts.
type Slot struct {
	At       int // offset in the text, which is without it
	Name     string
	Optional bool   // Default stands for a variable that is not set, or empty
	Default  string // as it stands in the text
	Form     SlotForm
}

// SlotForm says what a value has to be, and how it is written where it stands.
type SlotForm uint8

// The forms.
const (
	SlotText   SlotForm = iota + 1 // UTF-8, as it is
	SlotField                      // in the value of a header field: UTF-8 without control characters, and without spaces around it
	SlotString                     // in a JSON string: UTF-8, escaped; of control characters only line breaks and tabs
	SlotJSON                       // a JSON number, true, false or null
	SlotStatus                     // a status that IsSlotStatus
	SlotTarget                     // and those behind it: see targetForms; all of a redirect's target
	SlotPlace                      // all of it but the request's query
	SlotBase                       // the beginning of one, in front of the rest of the path or a query
	SlotHost                       // in its authority, to the end of it
	SlotLabel                      // in its authority, in front of more
	SlotPort
	SlotPath
	SlotQuery // or fragment
)

// Bounds of slots.
const (
	MaxSlot   = 1 << 10   // bytes of a value, as it is written
	MaxRead   = 24        // different ones in a spec, with passwords that the environment gives
	MaxSlots  = 256 << 10 // bytes of all responses that have some, each slot as long as it may be
	slotRight = "write ${NAME} or ${NAME:-default}; the name has capital letters, digits and _"
)

// slotSyntax is what stands between braces.
var slotSyntax = lazy.New(`^([A-Z_][A-Z0-9_]*)(?s:(:-)(.*))?$`)

// A slotReader takes a text apart.
type slotReader struct {
	form   func(before string) SlotForm   // of a slot behind a text, which is without slots and their escapes
	report func(at int, msg, hint string) // says what is wrong at an offset of the text as it is written
}

// slots takes the text of a node apart: what it is without its slots, and these.
func (d *decoder) slots(n *node, text, what string, form SlotForm) (string, []Slot) {
	r := slotReader{
		form:   func(string) SlotForm { return form },
		report: func(_ int, msg, hint string) { d.report(n, hint, "%s: %s", what, msg) },
	}
	return r.read(text)
}

// read takes a text apart; it has no slots where something was reported. Two dollar signs in
// front of a brace, or of more of them, are one: $${NAME} is no slot.
func (r *slotReader) read(text string) (string, []Slot) {
	if !strings.Contains(text, "${") {
		return text, nil
	}
	var out strings.Builder
	var slots []Slot
	for rest := text; rest != ""; {
		open := strings.Index(rest, "${")
		if open < 0 {
			out.WriteString(rest)
			break
		}
		before := strings.TrimRight(rest[:open], "$")
		signs := open - len(before) + 1
		out.WriteString(before + strings.Repeat("$", signs/2))
		at := len(text) - len(rest) + open
		rest = rest[open+2:]
		if signs%2 == 0 {
			out.WriteByte('{')
			continue
		}
		inner, behind, closed := strings.Cut(rest, "}")
		rest = behind
		slot, msg, hint := readSlot(inner, r.form(out.String()), closed)
		if msg != "" {
			r.report(at, msg, hint)
			return out.String(), nil
		}
		slot.At = out.Len()
		slots = append(slots, slot)
	}
	return out.String(), slots
}

// readSlot reads what stands between the braces of one.
func readSlot(inner string, form SlotForm, closed bool) (s Slot, msg, hint string) {
	const literal = "; $${ is ${ as it is"
	m := slotSyntax.FindStringSubmatch(inner)
	switch {
	case !closed:
		return s, "${ without its }", slotRight + literal
	case m == nil:
		return s, fmt.Sprintf("${%s} is no variable of the environment", inner), slotRight + literal
	case len(m[1]) > MaxVariable:
		return s, fmt.Sprintf("the name of an environment variable with %d bytes; the longest has %d", len(m[1]), MaxVariable), "choose a shorter one"
	}
	s = Slot{Name: m[1], Optional: m[2] != "", Default: m[3], Form: form}
	if s.Optional {
		if msg, hint = s.checkDefault(); msg != "" {
			msg = fmt.Sprintf("the default of ${%s} %s", s.Name, msg)
		}
	}
	return s, msg, hint
}

// checkDefault refuses a default that the environment could not give, and writes it as it
// stands in the text.
func (s *Slot) checkDefault() (msg, hint string) {
	switch s.Form {
	case SlotField:
		if msg, hint := badValue(s.Default); msg != "" {
			return "has " + msg, hint
		}
	case SlotString:
		if strings.ContainsFunc(s.Default, func(r rune) bool { return r < 0x20 && !strings.ContainsRune("\n\r\t", r) }) {
			return "has a control character", "remove it"
		}
		s.Default = string(appendEscaped(nil, s.Default))
	case SlotStatus:
		if status, err := strconv.Atoi(s.Default); err != nil || len(s.Default) != 3 || !IsSlotStatus(status) {
			return fmt.Sprintf("is no status that a slot can have: %q", s.Default), statusSlotHint
		}
	case SlotJSON:
		if !jsonNumber.MatchString(s.Default) && s.Default != "true" && s.Default != "false" && s.Default != "null" {
			return fmt.Sprintf("is no number, true, false or null: %q", s.Default), `put quotes around the slot where a text is meant: "${` + s.Name + `}"`
		}
	}
	if strings.ContainsRune(s.Default, 0) {
		return "has a NUL", "remove it"
	}
	if len(s.Default) > MaxSlot {
		return fmt.Sprintf("has %d bytes", len(s.Default)), fmt.Sprintf("at most %d are possible", MaxSlot)
	}
	return "", ""
}

// noSlots reports slots where there can be none, and gives the text without their escapes.
func (d *decoder) noSlots(n *node, text, what, hint string) string {
	plain, slots := d.slots(n, text, what, SlotText)
	if len(slots) > 0 {
		d.report(n, hint, "%s: ${%s} where no slot can stand", what, slots[0].Name)
	}
	return plain
}

// slotPlaces are where slots can stand.
const slotPlaces = "slots are for body, json, redirect, headers, the text of a file with env: true, and status"

// slotLike is a slot in a text that may have other braces.
var slotLike = lazy.New(`\$\{([A-Z_][A-Z0-9_]*)(?::-[^}]*)?\}`)

// checkSlotForm refuses slots beside what is no text of the spec's own.
func (d *decoder) checkSlotForm(r *Route, f *field, env bool) {
	if f == nil || env || f.key.text == string(FormBody) || f.key.text == string(FormJSON) {
		return
	}
	if s := r.StatusSlot; s != nil {
		d.errs.Add(d.errorAt(r.StatusPos, fmt.Sprintf("status: ${%s} beside %s", s.Name, f.key.text),
			"slots are for routes that have body, json, a file with env: true, or a status alone"))
	}
}

// checkSlots bounds what is read of the environment, and keeps passwords out of it.
func (d *decoder) checkSlots(s *Spec) {
	passwords, reads := map[string]bool{}, 0
	for _, a := range s.Auths() {
		for _, u := range a.Users {
			if u.Env != "" {
				passwords[u.Env] = true
				reads++
			}
		}
	}
	seen := map[Slot]bool{}
	for _, p := range s.slotted() {
		for _, slot := range p.slots {
			slot.At = 0
			seen[slot] = true
			if passwords[slot.Name] {
				d.addOnce(d.errorAt(p.pos, fmt.Sprintf("${%s} is a password in auth, and clients would get it", slot.Name), "choose another variable"))
			}
			if len(seen)+reads > MaxRead {
				d.errs.Add(d.errorAt(p.pos, fmt.Sprintf("more than %d different slots, with passwords from the environment", MaxRead), "use fewer; the same variable with the same default counts once"))
				return
			}
		}
	}
}

// slotted are the parts of a spec that can have slots, with these.
func (s *Spec) slotted() (out []struct {
	pos   diag.Pos
	slots []Slot
}) {
	add := func(pos diag.Pos, slots []Slot) {
		out = append(out, struct {
			pos   diag.Pos
			slots []Slot
		}{pos, slots})
	}
	for _, h := range s.AllHeaders() {
		add(h.Pos, h.Slots)
	}
	for _, r := range s.AllRoutes() {
		add(r.Pos, r.slots())
	}
	for _, e := range s.AllErrors() {
		add(e.Pos, append(slices.Clone(e.Content.Slots), fieldSlots(e.Headers)...))
	}
	return out
}

// fixedFields refuses slots in fields of files that are acted on when the server is built.
func (d *decoder) fixedFields(fields []Header) {
	for _, h := range fields {
		if len(h.Slots) > 0 && isFixedForFiles(h.Name) {
			d.errs.Add(d.errorAt(h.Pos, fmt.Sprintf("header %s: ${%s} where no slot can stand", h.Name, h.Slots[0].Name), fixedField))
		}
	}
}

// fieldSlots are those of fields.
func fieldSlots(fields []Header) (out []Slot) {
	for _, h := range fields {
		out = append(out, h.Slots...)
	}
	return out
}

// slots are those of a route's response.
func (r *Route) slots() []Slot {
	out := r.Content.Slots
	if r.StatusSlot != nil {
		out = append(out[:len(out):len(out)], *r.StatusSlot)
	}
	out = append(out[:len(out):len(out)], fieldSlots(r.Headers)...)
	if r.Dir != nil {
		for _, rule := range r.Dir.HeadersFor {
			out = append(out, fieldSlots(rule.Headers)...)
		}
	}
	for _, p := range r.Redirect {
		if p.Slot != nil {
			out = append(out[:len(out):len(out)], *p.Slot)
		}
	}
	return out
}
