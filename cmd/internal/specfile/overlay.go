package specfile

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/verbosel/verbosel/codegen"
)

// Stdin is the argument that stands for a spec on standard input, and its name in the
// file system where it is read.
const Stdin = "-"

// readStdin reads a spec from standard input. What it names is looked for in the current
// folder.
func readStdin(in io.Reader) (File, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return File{}, fmt.Errorf("standard input: %w", err)
	}
	fsys := overlayFS{fsys: openDisk("."), name: Stdin, text: text}
	if file, ok := in.(*os.File); ok {
		fsys.file = file
	}
	return File{Path: "standard input", Name: Stdin, Root: ".", Fsys: fsys}, nil
}

// overlayFS is a folder with one file more, a spec that is not on the disk.
type overlayFS struct {
	fsys diskFS
	name string
	text []byte
	file *os.File // where it was read from; nil for nowhere
}

// Open opens a file.
func (s overlayFS) Open(name string) (fs.File, error) {
	if name == s.name {
		return &overlayFile{bytes.NewReader(s.text), s.info()}, nil
	}
	return s.fsys.Open(name)
}

// Stat says which file standard input is, where it is one: it must not be overwritten.
func (s overlayFS) Stat(name string) (fs.FileInfo, error) {
	if name == s.name && s.file != nil {
		return s.file.Stat()
	}
	if name == s.name {
		return s.info(), nil
	}
	return fs.Stat(s.fsys, name)
}

// ReadDir reads a folder.
func (s overlayFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(s.fsys, name) }

// Lstat looks at a link itself.
func (s overlayFS) Lstat(name string) (fs.FileInfo, error) {
	if name == s.name {
		return s.Stat(name)
	}
	return fs.Lstat(s.fsys, name)
}

// Beyond opens a folder that is not in this one.
func (s overlayFS) Beyond(name string) (codegen.Disk, error) { return s.fsys.Beyond(name) }

// Real returns the absolute name of a file, without links.
func (s overlayFS) Real(name string) (string, error) { return s.fsys.Real(name) }

// ReadLink reads where a link leads.
func (s overlayFS) ReadLink(name string) (string, error) { return fs.ReadLink(s.fsys, name) }

func (s overlayFS) info() overlayInfo { return overlayInfo{s.name, int64(len(s.text))} }

// overlayFile is the spec.
type overlayFile struct {
	*bytes.Reader
	info overlayInfo
}

// Stat describes it.
func (f *overlayFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close does nothing.
func (f *overlayFile) Close() error { return nil }

// overlayInfo describes a regular file.
type overlayInfo struct {
	name string
	size int64
}

// The parts of an fs.FileInfo.
func (i overlayInfo) Name() string       { return i.name }
func (i overlayInfo) Size() int64        { return i.size }
func (i overlayInfo) Mode() fs.FileMode  { return 0o444 }
func (i overlayInfo) ModTime() time.Time { return time.Time{} }
func (i overlayInfo) IsDir() bool        { return false }
func (i overlayInfo) Sys() any           { return nil }
