package spec

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// A Disk is a file system of which there is more than is below its root.
type Disk interface {
	fs.FS
	// Beyond opens a folder: the name is absolute, or leads from the root to outside of it.
	Beyond(name string) (Disk, error)
	// Real returns the absolute name of a file of the file system, with all links resolved.
	Real(name string) (string, error)
}

// Folder returns the file system that a Dir's Folder is in, and the folder's name there.
func Folder(fsys fs.FS, name string) (fs.FS, string, error) {
	if fs.ValidPath(name) {
		return fsys, name, nil
	}
	disk, ok := fsys.(Disk)
	if !ok {
		return nil, "", fmt.Errorf("it is outside of the spec's file system")
	}
	beyond, err := disk.Beyond(name)
	return beyond, ".", err
}

// resolveFolder gives the name of a folder, which may be anywhere on a disk.
func (f *files) resolveFolder(raw string) (name, msg, hint string) {
	const remedy = "name a folder, relative to the spec"
	_, onDisk := f.fsys.(Disk)
	switch {
	case raw == "":
		return "", "the folder has no name", remedy
	case strings.Contains(raw, "\x00"):
		return "", "NUL in a folder's name", remedy
	case path.IsAbs(raw) && !onDisk:
		return "", fmt.Sprintf("the folder %s is absolute", raw), remedy
	case path.IsAbs(raw):
		return path.Clean(raw), "", ""
	}
	name = path.Join(f.dir, raw)
	if !fs.ValidPath(name) && !onDisk {
		return "", fmt.Sprintf("the folder %s is outside of the spec's file system", raw), remedy
	}
	return name, "", ""
}
