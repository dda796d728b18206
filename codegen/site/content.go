package site

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"sync"
)

// Content is a body: bytes when it is small or was edited, otherwise the name of a
// file that Files opens.
type Content struct {
	Bytes []byte
	File  string
	Size  int64 // bytes
	Sum   [sha256.Size]byte
}

// inMemory is the size in bytes up to which content is held. Ten thousand files with
// three encodings each, all of this size, are 160 MiB.
const inMemory = 4 << 10

// inBytes is content that is held.
func inBytes(b []byte) Content {
	return Content{Bytes: b, Size: int64(len(b)), Sum: sha256.Sum256(b)}
}

// eTag is the opaque-tag of content: 96 bits of its hash, of which no two differ by
// chance.
func (c Content) eTag() string {
	return base64.RawURLEncoding.EncodeToString(c.Sum[:12])
}

// readFile reads a file through a hash. Up to inMemory its bytes are kept; larger content
// is called by a name.
func readFile(fsys fs.FS, path, name string) (c Content, err error) {
	f, err := fsys.Open(path)
	if err != nil {
		return Content{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return readContent(f, name)
}

// readBuffers are for reading files: as many as there are workers.
var readBuffers = sync.Pool{New: func() any { return new([128 << 10]byte) }}

// readContent is readFile for an open file.
func readContent(r io.Reader, name string) (Content, error) {
	buf := readBuffers.Get().(*[128 << 10]byte)
	defer readBuffers.Put(buf)
	n, err := io.ReadFull(r, buf[:])
	switch {
	case err != nil && err != io.EOF && err != io.ErrUnexpectedEOF:
		return Content{}, err
	case n <= inMemory:
		return inBytes(append([]byte{}, buf[:n]...)), nil
	}
	h := sha256.New()
	h.Write(buf[:n])
	rest, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{r}, buf[:])
	c := Content{File: name, Size: int64(n) + rest}
	h.Sum(c.Sum[:0])
	return c, err
}
