package elf64

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/x64"
)

// Encode writes the file to w. The contents of x64.File fields are copied from fsys
// as they are written, so that memory does not grow with them; fsys may be nil
// where there are none.
//
// It fails where a file cannot be read or no longer has the size that the program
// was made for (the furthest end of the ranges taken from it), because lengths and
// validators in the data were computed from that. Then w has received a part.
func (m *Image) Encode(w io.Writer, fsys fs.FS) error {
	if _, err := m.checkFiles(fsys); err != nil {
		return err
	}
	return m.encode(&encoder{w: bufio.NewWriterSize(w, writeSize), fsys: fsys}, part{last: len(m.data), end: m.size})
}

// encode writes a part of the file.
func (m *Image) encode(e *encoder, p part) error {
	e.off = p.start
	if p.first == 0 {
		e.bytes(m.headers())
		e.bytes(m.text)
	}
	for _, d := range m.data[p.first:p.last] {
		e.zeros(d.off - e.off)
		for _, f := range d.fields {
			e.field(f)
		}
	}
	if p.last == len(m.data) {
		e.bytes(m.tail)
	}
	e.settle()
	if e.err == nil {
		e.err = e.w.Flush()
	}
	if e.err != nil {
		return fmt.Errorf("writing the ELF file: %w", e.err)
	}
	if e.off != p.end {
		panic(fmt.Sprintf("BUG: wrote %d bytes of %d", e.off-p.start, p.end-p.start))
	}
	return nil
}

// checkFiles compares every file's size with the one that was promised, and returns the
// hashes that are known.
func (m *Image) checkFiles(fsys fs.FS) (map[string][sha256.Size]byte, error) {
	sizes := m.files()
	sums := make(map[string][sha256.Size]byte, len(sizes))
	var errs []error
	for name, size := range sizes {
		info, err := checkFile(fsys, name, size)
		if err != nil {
			errs = append(errs, err)
		} else if sum, ok := info.Sys().([sha256.Size]byte); ok {
			sums[name] = sum
		}
	}
	slices.SortFunc(errs, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })
	return sums, errors.Join(errs...)
}

func checkFile(fsys fs.FS, name string, size int64) (fs.FileInfo, error) {
	if fsys == nil {
		return nil, fmt.Errorf("%s: no file system to read it from", name)
	}
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if info.Size() != size {
		return nil, changed(name, size, fmt.Sprintf("now has %d", info.Size()))
	}
	return info, nil
}

func changed(name string, size int64, now string) error {
	return fmt.Errorf("%s changed while the server was built: it had %d bytes and %s; build again", name, size, now)
}

// writeSize is how many bytes are written at once: many small fields, or a part of a
// file, which is read to where it is written from.
const writeSize = 256 << 10

// encoder writes until the first error and counts what it wrote.
type encoder struct {
	w    *bufio.Writer
	fsys fs.FS
	off  int64
	err  error
	over *overwriter // nil: the file is empty, and written from its beginning
}

func (e *encoder) bytes(b []byte) {
	if e.err != nil || len(b) == 0 {
		return
	}
	if e.over != nil {
		e.gather(b)
		return
	}
	n, err := e.w.Write(b)
	e.off += int64(n)
	e.err = err
}

// zeros writes padding, which is never longer than a page.
func (e *encoder) zeros(n int64) {
	if e.err == nil {
		e.bytes(make([]byte, n))
	}
}

func (e *encoder) field(f field) {
	if f.file == nil {
		e.bytes(f.bytes)
		return
	}
	if e.settle(); e.err == nil {
		e.err = e.copyFile(*f.file)
	}
}

// copyFile copies a range of a file, and fails where the file ends within it.
func (e *encoder) copyFile(x x64.File) (err error) {
	var all io.Writer = e.w
	if e.over != nil {
		if sum, known := e.over.sums[x.Name]; !known {
			all = io.MultiWriter(e.w, e.over.hash)
		} else if e.over.has(e.off, Content{sum, x.Off, x.Size}) {
			e.off += x.Size
			return e.leave(x.Size)
		}
	}
	f, err := e.fsys.Open(x.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := skip(f, x.Off); err != nil {
		return fmt.Errorf("%s: seeking to %d: %w", x.Name, x.Off, err)
	}
	n, err := io.CopyN(all, f, x.Size)
	e.off += n
	if errors.Is(err, io.EOF) {
		return changed(x.Name, x.Off+x.Size, fmt.Sprintf("ended at %d", x.Off+n))
	}
	return err
}

// skip moves to an offset in a file just opened, by reading where it cannot seek.
func skip(f fs.File, off int64) error {
	if off == 0 {
		return nil
	}
	if s, ok := f.(io.Seeker); ok {
		_, err := s.Seek(off, io.SeekStart)
		return err
	}
	_, err := io.CopyN(io.Discard, f, off)
	return err
}
