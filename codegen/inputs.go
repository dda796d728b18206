package codegen

import (
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/verbosel/verbosel/codegen/spec"
)

// Inputs lists the folders of fsys that a spec's server is made from, by their names:
// the spec's own, those of files that it names, every folder below a `dir`, and all
// above these. A folder stands behind the one that it is in. What the spec names and
// is not there, or not yet, counts with the folders above it that are: in them it
// would appear.
func Inputs(fsys fs.FS, name string) []string {
	own := path.Dir(name)
	list := &folders{fsys: fsys, seen: map[string]bool{}}
	list.add(own)
	for _, n := range named(fsys, name) {
		list.above(n)
		if info, err := fs.Stat(fsys, n); n != own && err == nil && info.IsDir() {
			list.below(n)
		}
	}
	return list.names
}

// named lists what a spec names in fsys, sorted: whatever parsing it looks for. With
// mistakes in the spec that is as much as can be read of it.
func named(fsys fs.FS, name string) []string {
	seen := watchedFS{fsys, map[string]bool{}}
	_, _ = spec.Parse(seen, name) // mistakes are the build's to report
	return slices.Sorted(maps.Keys(seen.names))
}

// watchedFS is a file system that notes the names of what is looked for.
type watchedFS struct {
	fs.FS
	names map[string]bool
}

func (w watchedFS) Open(name string) (fs.File, error) {
	w.names[name] = true
	return w.FS.Open(name)
}

func (w watchedFS) Stat(name string) (fs.FileInfo, error) {
	w.names[name] = true
	return fs.Stat(w.FS, name)
}

// Lstat notes names too: a link's target is looked for by them.
func (w watchedFS) Lstat(name string) (fs.FileInfo, error) {
	w.names[name] = true
	return fs.Lstat(w.FS, name)
}

func (w watchedFS) ReadLink(name string) (string, error) { return fs.ReadLink(w.FS, name) }

// ReadDir notes nothing: a folder is read for suggestions only.
func (w watchedFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(w.FS, name) }

// folders collects names of folders, each once.
type folders struct {
	fsys  fs.FS
	names []string
	seen  map[string]bool
}

func (f *folders) add(name string) {
	if !f.seen[name] {
		f.seen[name] = true
		f.names = append(f.names, name)
	}
}

// above adds the folders that a name is in, the outermost first.
func (f *folders) above(name string) {
	dir := path.Dir(name)
	if f.seen[dir] || dir == "." {
		return
	}
	f.above(dir)
	if info, err := fs.Stat(f.fsys, dir); err == nil && info.IsDir() {
		f.add(dir)
	}
}

// below adds a folder and all in it that can be read.
func (f *folders) below(root string) {
	_ = fs.WalkDir(f.fsys, root, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read is the build's to report
		case e.IsDir():
			f.add(name)
		}
		return nil
	})
}
