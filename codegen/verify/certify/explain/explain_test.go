package explain_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/format"
	"github.com/verbosel/verbosel/codegen/verify/certify/explain"
)

func example(t *testing.T) (server, proof []byte) {
	t.Helper()
	server, err := os.ReadFile("../../cert/testdata/server")
	if err != nil {
		t.Fatal(err)
	}
	if proof, err = os.ReadFile("../../cert/testdata/server.proof"); err != nil {
		t.Fatal(err)
	}
	return server, proof
}

func at(t *testing.T, addr uint64) []explain.Known {
	t.Helper()
	server, proof := example(t)
	known, err := explain.At(bytes.NewReader(server), int64(len(server)), proof, addr)
	if err != nil {
		t.Fatal(err)
	}
	return known
}

// What is known at the write: of descriptor, address and length, how they go together, and what was written.
func TestWrite(t *testing.T) {
	known := at(t, 0x238)
	if len(known) != 2 {
		t.Fatalf("%d ways, want those from two nodes", len(known))
	}
	k := known[0]
	if want := "in a child, and an answer may have begun"; k.Phase != want || k.From != "node 4 at 0x233" {
		t.Errorf("%s, from %s", k.Phase, k.From)
	}
	for _, want := range []explain.Named{
		{"rax", "1"}, {"rdx", "a"}, {"rsi", "image[c]"}, {"rdi", "d"}, {"rsp", "stack[-4144]"},
		{"8 bytes at stack[-4136]", "image[0x220]"},
		{"8 bytes at stack[-4144]", "where a call returns to, image[0x216]"},
		{"stack[-4144] to stack[-4128]", "may tell of an address"},
		{"a", "1..19"}, {"c", "4702..4720"}, {"d", "the client, 0..2147483647"},
	} {
		if !slices.Contains(k.Values, want) {
			t.Errorf("no %v in %v", want, k.Values)
		}
	}
	if want := []string{"b <= h + 4096", "a + c <= 4721"}; !slices.Equal(k.Facts, want) {
		t.Errorf("facts %q, want %q", k.Facts, want)
	}
	if want := []string{"-4096 to h", "-4136 to -4104"}; !slices.Equal(k.Written, want) {
		t.Errorf("written %q, want %q", k.Written, want)
	}
}

// A number without a letter of its own is given with its range, and nothing is said of what may be anything.
func TestBeginnings(t *testing.T) {
	known := at(t, 0xe8)
	if len(known) != 1 || known[0].From != "the entry" || known[0].Phase != "before socket" ||
		!slices.Equal(known[0].Values, []explain.Named{{"rsp", "stack[0]"}}) {
		t.Errorf("%+v", known)
	}
}

// The end of a region that is what a read brought, beyond the buffer's beginning.
func TestRead(t *testing.T) {
	for _, k := range at(t, 0x1f0) {
		if !slices.Contains(k.Values, explain.Named{Name: "rax", Value: "a"}) || !slices.Contains(k.Written, "-4096 to a - 4096") {
			t.Errorf("%+v", k)
		}
	}
}

// Where no way comes nothing is known.
func TestNowhere(t *testing.T) {
	if known := at(t, 0x239); known != nil {
		t.Errorf("%+v", known)
	}
}

// A certificate of another file is an error, and of one that is refused what was known until then is told.
func TestRefused(t *testing.T) {
	server, proof := example(t)
	other := bytes.Clone(server)
	other[len(other)-1] ^= 1
	if known, err := explain.At(bytes.NewReader(other), int64(len(other)), proof, 0xe8); known != nil || !errors.As(err, new(*format.Error)) {
		t.Errorf("%v, %v: want the format's error", known, err)
	}
	if _, err := explain.At(strings.NewReader(""), 0, proof, 0xe8); err == nil {
		t.Error("an empty file is explained")
	}
}
