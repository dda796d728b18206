package pattern

import (
	"fmt"
	"strings"
)

// Error is a mistake in a pattern, with its remedy.
type Error struct{ Msg, Hint string }

// Parse reads a pattern. Literal segments are left as they are written: whoever compares
// them with those of requests brings them into one form with Literals.
func Parse(raw string) (Pattern, *Error) {
	if raw == "*" {
		return Every(), nil
	}
	if raw == "" {
		return Pattern{}, &Error{"the path is empty", "write / for the root, or * for every path"}
	}
	if bad := foreign(raw); bad != nil {
		return Pattern{}, bad
	}
	if !strings.HasPrefix(raw, "/") {
		return Pattern{}, &Error{fmt.Sprintf("the path %q does not begin with /", raw), "write " + slashed(raw)}
	}
	var p Pattern
	texts := strings.Split(raw[1:], "/")
	for i, text := range texts {
		seg, bad := parseSegment(text)
		switch {
		case bad != nil:
			return Pattern{}, bad
		case text == "{$}":
			p.Exact = true
			seg = Segment{}
		case seg.Kind != Literal && p.Index(seg.Text) >= 0:
			return Pattern{}, &Error{fmt.Sprintf("the name %q stands in the path twice", seg.Text), "give each parameter a name of its own"}
		}
		if i < len(texts)-1 && (seg.Kind == Rest || text == "{$}") {
			return Pattern{}, &Error{text + " is not at the end of the path",
				fmt.Sprintf("%s; write {%s} for one segment", restMeaning(text), nameOr(seg.Text, "name"))}
		}
		p.Segments = append(p.Segments, seg)
	}
	return p, nil
}

// slashed is the path that was probably meant.
func slashed(raw string) string {
	for _, prefix := range []string{"http://", "https://"} {
		if rest, ok := strings.CutPrefix(raw, prefix); ok {
			_, raw, _ = strings.Cut(rest, "/")
		}
	}
	return "/" + raw
}

func restMeaning(text string) string {
	if text == "{$}" {
		return "it says that the path ends with its slash"
	}
	return "it takes all that is left"
}

func nameOr(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}

// parseSegment reads what stands between two slashes.
func parseSegment(text string) (Segment, *Error) {
	if !strings.ContainsAny(text, "{}") || text == "{$}" {
		return Segment{Literal, text}, nil
	}
	const literal = "%7B and %7D are literal braces"
	inner, open := strings.CutPrefix(text, "{")
	inner, shut := strings.CutSuffix(inner, "}")
	if !open || !shut || strings.ContainsAny(inner, "{}") {
		return Segment{}, &Error{fmt.Sprintf("%q: a parameter is a whole segment", text), "write {name} between two slashes; " + literal}
	}
	name, rest := strings.CutSuffix(inner, "...")
	if !isName(name) {
		return Segment{}, &Error{fmt.Sprintf("%q is no parameter: its name is not one", text),
			"write {name}, or {name...} for all that is left, with letters, digits and underscores; " + literal}
	}
	if rest {
		return Segment{Rest, name}, nil
	}
	return Segment{One, name}, nil
}

// isName: a letter or an underscore, then letters, digits and underscores.
func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		letter := 'a' <= c && c <= 'z' || s[i] == '_'
		if !letter && (i == 0 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != ""
}

// Literals is p with every literal segment as form makes it.
func (p Pattern) Literals(form func(string) (string, *Error)) (Pattern, *Error) {
	out := Pattern{Exact: p.Exact}
	for _, s := range p.Segments {
		if s.Kind == Literal {
			text, bad := form(s.Text)
			if bad != nil {
				return Pattern{}, bad
			}
			s.Text = text
		}
		out.Segments = append(out.Segments, s)
	}
	return out, nil
}
