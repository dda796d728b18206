package elf64

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"sync"
)

// A part of the file is written by itself: the headers and the text with the first datum,
// the tail with the last.
type part struct {
	first, last int   // of the data: from first up to, but not with, last
	start, end  int64 // in the file, in bytes
}

// parts are n parts of about the same size in bytes; fewer where there are fewer data.
func (m *Image) parts(n int) []part {
	var out []part
	var next part
	for i, d := range m.data {
		end := d.off + d.size
		if i+1 == len(m.data) || end < m.size*int64(len(out)+1)/int64(n) {
			continue
		}
		next.last, next.end = i+1, end
		out = append(out, next)
		next = part{first: i + 1, start: end}
	}
	next.last, next.end = len(m.data), m.size
	return append(out, next)
}

// EncodeParts writes the file into w, which is to be empty, as Encode does, but in up to n
// parts at once. It returns a hash of all parts: that of other bytes is another one. It is
// not that of the file, which cannot be taken in parts.
func (m *Image) EncodeParts(w io.WriterAt, fsys fs.FS, n int) (sum [sha256.Size]byte, err error) {
	if err := m.checkFiles(fsys); err != nil {
		return sum, err
	}
	parts := m.parts(n)
	sums := make([][]byte, len(parts))
	errs := make([]error, len(parts))
	var all sync.WaitGroup
	for i, p := range parts {
		all.Go(func() {
			h := sha256.New()
			errs[i] = m.encode(io.MultiWriter(h, io.NewOffsetWriter(w, p.start)), fsys, p)
			sums[i] = h.Sum(nil)
		})
	}
	all.Wait()
	whole := sha256.New()
	for _, s := range sums {
		whole.Write(s)
	}
	return [sha256.Size]byte(whole.Sum(nil)), errors.Join(errs...)
}
