package codegen

import (
	"io/fs"
	"path"
	"testing"
)

// below lists the folders of a tree that hold Go files other than tests.
func below(t *testing.T, root fs.FS, top string) []string {
	t.Helper()
	var dirs []string
	err := fs.WalkDir(root, top, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if entry.Name() == "testdata" {
			return fs.SkipDir
		}
		files, err := fs.Glob(root, path.Join(name, "*.go"))
		if len(files) > 0 {
			dirs = append(dirs, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}
