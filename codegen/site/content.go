package site

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
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

// readFile reads a file through a hash. Up to inMemory its bytes are kept.
func readFile(fsys fs.FS, name string) (c Content, err error) {
	f, err := fsys.Open(name)
	if err != nil {
		return Content{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return readContent(f, name)
}

// readContent is readFile for an open file.
func readContent(r io.Reader, name string) (Content, error) {
	head, err := io.ReadAll(io.LimitReader(r, inMemory+1))
	if err != nil {
		return Content{}, err
	}
	if len(head) <= inMemory {
		return inBytes(head), nil
	}
	h := sha256.New()
	h.Write(head)
	n, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{r}, make([]byte, 128<<10))
	c := Content{File: name, Size: int64(len(head)) + n}
	h.Sum(c.Sum[:0])
	return c, err
}
