package codegen

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/site"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Inputs are what a spec's server is made from, by names in the file system that the
// spec is read from.
type Inputs struct {
	// Folders are those to watch, each behind the one that it is in: the spec's own, those
	// of files that it names, every folder below a `dir`, and all above these. What the spec
	// names and is not there, or not yet, counts with the folders above it that are: in them
	// it would appear.
	Folders []string

	named map[string]bool // what the spec names, and itself
	above map[string]bool // the folders that these are in
	trees []tree
}

// tree is a folder that is served with all that is in it.
type tree struct {
	name     string
	dotfiles bool
}

// FindInputs lists the inputs of the spec called name. With mistakes in the spec they are
// as many as can be read of it.
func FindInputs(fsys fs.FS, name string) Inputs {
	seen := watchedFS{fsys, map[string]bool{}}
	parsed, _ := spec.Parse(seen, name) // mistakes are the build's to report
	in := Inputs{named: seen.names, above: map[string]bool{}}
	in.named[name] = true
	in.addTargets(fsys)
	for n := range in.named {
		for dir := path.Dir(n); dir != "." && dir != "/"; dir = path.Dir(dir) {
			in.above[dir] = true
		}
	}
	own := path.Dir(name)
	list := &folders{fsys: fsys, seen: map[string]bool{}}
	list.add(own)
	served := servedFolders(parsed)
	for _, n := range slices.Sorted(maps.Keys(in.named)) {
		if !fs.ValidPath(n) {
			in.trees = append(in.trees, tree{n, served[n]})
			list.beyond(n)
			continue
		}
		list.above(n)
		dotfiles, isServed := served[n]
		if isServed || n != own && (parsed == nil || !in.above[n]) && isDir(fsys, n) {
			in.trees = append(in.trees, tree{n, dotfiles || parsed == nil})
			list.below(n)
		}
	}
	in.Folders = list.names
	return in
}

// addTargets adds what links lead to that the spec names: it is watched where it is.
func (in *Inputs) addTargets(fsys fs.FS) {
	for _, n := range slices.Sorted(maps.Keys(in.named)) {
		if !fs.ValidPath(n) {
			continue
		}
		real, inside := site.RealName(fsys, n)
		if disk, ok := fsys.(spec.Disk); ok && !inside {
			if abs, err := disk.Real(n); err == nil {
				real, inside = abs, true
			}
		}
		if inside {
			in.named[real] = true
		}
	}
}

// servedFolders are the folders of routes with `dir`, and whether they have dotfiles.
func servedFolders(s *spec.Spec) map[string]bool {
	served := map[string]bool{}
	if s == nil {
		return served
	}
	for _, route := range s.AllRoutes() {
		if route.Dir != nil {
			served[route.Dir.Folder] = served[route.Dir.Folder] || route.Dir.Dotfiles
		}
	}
	return served
}

// Concerns reports whether a change of what has the name can change the server: it is
// named by the spec, one that is named is in it, or it is in a folder that is served. A
// log beside the spec is nothing of that.
func (in Inputs) Concerns(name string) bool {
	return in.named[name] || in.above[name] || slices.ContainsFunc(in.trees, func(t tree) bool { return t.has(name) })
}

// has reports whether a name is in the tree, and would be served.
func (t tree) has(name string) bool {
	rest := name
	if t.name != "." {
		var below bool
		if rest, below = strings.CutPrefix(name, t.name+"/"); !below {
			return false
		}
	}
	if t.dotfiles {
		return true
	}
	for part := range strings.SplitSeq(rest, "/") {
		if strings.HasPrefix(part, ".") && part != ".well-known" {
			return false
		}
	}
	return true
}

func isDir(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
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

// Beyond opens a folder beyond the root. What is looked for there is found by walking it.
func (w watchedFS) Beyond(name string) (spec.Disk, error) {
	if disk, ok := w.FS.(spec.Disk); ok {
		w.names[name] = true
		return disk.Beyond(name)
	}
	return nil, fs.ErrNotExist
}

// Real resolves links.
func (w watchedFS) Real(name string) (string, error) {
	if disk, ok := w.FS.(spec.Disk); ok {
		return disk.Real(name)
	}
	return "", fs.ErrNotExist
}

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
	if isDir(f.fsys, dir) {
		f.add(dir)
	}
}

// beyond adds a folder outside of the file system, the one that it is in, and all in it.
func (f *folders) beyond(root string) {
	f.add(path.Dir(root))
	inside := &folders{seen: map[string]bool{}}
	var err error
	if inside.fsys, _, err = spec.Folder(f.fsys, root); err != nil {
		return
	}
	inside.below(".")
	for _, name := range inside.names {
		f.add(path.Join(root, name))
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
