package elf64

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/x64"
)

func TestEncodeParts(t *testing.T) {
	fsys := fstest.MapFS{"a": {Data: bytes.Repeat([]byte("0123456789"), 5000)}, "b": {Data: []byte("xyz")}}
	obj := exit42()
	for i, f := range []x64.File{{Name: "a", Size: 50_000}, {Name: "b", Size: 3}, {Name: "a", Off: 7, Size: 49_993}, {Name: "b", Off: 1, Size: 2}} {
		obj.Data = append(obj.Data, x64.Datum{Label: string(rune('p' + i)), Align: 16, Fields: []x64.Field{f}})
	}
	for name, opts := range map[string]Options{"as it is": {}, "with symbols": {Symbols: true}} {
		m := link(t, obj, opts)
		want, err := m.Bytes(fsys)
		if err != nil {
			t.Fatal(err)
		}
		sums := map[[32]byte]bool{}
		for n := 1; n <= 9; n++ {
			path := filepath.Join(t.TempDir(), "out")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			_, sum, err := m.EncodeParts(f, fsys, n, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s, %d parts: other bytes than in one (%v)", name, n, err)
			}
			sums[sum] = true
			_, again, err := m.EncodeParts(f, fsys, n, nil)
			if err != nil || again != sum {
				t.Errorf("%s, %d parts: the same bytes have two hashes (%v)", name, n, err)
			}
			other := fstest.MapFS{"a": fsys["a"], "b": {Data: []byte("xyy")}}
			if _, again, err = m.EncodeParts(f, other, n, nil); err != nil || again == sum {
				t.Errorf("%s, %d parts: other bytes have the same hash (%v)", name, n, err)
			}
		}
		if len(sums) < 2 {
			t.Errorf("%s: it was never written in parts", name)
		}
	}
}

// fullAt takes bytes up to a place.
type fullAt int64

func (w fullAt) WriteAt(p []byte, off int64) (int, error) {
	if n := min(int64(w)-off, int64(len(p))); n < int64(len(p)) {
		return int(max(n, 0)), errBroken
	}
	return len(p), nil
}

var errBroken = errors.New("no more room")

func TestEncodePartsFails(t *testing.T) {
	fsys := fstest.MapFS{"a": {Data: make([]byte, 100_000)}}
	m := link(t, withFile(x64.File{Name: "a", Size: 100_000}), Options{})
	if _, _, err := m.EncodeParts(fullAt(9_000), fsys, 2, nil); !errors.Is(err, errBroken) {
		t.Errorf("a full disk: %v", err)
	}
	var out io.WriterAt = fullAt(1 << 30)
	if _, _, err := m.EncodeParts(out, fstest.MapFS{"a": {Data: []byte("short")}}, 2, nil); err == nil {
		t.Error("no error for a file that has changed")
	}
}
