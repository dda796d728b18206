package verify

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/handmade"
)

// A reader's own failure is handed on, not taken for a broken rule.
func TestCheckReadError(t *testing.T) {
	b := handmade.Good(0x90).Bytes()
	broken := errors.New("disk on fire")
	_, err := Check(failingAt{bytes.NewReader(b), 0x1000, broken}, int64(len(b)), Ten())
	var rule *Error
	if !errors.Is(err, broken) || errors.As(err, &rule) {
		t.Errorf("got %v, want the reader's error as it is", err)
	}
}

// failingAt fails every read that goes to off or behind it.
type failingAt struct {
	io.ReaderAt
	off int64
	err error
}

func (f failingAt) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.off {
		return 0, f.err
	}
	return f.ReaderAt.ReadAt(p, off)
}
