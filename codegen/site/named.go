package site

import (
	"io/fs"
	"path"

	"github.com/verbosel/verbosel/codegen/spec"
)

// A file that a route names is a folder's only member, at the address of the route: its
// type, fields and encodings are found as those of any other file.

// rulesOf is what a route says of its files.
func rulesOf(route spec.Route) *spec.Dir {
	if route.File != nil {
		return route.File
	}
	return route.Dir
}

// IsFile: the route names a file, which is the only one of Resources.
func (s *Site) IsFile() bool { return s.Folder == "" }

// isFile: the route names a file.
func (b *builder) isFile() bool { return b.route.File != nil }

// named finds the file that the route names, and its encodings beside it.
func (b *builder) named() error {
	b.tree = b.fsys
	f, ok := b.lookUp(b.route.Content.File)
	if !ok {
		return nil
	}
	b.files = []*file{f}
	if !b.dir.Precompressed {
		return nil
	}
	for _, coding := range b.dir.Encodings {
		ready := b.route.Content.File + extensions[coding]
		if _, err := fs.Stat(b.fsys, ready); err != nil {
			continue
		}
		if r, ok := b.lookUp(ready); ok {
			b.ready[r.name] = r
		}
	}
	return nil
}

// lookUp describes a file of the fs.FS.
func (b *builder) lookUp(name string) (*file, bool) {
	real, ok := RealName(b.fsys, name)
	if !ok {
		real = name // a link that leads elsewhere, which is what the spec names
	}
	info, err := fs.Stat(b.fsys, real)
	switch {
	case err != nil:
		b.errs.add("", "%s cannot be read: %s", name, cause(err))
		return nil, false
	case !info.Mode().IsRegular():
		b.errs.add("name a file whose bytes are known at build time", "%s is %s", name, kind(info.Mode()))
		return nil, false
	}
	return &file{name: path.Base(name), path: real, shown: name, info: info}, true
}

// addressNamed gives the file the route's path.
func (b *builder) addressNamed() error {
	b.claims = []claim{{path: b.route.Path, file: b.files[0]}}
	return nil
}
