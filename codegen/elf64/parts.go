package elf64

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"
	"io/fs"
	"maps"
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

// Contents are what an ELF has, by the offset there: of those files whose fs.FileInfo.Sys is
// the SHA-256 of their content, and of the bytes between files.
type Contents map[int64]Content

// Content is a range of a file with a hash, or bytes that are of no file.
type Content struct {
	Sum       [sha256.Size]byte // SHA-256 of the whole file, or of the bytes
	Off, Size int64             // of the range, in bytes; Off is ofNoFile for those bytes
}

const ofNoFile = -1

// EncodeParts writes the file into w as Encode does, but in up to n parts at once. What w
// has already, by before, is left as it is; otherwise w is to be empty, or as long at most.
// It returns what w has then, and a hash of all parts: that of other bytes is another one.
// It is not that of the file, which cannot be taken in parts.
func (m *Image) EncodeParts(w io.WriterAt, fsys fs.FS, n int, before Contents) (after Contents, sum [sha256.Size]byte, err error) {
	sums, err := m.checkFiles(fsys)
	if err != nil {
		return nil, sum, err
	}
	parts := m.parts(n)
	encoders := make([]*encoder, len(parts))
	errs := make([]error, len(parts))
	var all sync.WaitGroup
	for i, p := range parts {
		at := io.NewOffsetWriter(w, p.start)
		e := &encoder{w: bufio.NewWriterSize(at, writeSize), fsys: fsys, over: &overwriter{at: at, hash: sha256.New(), sums: sums, before: before, after: Contents{}}}
		encoders[i] = e
		all.Go(func() { errs[i] = m.encode(e, p) })
	}
	all.Wait()
	after = Contents{}
	whole := sha256.New()
	for _, e := range encoders {
		whole.Write(e.over.hash.Sum(nil))
		maps.Copy(after, e.over.after)
	}
	return after, [sha256.Size]byte(whole.Sum(nil)), errors.Join(errs...)
}

// overwriter is what an encoder needs that writes over an earlier file.
type overwriter struct {
	at            *io.OffsetWriter // where the encoder writes to
	hash          hash.Hash        // of what is written: in place of a content its hash, where that is known
	sums          map[string][sha256.Size]byte
	before, after Contents
	run           []byte // bytes of no file that were not written yet; they end where the encoder is
}

// has notes a content whose hash is known, and says whether it is there already.
func (o *overwriter) has(off int64, c Content) bool {
	o.after[off] = c
	o.hash.Write(c.Sum[:])
	o.hash.Write(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, uint64(c.Off)), uint64(c.Size)))
	return o.before[off] == c
}

// gather adds to the run, which is settled when it is long.
func (e *encoder) gather(b []byte) {
	for len(b) > 0 && e.err == nil {
		n := min(len(b), writeSize-len(e.over.run))
		e.over.run = append(e.over.run, b[:n]...)
		e.off += int64(n)
		if b = b[n:]; len(e.over.run) == writeSize {
			e.settle()
		}
	}
}

// settle writes the run, where it is not there already: a server of many files has as many, and
// a write for each costs more than its hash.
func (e *encoder) settle() {
	if e.err != nil || e.over == nil || len(e.over.run) == 0 {
		return
	}
	run := e.over.run
	e.over.run = run[:0]
	n := int64(len(run))
	if e.over.has(e.off-n, Content{sha256.Sum256(run), ofNoFile, n}) {
		e.err = e.leave(n)
	} else {
		_, e.err = e.w.Write(run)
	}
}

// leave has what is written next stand behind n bytes that stay as they are.
func (e *encoder) leave(n int64) error {
	if err := e.w.Flush(); err != nil {
		return err
	}
	_, err := e.over.at.Seek(n, io.SeekCurrent)
	return err
}
