package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// fromStdin is the argument that stands for a spec on standard input, and its name in the
// file system where it is read.
const fromStdin = "-"

// readStdin reads a spec from standard input. What it names is looked for in the current
// folder.
func readStdin(in io.Reader) (specFile, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return specFile{}, fmt.Errorf("standard input: %w", err)
	}
	fsys := stdinFS{fsys: os.DirFS("."), text: text}
	if file, ok := in.(*os.File); ok {
		fsys.file = file
	}
	return specFile{path: "standard input", name: fromStdin, fsys: fsys}, nil
}

// stdinFS is a folder with one file more, "-", that was read from standard input.
type stdinFS struct {
	fsys fs.FS
	text []byte
	file *os.File // standard input itself; nil where it is none
}

// Open opens a file.
func (s stdinFS) Open(name string) (fs.File, error) {
	if name == fromStdin {
		return &stdinFile{Reader: bytes.NewReader(s.text), size: int64(len(s.text))}, nil
	}
	return s.fsys.Open(name)
}

// Stat says which file standard input is, where it is one: it must not be overwritten.
func (s stdinFS) Stat(name string) (fs.FileInfo, error) {
	if name == fromStdin && s.file != nil {
		return s.file.Stat()
	}
	if name == fromStdin {
		return stdinInfo{int64(len(s.text))}, nil
	}
	return fs.Stat(s.fsys, name)
}

// ReadDir reads a folder.
func (s stdinFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(s.fsys, name) }

// Lstat looks at a link itself.
func (s stdinFS) Lstat(name string) (fs.FileInfo, error) {
	if name == fromStdin {
		return s.Stat(name)
	}
	return fs.Lstat(s.fsys, name)
}

// ReadLink reads where a link leads.
func (s stdinFS) ReadLink(name string) (string, error) { return fs.ReadLink(s.fsys, name) }

// stdinFile is what was read.
type stdinFile struct {
	*bytes.Reader
	size int64
}

// Stat describes it.
func (f *stdinFile) Stat() (fs.FileInfo, error) { return stdinInfo{f.size}, nil }

// Close does nothing.
func (f *stdinFile) Close() error { return nil }

// stdinInfo describes a regular file of a size.
type stdinInfo struct{ size int64 }

// The parts of an fs.FileInfo.
func (i stdinInfo) Name() string       { return fromStdin }
func (i stdinInfo) Size() int64        { return i.size }
func (i stdinInfo) Mode() fs.FileMode  { return 0o444 }
func (i stdinInfo) ModTime() time.Time { return time.Time{} }
func (i stdinInfo) IsDir() bool        { return false }
func (i stdinInfo) Sys() any           { return nil }
