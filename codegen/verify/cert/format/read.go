package format

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// Magic is how a file begins. Behind it are the version in a byte, the SHA-256 of the ELF file, how long
// the content is (4 bytes, little-endian), and the content, compressed (DEFLATE, RFC 1951).
const Magic = "vbproof"

// HeaderSize is that of all that is in front of the compressed content, in bytes.
const HeaderSize = len(Magic) + 1 + sha256.Size + 4

// MaxRatio bounds the content: so many times the bytes of file and ELF together.
const MaxRatio = 32

// Error says what is wrong with a file.
type Error struct {
	Inflated bool   // Off is in the content, not in the file
	Off      int64  // where the field is
	Field    string // that is wrong
	Msg      string
}

func (e *Error) Error() string {
	where := "the certificate"
	if e.Inflated {
		where += ", inflated"
	}
	return fmt.Sprintf("%s: at offset %#x: %s: %s", where, e.Off, e.Field, e.Msg)
}

// read reads a certificate of the size bytes of an ELF file that r holds. What is wrong panics with an
// *Error; an error is one of r.
func read(r io.ReaderAt, size int64, file []byte) (*Content, *Reader, error) {
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(r, 0, size)); err != nil {
		return nil, nil, err
	}
	fail := func(off int, field, format string, args ...any) {
		panic(&Error{false, int64(off), field, fmt.Sprintf(format, args...)})
	}
	at := len(Magic)
	switch {
	case len(file) < HeaderSize || string(file[:at]) != Magic:
		fail(0, "magic", "this is no certificate")
	case file[at] != Version:
		fail(at, "version", "it is %d, and only %d is known", file[at], Version)
	case !bytes.Equal(file[at+1:at+1+sha256.Size], hash.Sum(nil)):
		fail(at+1, "hash", "it is of another server, whose SHA-256 is %x", file[at+1:at+1+sha256.Size])
	}
	n := binary.LittleEndian.Uint32(file[HeaderSize-4:])
	if int64(n) > MaxRatio*(int64(len(file))+size) {
		fail(HeaderSize-4, "length", "a content of %d bytes is more than %d times the certificate and the server", n, MaxRatio)
	}
	packed := bytes.NewReader(file[HeaderSize:])
	from, content := flate.NewReader(packed), make([]byte, n)
	if got, err := io.ReadFull(from, content); err != nil {
		fail(len(file)-packed.Len(), "content", "it ends after %d bytes of %d: %v", got, n, err)
	}
	if more, err := from.Read(make([]byte, 1)); more > 0 || err != io.EOF {
		fail(len(file)-packed.Len(), "content", "it is longer than the %d bytes that the header says", n)
	}
	if packed.Len() > 0 {
		fail(len(file)-packed.Len(), "content", "something is behind it")
	}
	c, all := new(Content), &Reader{content, 0, len(content), new(pools)}
	Fields(all, c)
	all.finish("content")
	return c, all, nil
}

// Reader is a Codec that reads a part of a content. What is wrong panics with an *Error.
type Reader struct {
	content  []byte
	off, end int
	*pools
}

// pools are memory of lists that are read, taken for many short ones at once.
type pools struct {
	terms   []linear.Term
	numbers []int64
}

// memory is an empty list with room for n, where lists of such things are many.
func memory[T any](c Codec, n int) []T {
	r, ok := c.(*Reader)
	if !ok {
		return nil
	}
	var pool any
	switch any((*T)(nil)).(type) {
	case *linear.Term:
		pool = &r.terms
	case *int64:
		pool = &r.numbers
	default:
		return nil
	}
	p := pool.(*[]T)
	if len(*p) < n {
		*p = make([]T, 2*few)
	}
	list := (*p)[:0:n]
	*p = (*p)[n:]
	return list
}

func (r *Reader) fail(name, format string, args ...any) {
	panic(&Error{true, int64(r.off), name, fmt.Sprintf(format, args...)})
}

// finish demands that nothing is left.
func (r *Reader) finish(name string) {
	if r.off < r.end {
		r.fail(name, "%d bytes are left", r.end-r.off)
	}
}

// Uint is an unsigned number: 7 bits in each byte, the lowest first, and the highest bit set in all but the
// last one.
func (r *Reader) Uint(name string, _, most uint64) uint64 {
	x, n := binary.Uvarint(r.content[r.off:r.end])
	switch {
	case n == 0:
		r.fail(name, "the number does not end")
	case n < 0:
		r.fail(name, "the number has more than 64 bits")
	case n > 1 && r.content[r.off+n-1] == 0:
		r.fail(name, "the number is longer than it has to be")
	case x > most:
		r.fail(name, "%d is more than %d", x, most)
	}
	r.off += n
	return x
}

// Count is how many follow, each of at least a byte.
func (r *Reader) Count(name string, _ int) int {
	at := r.off
	n := r.Uint(name, 0, 1<<64-1)
	if left := r.end - r.off; n > uint64(left) {
		r.off = at
		r.fail(name, "%d follow, in %d bytes", n, left)
	}
	return int(n)
}

// Bytes are how many, and they: a part of the content.
func (r *Reader) Bytes(name string, _ []byte) []byte {
	n := r.Count(name, 0)
	r.off += n
	return r.content[r.off-n : r.off]
}

// Fixed are as many bytes as b has.
func (r *Reader) Fixed(name string, b []byte) {
	if left := r.end - r.off; len(b) > left {
		r.fail(name, "%d bytes follow of %d", left, len(b))
	}
	r.off += copy(b, r.content[r.off:])
}
