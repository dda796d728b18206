package site

import (
	"github.com/bmatcuk/doublestar/v4"

	"github.com/verbosel/verbosel/codegen/spec"
)

// matches reports whether a pattern, which the spec has checked, matches a name.
func matches(g spec.Glob, name string) bool {
	ok, err := doublestar.Match(g.Pattern, name)
	return ok && err == nil
}

func matchesAny(list []spec.Glob, name string) bool {
	for _, g := range list {
		if matches(g, name) {
			return true
		}
	}
	return false
}
