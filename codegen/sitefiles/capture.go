package sitefiles

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Captures: the request names a part of the file that the rule answers with.
func (r *Rule) Captures() bool {
	return !r.IsRedirect() && slices.ContainsFunc(parts(r.Target, r.Patterns[0].Names()), func(p part) bool { return p.name != "" })
}

// Sources are the patterns of the paths for which rules that answer with a part of the path
// have a file; one that has none is a mistake. Names are what a target may call the files, each
// from a slash on, not percent-encoded.
func (r *Redirects) Sources(names []string) ([]pattern.Pattern, diag.List) {
	r.found = nil
	var out []pattern.Pattern
	for i := range r.Rules {
		rule := &r.Rules[i]
		if !rule.Captures() {
			continue
		}
		form, before := rule.form(r.dialect), len(out)
		for _, name := range names {
			values, ok := form.match(name)
			if !ok {
				continue
			}
			for _, p := range rule.Patterns {
				if q, ok := with(p, values); ok {
					out = append(out, q)
				}
			}
		}
		if len(out) == before && !rule.Forward {
			r.mistakeAt(rule.TargetAt, "name files that it has, such as /posts/:slug.html", "the folder has no file for %s", rule.Target)
		}
	}
	return out, r.findings()
}

// form is a target as what files' names are compared with.
type form struct {
	expr  *regexp.Regexp
	names []string // of its groups
}

// form is that of a rule with a capture. No segment of its target has two, and no name is
// there twice, so that a file's name has one reading.
func (r *Rule) form(d Dialect) form {
	path, _ := cutPath(r.Target)
	var f form
	text := ""
	for _, part := range parts(path, r.Patterns[0].Names()) {
		switch part.name {
		case "":
			literal, err := url.PathUnescape(part.text)
			if err != nil {
				literal = part.text
			}
			text += regexp.QuoteMeta(literal)
			continue
		case splat:
			text += "(.*)"
		default:
			text += "([^/]+)"
		}
		f.names = append(f.names, part.name)
	}
	if d == Cloudflare { // which makes one slash of two, where the star is for nothing
		text = strings.Replace(text, "/(.*)/", "/(?:(.*)/)?", 1)
	}
	f.expr = regexp.MustCompile("^(?s:" + text + ")$")
	return f
}

// match is what the parameters stand for in a file's name.
func (f form) match(name string) (map[string]string, bool) {
	groups := f.expr.FindStringSubmatch(name)
	if groups == nil {
		return nil, false
	}
	values := map[string]string{}
	for i, name := range f.names {
		values[name] = groups[i+1]
	}
	return values, true
}

// with is a rule's pattern with values in place of parameters; false where that is no path
// of the pattern.
func with(p pattern.Pattern, values map[string]string) (pattern.Pattern, bool) {
	out := pattern.Pattern{Exact: p.Exact}
	for name, value := range values {
		if p.Index(name) < 0 && value != "" {
			return out, false // of the path without a slash at its end, which a star is for, too
		}
	}
	for _, s := range p.Segments {
		value, given := values[s.Text]
		if s.Kind == pattern.Literal || !given {
			out.Segments = append(out.Segments, s)
			continue
		}
		for text := range strings.SplitSeq(spec.PathOf("", value), "/") {
			out.Segments = append(out.Segments, pattern.Segment{Kind: pattern.Literal, Text: text})
		}
	}
	return out, true
}

// checkCaptures says what is wrong with a target that names a file by parts of the path.
func (r *Redirects) checkCaptures(rule *Rule, names []string) {
	path, rest := cutPath(rule.Target)
	seen := map[string]bool{}
	for segment := range strings.SplitSeq(path, "/") {
		inSegment := 0
		for _, part := range parts(segment, names) {
			if part.name == "" {
				continue
			}
			if inSegment++; inSegment > 1 || seen[part.name] {
				r.mistakeAt(rule.TargetAt, "write a rule for each file", "a file's name with :%s beside another parameter, or twice, can be read in several ways", part.name)
				return
			}
			seen[part.name] = true
		}
	}
	for _, part := range parts(rest, names) {
		if part.name != "" {
			r.mistakeAt(rule.TargetAt, "remove it: the file is the same", "an answer with a file and :%s in its query or fragment", part.name)
			return
		}
	}
}
