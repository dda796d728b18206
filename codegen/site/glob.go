package site

import (
	"slices"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/verbosel/verbosel/codegen/spec"
)

// matches reports whether a pattern, which the spec has checked, matches a name.
func matches(g spec.Glob, name string) bool {
	ok, err := doublestar.Match(g.Pattern, name)
	return ok && err == nil
}

// warnUnused warns about the patterns and types that no file has to do with.
func (b *builder) warnUnused() {
	for i, g := range b.dir.Exclude {
		if !b.excludes[i] {
			b.warnPattern("exclude", g)
		}
	}
	warn := func(key string, g spec.Glob) {
		if !slices.ContainsFunc(b.files, func(f *file) bool { return matches(g, f.nameForRules()) }) {
			b.warnPattern(key, g)
		}
	}
	for _, g := range b.dir.Include {
		warn("include", g)
	}
	for _, rule := range b.dir.Cache {
		warn("cache", rule.Glob)
	}
	for _, rule := range b.dir.HeadersFor {
		warn("headers_for", rule.Glob)
	}
	for _, rule := range b.dir.Types {
		if !slices.ContainsFunc(b.files, func(f *file) bool { return hasType(rule, f.name) }) {
			b.errs.warnAt(rule.Pos, rule.Line, "extensions begin with a dot: .md", "types: no file of %s is called %s", b.dir.Folder, rule.Key)
		}
	}
}

func (b *builder) warnPattern(key string, g spec.Glob) {
	hint := "remove it; ** crosses folders, and a pattern without a slash is a file's name in any folder"
	b.errs.warnAt(g.Pos, g.Line, hint, "%s: %q matches no file of %s", key, g.Text, b.dir.Folder)
}

// excluded reports whether a file or folder is left out, and notes by which patterns.
func (b *builder) excluded(name string) bool {
	out := false
	for i, g := range b.dir.Exclude {
		if (!out || !b.excludes[i]) && matches(g, name) {
			out, b.excludes[i] = true, true
		}
	}
	return out
}

func matchesAny(list []spec.Glob, name string) bool {
	for _, g := range list {
		if matches(g, name) {
			return true
		}
	}
	return false
}
