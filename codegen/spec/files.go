package spec

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// files looks up what `file:` names, each name once.
type files struct {
	fsys fs.FS
	dir  string // the spec's folder in fsys
	seen map[string]fileInfo
}

type fileInfo struct {
	size      int64
	msg, hint string // not empty when the file cannot be used
}

func newFiles(fsys fs.FS, spec string) *files {
	return &files{fsys: fsys, dir: path.Dir(spec), seen: map[string]fileInfo{}}
}

// file returns the name in the fs.FS of the file that the node names, and its size.
func (d *decoder) file(n *node) (string, int64) {
	raw, ok := d.text(n, "file")
	if !ok {
		return "", 0
	}
	name, msg, hint := d.files.resolve(raw, "file")
	if msg != "" {
		d.report(n, hint, "%s", msg)
		return "", 0
	}
	info := d.files.look(name)
	if info.msg != "" {
		d.report(n, info.hint, "%s", info.msg)
	}
	return name, info.size
}

// resolve checks that the name of a file stays in the spec's folder. Links that it leads
// through may leave it: they are what the spec names.
func (f *files) resolve(raw, what string) (name, msg, hint string) {
	remedy := "name a " + what + " in the spec's folder, relative to it"
	switch {
	case raw == "":
		return "", "the " + what + " has no name", remedy
	case path.IsAbs(raw):
		return "", fmt.Sprintf("the %s %s is absolute", what, raw), remedy
	case strings.Contains(raw, "\x00"):
		return "", "NUL in a " + what + "'s name", remedy
	}
	clean := path.Clean(raw)
	if clean == ".." || strings.HasPrefix(clean, "../") {
		return "", fmt.Sprintf("the %s %s leaves the spec's folder", what, raw), remedy
	}
	return path.Join(f.dir, clean), "", ""
}

func (f *files) look(name string) fileInfo {
	info, ok := f.seen[name]
	if !ok {
		info = f.stat(name)
		f.seen[name] = info
	}
	return info
}

// stat checks that the file is a regular one and can be opened; others are not
// opened, as a pipe would wait for its writer.
func (f *files) stat(name string) fileInfo {
	fsys, below, err := f.around(name)
	if err != nil {
		return fileInfo{msg: fmt.Sprintf("the file %s cannot be read: %s", name, cause(err))}
	}
	st, err := fs.Stat(fsys, below)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fileInfo{msg: fmt.Sprintf("there is no file %s", name), hint: suggestIn(fsys, below)}
	case err != nil:
		return fileInfo{msg: fmt.Sprintf("the file %s cannot be read: %s", name, cause(err))}
	case st.IsDir():
		return fileInfo{msg: fmt.Sprintf("%s is a folder", name), hint: "name a file in it"}
	case !st.Mode().IsRegular():
		return fileInfo{msg: fmt.Sprintf("%s is no regular file", name), hint: "name a file whose bytes are known at build time"}
	}
	h, err := fsys.Open(below)
	if err != nil {
		return fileInfo{msg: fmt.Sprintf("the file %s cannot be read: %s", name, cause(err))}
	}
	_ = h.Close() // nothing was written
	return fileInfo{size: st.Size()}
}

// around returns the file system that a file is in, and its name there: that of a site's folder may be
// anywhere on a disk.
func (f *files) around(name string) (fsys fs.FS, below string, err error) {
	if fs.ValidPath(name) {
		return f.fsys, name, nil
	}
	folder, base := path.Split(name)
	fsys, below, err = Folder(f.fsys, path.Clean(folder))
	return fsys, path.Join(below, base), err
}

// suggestIn finds a file of a similar name in the same folder.
func suggestIn(fsys fs.FS, name string) string {
	dir := path.Dir(name)
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return fmt.Sprintf("there is no folder %s either; names are relative to the spec", dir)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	if hint := didYouMean(path.Base(name), names); hint != "" {
		return hint
	}
	return "names are relative to the spec"
}
