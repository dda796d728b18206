package codegen

import (
	"io/fs"
	"path"

	"github.com/verbosel/verbosel/codegen/spec"
)

// Sources are the files and folders that a server is made from, by their names in the
// file system that the spec was read from.
type Sources struct {
	Files   []string // the spec, what it names, and what its folders serve
	Folders []string // whose files are served

	fsys fs.FS
}

// From are the same sources, looked up in another file system that is like theirs.
func (s Sources) From(fsys fs.FS) Sources {
	s.fsys = fsys
	return s
}

// Stat looks a file or folder up, which may be beyond the file system's root.
func (s Sources) Stat(name string) (fs.FileInfo, error) {
	if fs.ValidPath(name) {
		return fs.Stat(s.fsys, name)
	}
	if dir, at, err := spec.Folder(s.fsys, name); err == nil {
		if info, err := fs.Stat(dir, at); err == nil {
			return info, nil
		}
	}
	dir, at, err := spec.Folder(s.fsys, path.Dir(name))
	if err != nil {
		return nil, err
	}
	return fs.Stat(dir, path.Join(at, path.Base(name)))
}

// announce tells Options.Sources what the server is made from.
func (r *Result) announce(fsys fs.FS) error {
	if r.opts.Sources == nil {
		return nil
	}
	return r.opts.Sources(r.sources(fsys))
}

// sources lists what was found by the stages that read.
func (r *Result) sources(fsys fs.FS) Sources {
	s := Sources{Files: []string{r.Spec.File}, fsys: fsys}
	s.Files = append(s.Files, r.Spec.Imports...)
	add := func(name string) {
		if name != "" {
			s.Files = append(s.Files, name)
		}
	}
	for _, route := range r.Spec.AllRoutes() {
		add(route.Content.File)
		if route.Dir != nil {
			s.Folders = append(s.Folders, route.Dir.Folder)
		}
	}
	for _, page := range r.Spec.AllErrors() {
		add(page.Content.File)
	}
	for _, folder := range r.Sites {
		if folder.IsFile() {
			continue // a route's file is there already
		}
		for _, resource := range folder.Resources {
			add(resource.File)
		}
	}
	return s
}
