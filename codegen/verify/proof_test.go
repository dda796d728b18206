package verify_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen/internal/asmtext"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/certify/explain"
)

// failingAt fails every read that goes behind off.
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

// Data that cannot be read is the reader's error: neither a proof nor a broken rule.
func TestUnreadableData(t *testing.T) {
	archive := txtar.Parse([]byte("-- change --\n  answer:\n+         mov eax, [rel on]\n"))
	file := newCase(t, readSource(t), archive)
	behind := int64(bytes.Index(file, []byte("HTTP/1.0")))
	broken := errors.New("disk on fire")
	r := failingAt{bytes.NewReader(file), behind, broken}
	report, err := verify.Check(r, int64(len(file)), verify.Hardened())
	if report != nil || !errors.Is(err, broken) {
		t.Errorf("got %v, %v, want the reader's error", report, err)
	}
	if _, err := verify.Explain(r, int64(len(file)), verify.Hardened(), 0xe8); !errors.Is(err, broken) {
		t.Errorf("Explain: %v, want the reader's error", err)
	}
}

// What is known at an instruction of the corpus' server: at its scan for the line's end.
func TestExplain(t *testing.T) {
	image, err := asmtext.Assemble(readSource(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	scan, _ := image.Lookup("scan")
	file := newCase(t, readSource(t), new(txtar.Archive))
	e, err := verify.Explain(bytes.NewReader(file), int64(len(file)), verify.Hardened(), scan.Addr)
	if err != nil {
		t.Fatal(err)
	}
	if e.Addr != scan.Addr || len(e.Code) != 7 || e.Code[3].Addr != scan.Addr || len(e.Ways) == 0 {
		t.Fatalf("got %+v", e)
	}
	way := e.Ways[0]
	if way.Phase != "in a child" {
		t.Errorf("the phase is %q", way.Phase)
	}
	for _, want := range []explain.Named{{Name: "rbp", Value: "stack[-4096]"}, {Name: "r14", Value: "1..4096"}} {
		if !slices.Contains(way.Values, want) {
			t.Errorf("%v is not in %v", want, way.Values)
		}
	}
	if !slices.ContainsFunc(way.Written, func(s string) bool { return strings.HasPrefix(s, "-4096 to ") }) {
		t.Errorf("of the buffer nothing is written: %q", way.Written)
	}
}

// Where there is no instruction there is nothing to explain, and the error says so.
func TestExplainNothing(t *testing.T) {
	file := newCase(t, readSource(t), new(txtar.Archive))
	for addr, want := range map[uint64]string{
		1: "no path leads to 0x1", 0xe9: "inside the instruction at 0xe8", 1 << 40: "outside the text [0x0, ",
	} {
		_, err := verify.Explain(bytes.NewReader(file), int64(len(file)), verify.Hardened(), addr)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%#x: %v, want %q", addr, err, want)
		}
	}
	_, err := verify.Explain(bytes.NewReader(file[:99]), 99, verify.Hardened(), 0xe8)
	var broken *verify.Error
	if !errors.As(err, &broken) {
		t.Errorf("half a file: %v, want a broken rule", err)
	}
}

// Of a server that cannot be proved it is told what was known until then.
func TestExplainRefused(t *testing.T) {
	archive, err := txtar.ParseFile(corpus + "/reads_heartbleed.txtar")
	if err != nil {
		t.Fatal(err)
	}
	file := newCase(t, readSource(t), archive)
	_, err = verify.Check(bytes.NewReader(file), int64(len(file)), verify.Hardened())
	var broken *verify.Error
	if !errors.As(err, &broken) {
		t.Fatal(err)
	}
	e, err := verify.Explain(bytes.NewReader(file), int64(len(file)), verify.Hardened(), broken.Addr)
	if err != nil || len(e.Ways) == 0 {
		t.Errorf("got %+v, %v", e, err)
	}
}
