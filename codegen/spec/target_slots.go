package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/pattern"
)

// Pieces of the expressions below, of RFC 3986. No value has a quotation mark or an apostrophe,
// though a URI could have the latter.
const (
	uriByte   = `(?:[A-Za-z0-9\-._~!$&()*+,;=:@]|%[0-9A-Fa-f]{2})` // pchar
	uriBytes  = `(?:` + uriByte + `|/)*`
	uriPort   = `(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])`
	uriHost   = `[A-Za-z0-9_][A-Za-z0-9_.\-]*(?::` + uriPort + `)?`
	uriOrigin = `https?://` + uriHost
	uriQuery  = `(?:` + uriByte + `|[/?])`
)

// targetForms are what a value in the target of a redirect has to be: a regular expression over
// bytes, and what a text in place of the slot may look like. A value that a target begins with is
// a URL of HTTP, which names its host, or begins with one slash; no other one changes the host but
// where a host stands, as a value in a path begins with no slash, and a backslash is no byte of a URI.
var targetForms = map[SlotForm]struct {
	syntax, sample, what string
	needed               bool // an empty default is no value
}{
	SlotTarget: {`(?:` + uriOrigin + `(?:/` + uriBytes + `)?|/(?:` + uriByte + uriBytes + `)?)(?:\?` + uriQuery + `*)?(?:#` + uriQuery + `*)?`, "https://h",
		"a path that begins with one slash, or a URL of http or https, percent-encoded and without quotes", false},
	SlotPlace: {uriOrigin + `(?:/` + uriBytes + `)?|/(?:` + uriByte + uriBytes + `)?`, "https://h",
		"a path that begins with one slash, or a URL of http or https, without a query, percent-encoded and without quotes", false},
	SlotBase: {`(?:` + uriOrigin + `|/` + uriByte + `+)(?:/+` + uriByte + `+)*`, "https://h",
		"a URL of http or https such as https://example.com, or a path that begins with one slash; without a slash at its end, a query and quotes, percent-encoded", false},
	SlotHost:  {uriHost, "h", "the name of a host or an IPv4 address, with a port or without", true},
	SlotLabel: {`[A-Za-z0-9_.\-]+`, "x", "a part of a host's name: letters, digits, dots, hyphens and underscores", true},
	SlotPort:  {uriPort, "1", "a port from 1 to 65535", true},
	SlotPath:  {uriByte + uriBytes, "x", "a part of a path that begins with no slash, percent-encoded and without quotes", false},
	SlotQuery: {uriQuery + `+`, "x", "a part of a query, percent-encoded and without quotes", false},
}

// Syntax is the regular expression of a value in the target of a redirect, and what it has to be
// in words; ok is false for other forms.
func (f SlotForm) Syntax() (expression, what string, ok bool) {
	t, ok := targetForms[f]
	return t.syntax, t.what, ok
}

// checkTargetDefault refuses the default of a slot in a target that the environment could not give.
func (s *Slot) checkTargetDefault() (msg, hint string) {
	form := targetForms[s.Form]
	switch {
	case s.Default == "" && form.needed:
		return "is empty, and here stands " + form.what, "write ${" + s.Name + "} for a variable that must be set, or give it a default"
	case s.Default != "" && !regexp.MustCompile(`^(?:`+form.syntax+`)$`).MatchString(s.Default):
		return fmt.Sprintf("is not %s: %q", form.what, s.Default), "write one, percent-encoded where a URI wants it"
	}
	return "", ""
}

// slottedTarget is parseTarget for a text with slots.
func (d *decoder) slottedTarget(n *node, text string, p pattern.Pattern, drop bool) []Part {
	if msg, hint := foreignTarget(text, p); msg != "" {
		d.report(n, hint, "redirect: %s", msg)
		return nil
	}
	before := len(d.errs)
	plain, slots := d.slots(n, text, "redirect", 0)
	if len(d.errs) > before {
		return nil
	}
	named, msg, hint := splitTarget(plain, slots, p)
	parts := named
	if !drop {
		parts = keepQuery(parts)
	}
	if msg == "" {
		msg, hint = placeSlots(parts)
	}
	if msg == "" {
		msg, hint = badTarget(sample(parts))
	}
	if msg == "" {
		msg, hint = badParts(named, p)
	}
	if msg == "" {
		msg, hint = badParts(withoutEmpty(named), p)
	}
	if msg != "" {
		d.report(n, hint, "redirect: %s", msg)
		return nil
	}
	return parts
}

