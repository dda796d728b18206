package sitefiles

import (
	"regexp"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Headers are the rules of _headers.
type Headers struct {
	*text
	Rules []HeaderRule

	mount string // what stands in front of the folder's paths on the server: see Mount
}

// HeaderRule is a path and what its responses have.
type HeaderRule struct {
	Path     string            // as it is written
	Patterns []pattern.Pattern // of the same paths, the case of letters apart; none where no pattern has them
	Fields   []spec.Header     // in their order; each name once
	Unset    []string          // names that earlier rules are to have set for nothing
	Pos      diag.Pos

	match *regexp.Regexp
	names []string // of match's groups
}

// maxHeaderRules is Cloudflare's limit (Pages, "Headers").
const maxHeaderRules = 100

// ParseHeaders reads _headers, called file in messages. The list has mistakes and warnings.
func ParseHeaders(d Dialect, file string, raw []byte) (*Headers, diag.List) {
	t, bad := newText(d, file, raw)
	if t == nil {
		return nil, bad
	}
	h := &Headers{text: t}
	var rule *HeaderRule
	for n := range t.lines {
		line := strings.TrimSpace(t.line(n + 1))
		col := strings.Index(t.line(n+1), line)
		col = len([]rune(t.line(n + 1)[:col])) + 1
		at := diag.Pos{File: file, Line: n + 1, Col: col}
		switch length := len([]rune(t.line(n + 1))); {
		case line == "" || strings.HasPrefix(line, "#"):
		case d == Cloudflare && length > maxLine:
			h.mistakeAt(at, "shorten it", "a line of %d characters: Cloudflare takes no more than %d", length, maxLine)
		case strings.HasPrefix(line, "/") || isURL(line):
			rule = h.begin(line, at)
		case rule == nil:
			h.mistakeAt(at, "write the path, such as /*, in a line in front of it", "a line in front of the first path")
		case d == Cloudflare && strings.HasPrefix(line, "! "):
			h.unset(rule, strings.TrimSpace(line[2:]), at)
		default:
			h.field(rule, line, at)
		}
	}
	h.checkEmpty()
	h.checkJoined()
	return h, t.findings()
}

// checkJoined warns about fields of one value that two rules set for the same paths.
func (h *Headers) checkJoined() {
	first := map[string][]*HeaderRule{}
	for i := range h.Rules {
		rule := &h.Rules[i]
		for _, f := range rule.Fields {
			key := strings.ToLower(f.Name)
			if !spec.HasOneValue(key) {
				continue
			}
			for _, other := range first[key] {
				if h.meet(rule, other) && !slices.ContainsFunc(rule.Unset, func(name string) bool { return strings.EqualFold(name, key) }) {
					hint := "give them paths that have none in common"
					if h.dialect == Cloudflare {
						hint += ", or write ! " + f.Name + " in a line in front of this one"
					}
					h.warn(f.Pos, hint, "%s of line %d and this one are for the same paths: there the two values are joined by a comma, which no client understands", f.Name, place(other, key))
					break
				}
			}
			if first[key] = append(first[key], rule); len(first[key]) > maxHeaderRules {
				return
			}
		}
	}
}

// place is the line of a rule's field.
func place(rule *HeaderRule, key string) int {
	i := slices.IndexFunc(rule.Fields, func(f spec.Header) bool { return strings.EqualFold(f.Name, key) })
	return rule.Fields[i].Pos.Line
}

// meet: two rules are for some path both.
func (h *Headers) meet(a, b *HeaderRule) bool {
	for _, p := range a.Patterns {
		for _, q := range b.Patterns {
			if pattern.Compare(p, q) != pattern.Disjoint {
				return true
			}
		}
	}
	return false
}

// begin begins a rule.
func (h *Headers) begin(path string, at diag.Pos) *HeaderRule {
	if i := slices.IndexFunc(h.Rules, func(r HeaderRule) bool { return r.Path == path }); i >= 0 && h.dialect == Cloudflare {
		h.mistakeAt(at, "put its fields there", "the path %s is in line %d already, and Cloudflare takes the last of the two alone", path, h.Rules[i].Pos.Line)
	}
	h.Rules = append(h.Rules, HeaderRule{Path: path, Pos: at})
	rule := &h.Rules[len(h.Rules)-1]
	switch {
	case isURL(path):
		h.mistakeAt(at, "write the host's routes in the spec, below hosts", "a rule for a host of its own")
		return rule
	case strings.ContainsAny(path, " \t"):
		h.mistakeAt(at, "write %20", "a path with a blank in it")
		return rule
	case h.dialect == Cloudflare && len(h.Rules) == maxHeaderRules+1:
		h.mistakeAt(at, "write headers_for in the spec", "more than %d rules: Cloudflare takes no more", maxHeaderRules)
	}
	if msg, hint := h.compile(rule); msg != "" {
		h.mistakeAt(at, hint, "%s", msg)
	}
	return rule
}

// unset reads a line that removes what other rules set.
func (h *Headers) unset(rule *HeaderRule, name string, at diag.Pos) {
	if msg, hint := spec.CheckField(name, "x"); msg != "" {
		h.mistakeAt(at, hint, "%s", msg)
		return
	}
	rule.Unset = append(rule.Unset, name)
}

// ignored are the fields that Netlify does not let a folder set. Keys are lower case.
var ignored = map[string]bool{
	"accept-ranges": true, "age": true, "allow": true, "alt-svc": true, "connection": true, "content-encoding": true,
	"content-length": true, "content-range": true, "date": true, "location": true, "server": true, "trailer": true,
	"transfer-encoding": true, "upgrade": true,
}

// field reads a line with a field.
func (h *Headers) field(rule *HeaderRule, line string, at diag.Pos) {
	name, value, ok := strings.Cut(line, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	key := strings.ToLower(name)
	switch {
	case !ok:
		h.mistakeAt(at, "write Name: value, or a path that begins with a slash", "the line has no colon")
		return
	case key == "basic-auth":
		h.mistakeAt(at, "let what is in front of the server ask for passwords", "Basic-Auth: the server knows no passwords")
		return
	case h.dialect == Netlify && ignored[key]:
		h.warn(at, "remove it", "Netlify ignores %s here, and so does this server", name)
		return
	case value == "":
		h.mistakeAt(at, "write a value, or remove the line", "%s has no value", name)
		return
	}
	if msg, hint := spec.CheckField(name, value); msg != "" {
		h.mistakeAt(at, hint, "%s", msg)
		return
	}
	rule.Fields = join(rule.Fields, spec.Header{Name: name, Value: value, Pos: at})
}

// join adds a field to others: behind the value of one of the same name, but for cookies,
// of which each has a line of its own (RFC 6265, 3).
func join(fields []spec.Header, f spec.Header) []spec.Header {
	for i := range fields {
		if strings.EqualFold(fields[i].Name, f.Name) && !strings.EqualFold(f.Name, "Set-Cookie") {
			fields = slices.Clone(fields)
			fields[i].Value += ", " + f.Value
			return fields
		}
	}
	return append(fields[:len(fields):len(fields)], f)
}

// checkEmpty reports paths without fields.
func (h *Headers) checkEmpty() {
	if len(h.found) > 0 {
		return
	}
	for _, rule := range h.Rules {
		if len(rule.Fields)+len(rule.Unset) == 0 {
			h.warn(rule.Pos, "write Name: value in the lines below it, or remove it", "%s has no fields", rule.Path)
		}
	}
}

// For is the fields of a path. It begins with a slash and is in the form of spec.Route.Path.
func (h *Headers) For(path string) []spec.Header {
	path, ok := strings.CutPrefix(path, h.mount)
	if !ok || !strings.HasPrefix(path, "/") {
		return nil
	}
	return h.fields(func(rule *HeaderRule) []string { return rule.match.FindStringSubmatch(path) })
}

// ForAll is the fields that all paths of a pattern have.
func (h *Headers) ForAll(p pattern.Pattern) []spec.Header {
	if p.IsLiteral() {
		return h.For(p.String())
	}
	return h.fields(func(rule *HeaderRule) []string {
		for _, q := range rule.Patterns {
			if relation := pattern.Compare(p, q); relation == pattern.Equal || relation == pattern.Narrower {
				return make([]string, len(rule.names)+1)
			}
		}
		return nil
	})
}

// Partial is the rules that may be for paths of a pattern and whose fields ForAll does not
// have: a path says what they are, or no pattern has their paths.
func (h *Headers) Partial(p pattern.Pattern) []*HeaderRule {
	if p.IsLiteral() {
		return nil
	}
	var out []*HeaderRule
	for i := range h.Rules {
		rule := &h.Rules[i]
		named := slices.ContainsFunc(rule.Fields, func(f spec.Header) bool { return h.isNamed(rule, f) })
		covers := slices.ContainsFunc(rule.Patterns, func(q pattern.Pattern) bool { return pattern.Compare(p, q) != pattern.Disjoint })
		if len(rule.Patterns) == 0 || named && covers {
			out = append(out, rule)
		}
	}
	return out
}

// isNamed: the field's value has what the path has at a star or a parameter.
func (h *Headers) isNamed(rule *HeaderRule, f spec.Header) bool {
	return h.dialect == Cloudflare && slices.ContainsFunc(rule.names, func(name string) bool { return strings.Contains(f.Value, ":"+name) })
}

// fields are those of the rules that match, of which each returns the path, empty for those of
// a pattern, and what its stars and parameters are.
func (h *Headers) fields(match func(*HeaderRule) []string) []spec.Header {
	var out []spec.Header
	for i := range h.Rules {
		rule := &h.Rules[i]
		found := match(rule)
		if found == nil {
			continue
		}
		out = slices.DeleteFunc(out, func(f spec.Header) bool {
			return slices.ContainsFunc(rule.Unset, func(name string) bool { return strings.EqualFold(name, f.Name) })
		})
		for _, f := range rule.Fields {
			if found[0] == "" && h.isNamed(rule, f) {
				continue // Partial has it
			}
			f.Value = h.value(f.Value, rule.names, found[1:])
			out = join(out, f)
		}
	}
	return out
}

// value puts into a field of Cloudflare's what the path has at a star and at parameters.
func (h *Headers) value(text string, names, values []string) string {
	if h.dialect == Netlify {
		return text
	}
	for i, name := range names {
		text = strings.ReplaceAll(text, ":"+name, values[i])
	}
	return text
}

// Patterns are those of all rules: below each, files may have other fields.
func (h *Headers) Patterns() []pattern.Pattern {
	var out []pattern.Pattern
	for _, rule := range h.Rules {
		out = append(out, rule.Patterns...)
	}
	return out
}
