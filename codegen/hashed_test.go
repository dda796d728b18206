package codegen

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"testing"
)

// brokenWriter takes a number of bytes, and fails behind them.
type brokenWriter struct{ room int }

var errBroken = errors.New("no more room")

func (w *brokenWriter) Write(p []byte) (int, error) {
	n := min(len(p), w.room)
	w.room -= n
	if n < len(p) {
		return n, errBroken
	}
	return n, nil
}

func TestHashedWriter(t *testing.T) {
	var all, out bytes.Buffer
	h := sha256.New()
	w := hashedWriter{&out, h}
	for i := range 50 {
		p := bytes.Repeat([]byte{byte(i)}, i*i*100)
		all.Write(p)
		if n, err := w.Write(p); n != len(p) || err != nil {
			t.Fatalf("wrote %d of %d: %v", n, len(p), err)
		}
		clear(p) // it is the caller's again
	}
	if !bytes.Equal(out.Bytes(), all.Bytes()) || [32]byte(h.Sum(nil)) != sha256.Sum256(all.Bytes()) {
		t.Error("other bytes or another hash than of what was written")
	}
}

func TestHashedWriterFails(t *testing.T) {
	w := hashedWriter{&brokenWriter{room: 5}, sha256.New()}
	if n, err := io.Copy(w, bytes.NewReader(make([]byte, 9))); n != 5 || !errors.Is(err, errBroken) {
		t.Errorf("wrote %d, %v", n, err)
	}
}
