package codegen

import (
	"io/fs"
	"path"

	"github.com/verbosel/verbosel/codegen/spec"
)

// Inputs lists the folders of fsys that a spec's server is made from, by their names:
// the spec's own, those of files that it names, and every folder below a `dir` and
// above it. With mistakes in the spec it is the spec's own.
func Inputs(fsys fs.FS, name string) []string {
	list := []string{path.Dir(name)}
	seen := map[string]bool{list[0]: true}
	add := func(dir string) {
		if !seen[dir] {
			seen[dir] = true
			list = append(list, dir)
		}
	}
	s, err := spec.Parse(fsys, name)
	if err != nil {
		return list
	}
	for _, r := range s.Routes {
		if r.Content.Form == spec.FormFile {
			add(path.Dir(r.Content.File))
		}
		if r.Dir != nil {
			eachFolder(fsys, r.Dir.Folder, add)
			for dir := path.Dir(r.Dir.Folder); !seen[dir] && dir != "."; dir = path.Dir(dir) {
				add(dir)
			}
		}
	}
	for _, e := range s.Errors {
		if e.Content.Form == spec.FormFile {
			add(path.Dir(e.Content.File))
		}
	}
	return list
}

// eachFolder calls add with a folder and all below it that can be read.
func eachFolder(fsys fs.FS, root string, add func(string)) {
	_ = fs.WalkDir(fsys, root, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read is the build's to report
		case e.IsDir():
			add(name)
		}
		return nil
	})
}