// splitTarget puts slots between the parts of the texts around them.
func splitTarget(text string, slots []Slot, p pattern.Pattern) (parts []Part, msg, hint string) {
	from := 0
	for i := range len(slots) + 1 {
		to := len(text)
		if i < len(slots) {
			to = slots[i].At
		}
		if strings.Contains(text[from:to], "${") {
			return nil, "a literal brace in the target", "write %7B and %7D for braces, and %24 for a dollar sign"
		}
		between, msg, hint := target(text[from:to], p)
		if msg != "" {
			return nil, msg, hint
		}
		parts = append(parts, between...)
		if i < len(slots) {
			slots[i].At = 0
			parts = append(parts, Part{Slot: &slots[i]})
		}
		from = to
	}
	return parts, "", ""
}

// CanBeEmpty says that nothing may stand in place of the slot of a target.
func (s *Slot) CanBeEmpty() bool { return s.Optional && s.Default == "" }

// withoutEmpty leaves slots out that may be empty: in front of a part of the request such a one
// must not let it name a host, as in /${NAME:-}{rest}.
func withoutEmpty(parts []Part) []Part {
	return slices.DeleteFunc(slices.Clone(parts), func(p Part) bool { return p.Slot != nil && p.Slot.CanBeEmpty() })
}

// placeSlots finds out what has to stand in each slot. No value must choose the host but where
// the target begins, or where a host stands.
func placeSlots(parts []Part) (msg, hint string) {
	before, shortest := "", ""
	for i, p := range parts {
		if p.Slot == nil {
			before, shortest = before+p.Text+p.sample(), shortest+p.Text
			if p.Blank != BlankQuery {
				shortest += p.sample()
			}
			continue
		}
		if p.Slot.Form, hint = slotForm(before, parts[i+1:]); hint != "" {
			return fmt.Sprintf("${%s} where no slot can stand", p.Slot.Name), hint
		}
		if p.Slot.Optional {
			if msg, hint = p.Slot.checkTargetDefault(); msg != "" {
				return fmt.Sprintf("the default of ${%s} %s", p.Slot.Name, msg), hint
			}
		}
		before += targetForms[p.Slot.Form].sample
		if !p.Slot.CanBeEmpty() {
			shortest += targetForms[p.Slot.Form].sample
		}
	}
	switch {
	case shortest == "":
		return "with its default the target is empty", "write a default such as ${" + parts[0].Slot.Name + ":-/}"
	case strings.HasPrefix(shortest, "//") && !strings.HasPrefix(before, "//"):
		return "with an empty default this target begins with two slashes, and would name a host", "give it a default, or put a text between the slashes"
	}
	return "", ""
}

// slotForm is what has to stand between a text and the parts behind it; hint says what to write
// where nothing can.
func slotForm(before string, behind []Part) (form SlotForm, hint string) {
	switch placeOf(before) {
	case inAuthority:
		return hostForm(before[strings.Index(before, "//")+2:], behind)
	case inPath:
		switch {
		case before != "":
			return SlotPath, ""
		case len(behind) == 0:
			return SlotTarget, ""
		case behind[0].Blank == BlankQuery:
			return SlotPlace, ""
		case behind[0].Blank == BlankPath || behind[0].Text != "" && strings.IndexByte("/?#", behind[0].Text[0]) >= 0:
			return SlotBase, ""
		}
		return 0, "a value that the target begins with is a URL or a path: write ${NAME} alone, ${NAME}/path, ${NAME}{path} or https://${NAME}/path"
	case behindPath:
		return SlotQuery, ""
	}
	return 0, "write it behind a slash, as in /${NAME} or https://example.com/${NAME}, or https://${NAME}/ for the host"
}

// hostForm is slotForm behind the beginning of an authority.
func hostForm(before string, behind []Part) (form SlotForm, hint string) {
	after := ""
	for _, p := range behind {
		if p.Blank != BlankNone && p.Blank != BlankHost {
			break
		}
		if end := strings.IndexAny(p.Text, "/?#"); end >= 0 {
			after += p.Text[:end]
			break
		}
		after += p.Text + p.sample()
	}
	colon := strings.Contains(before, ":")
	switch {
	case strings.ContainsAny(before+after, "@[]%"):
		return 0, "beside a name, a password, an IPv6 address or an escape no slot can stand: write https://${NAME}/"
	case colon && (after != "" || !strings.HasSuffix(before, ":")):
		return 0, "a slot gives all of a port: write https://example.com:${PORT}/"
	case colon:
		return SlotPort, ""
	case after == "":
		return SlotHost, ""
	}
	return SlotLabel, ""
}
