package sitefiles

import (
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
)

// A host has the folder at its root. Where a server has it elsewhere, all that its files say is
// below there: the paths of rules, and the targets of redirects that are paths. The targets of
// other rules are names in the folder.

// Mount puts the folder at a path that ends with a slash, and has nothing to do where that is the
// root. hasBelow says whether the folder has files in a folder of its own, a/. A rule for a path that has
// the prefix already is a mistake: it would have it twice.
func (r *Redirects) Mount(prefix string, hasBelow func(folder string) bool) diag.List {
	r.found = nil
	if prefix == "/" {
		return nil
	}
	for i := range r.Rules {
		rule := &r.Rules[i]
		if rest, ok := strings.CutPrefix(rule.Path+"/", prefix); ok && !hasBelow(prefix[1:]) {
			r.mistakeAt(rule.Pos, "write /"+strings.TrimSuffix(rest, "/"), "the folder is at %s, which is put in front of its rules' paths: this one would be at %s%s", prefix, prefix, rule.Path[1:])
			continue
		}
		rule.Patterns = mounted(rule.Patterns, prefix)
		if rule.IsRedirect() && strings.HasPrefix(rule.Target, "/") {
			rule.Target = prefix + rule.Target[1:]
		}
	}
	return r.findings()
}

// Mount is that of Redirects.
func (h *Headers) Mount(prefix string) {
	h.mount = strings.TrimSuffix(prefix, "/")
	if h.mount == "" {
		return
	}
	for i := range h.Rules {
		h.Rules[i].Patterns = mounted(h.Rules[i].Patterns, prefix)
	}
}

// mounted are patterns below a path that ends with a slash.
func mounted(patterns []pattern.Pattern, prefix string) []pattern.Pattern {
	var out []pattern.Pattern
	for _, p := range patterns {
		front := pattern.Of(prefix).Segments
		p.Segments = append(front[:len(front)-1:len(front)-1], p.Segments...)
		out = append(out, p)
	}
	return out
}
