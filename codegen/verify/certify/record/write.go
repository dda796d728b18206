package record

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/verbosel/verbosel/codegen/verify/cert/format"
)

// Write writes a content to a file, for the size bytes of an ELF server that r holds. An error is of r, or
// of a number that no file can have.
func Write(c *format.Content, r io.ReaderAt, size int64) ([]byte, error) {
	hash, err := hashOf(r, size)
	if err != nil {
		return nil, err
	}
	w := new(writer)
	c.Gather()
	format.Fields(w, c)
	if w.err == nil && len(w.b) > math.MaxUint32 {
		w.err = fmt.Errorf("a content of %d bytes does not fit in a certificate", len(w.b))
	}
	if w.err != nil {
		return nil, w.err
	}
	var out bytes.Buffer
	out.WriteString(format.Magic)
	out.WriteByte(format.Version)
	out.Write(hash)
	out.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(w.b))))
	z, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(w.b); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// hashOf is the SHA-256 of an ELF file.
func hashOf(r io.ReaderAt, size int64) ([]byte, error) {
	hash := sha256.New()
	_, err := io.Copy(hash, io.NewSectionReader(r, 0, size))
	return hash.Sum(nil), err
}

// For is a file of another server as one of the size bytes of the ELF server that r holds, which may be none of it. An
// error is of r, or says that there is no header.
func For(file []byte, r io.ReaderAt, size int64) ([]byte, error) {
	if len(file) < format.HeaderSize {
		return nil, fmt.Errorf("%d bytes are no certificate", len(file))
	}
	hash, err := hashOf(r, size)
	out := bytes.Clone(file)
	copy(out[len(format.Magic)+1:], hash)
	return out, err
}

// writer is a Codec that writes.
type writer struct {
	b   []byte
	err error // the first number that no file can have
}

func (w *writer) Uint(name string, x, most uint64) uint64 {
	if x > most && w.err == nil {
		w.err = fmt.Errorf("%s: %d is more than %d, which no certificate can have", name, x, most)
	}
	w.b = binary.AppendUvarint(w.b, x)
	return x
}

func (w *writer) Count(name string, n int) int {
	w.b = binary.AppendUvarint(w.b, uint64(n))
	return n
}

func (w *writer) Bytes(name string, b []byte) []byte {
	w.b = append(binary.AppendUvarint(w.b, uint64(len(b))), b...)
	return b
}

func (w *writer) Fixed(_ string, b []byte) { w.b = append(w.b, b...) }
