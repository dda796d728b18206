package sitefiles

import (
	"strings"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/spec"
)

// placeholder is a parameter, as Cloudflare has it anywhere, and Netlify as a segment.
var placeholder = lazy.New(`:[A-Za-z]\w*`)

// splat is the name of what a star takes.
const splat = "splat"

// source makes the patterns of a rule's path.
func (r *Redirects) source(rule *Rule) {
	path := rule.Path
	switch {
	case isURL(path):
		host, rest, _ := strings.Cut(path[strings.Index(path, "//")+2:], "/")
		r.mistakeAt(rule.Pos, "write it in the spec, hosts: { "+host+": { routes: [...] } }, with the path /"+rest, "a rule for a host of its own")
		return
	case !strings.HasPrefix(path, "/"):
		r.mistakeAt(rule.Pos, "write /"+path, "the path %q does not begin with /", path)
		return
	case strings.HasPrefix(path, "/.netlify"):
		r.mistakeAt(rule.Pos, "remove it", "a path below /.netlify is the host's own")
		return
	}
	p, msg, hint := parseSource(r.dialect, path)
	if msg != "" {
		r.mistakeAt(rule.Pos, hint, "%s", msg)
		return
	}
	rule.Patterns = both(r.dialect, p)
}

// both are a pattern and, as Netlify does not tell them apart, the one with the other slash.
func both(d Dialect, p pattern.Pattern) []pattern.Pattern {
	out := []pattern.Pattern{p}
	if other, ok := p.OtherSlash(); ok && d == Netlify {
		out = append(out, other)
	}
	return out
}

// parseSource makes a pattern of a rule's path; msg is "" for one that can be.
func parseSource(d Dialect, path string) (p pattern.Pattern, msg, hint string) {
	texts := strings.Split(path[1:], "/")
	for i, text := range texts {
		seg := pattern.Segment{Text: text}
		name, isName := strings.CutPrefix(text, ":")
		switch {
		case text == "*" && i == len(texts)-1:
			seg = pattern.Segment{Kind: pattern.Rest, Text: splat}
		case strings.Contains(text, "*"):
			return p, "a star that is not the last segment of the path", "write /" + strings.Join(append(texts[:i:i], "*"), "/") + ", or :name for one segment"
		case isName && name != "" && (d == Netlify || placeholder.FindString(text) == text):
			if seg = (pattern.Segment{Kind: pattern.One, Text: name}); placeholder.FindString(text) != text {
				return p, "the parameter " + text + " has a name that is none", "write letters, digits and underscores, a letter first"
			}
		case d == Cloudflare && placeholder.MatchString(text):
			return p, "the parameter " + placeholder.FindString(text) + " is a part of a segment", "give it the whole segment: /:name/"
		default:
			if seg.Text, msg, hint = literal(d, text); msg != "" {
				return p, msg, hint
			}
		}
		if seg.Kind != pattern.Literal && p.Index(seg.Text) >= 0 {
			return p, "the name :" + seg.Text + " stands in the path twice", "give each parameter a name of its own"
		}
		if seg == (pattern.Segment{}) && i < len(texts)-1 {
			return p, "an empty segment in the path", "write one slash in place of two"
		}
		p.Segments = append(p.Segments, seg)
	}
	return p, "", ""
}

// literal is a segment as requests have it.
func literal(d Dialect, text string) (normal, msg, hint string) {
	path, msg, hint := spec.NormalPath("/" + text)
	if msg != "" {
		return "", msg, hint
	}
	if d == Netlify && strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 }) {
		return "", "the path has characters that no request has: Netlify compares it as it is written", "write " + path[1:]
	}
	return path[1:], "", ""
}
