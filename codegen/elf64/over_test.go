package elf64

import (
	"bytes"
	"crypto/sha256"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/x64"
)

// summed is a file system that tells its files' hashes, and notes which are opened.
type summed struct {
	fstest.MapFS
	opened *[]string
}

type summedInfo struct {
	fs.FileInfo
	sum [sha256.Size]byte
}

func (i summedInfo) Sys() any { return i.sum }

func (s summed) Stat(name string) (fs.FileInfo, error) {
	info, err := s.MapFS.Stat(name)
	if err != nil || strings.HasPrefix(name, "unknown") {
		return info, err
	}
	return summedInfo{info, sha256.Sum256(s.MapFS[name].Data)}, nil
}

func (s summed) Open(name string) (fs.File, error) {
	*s.opened = append(*s.opened, name)
	return s.MapFS.Open(name)
}

// TestEncodeOver writes servers over earlier ones: what stays is not read, and the bytes are
// those of a new file; so is the hash.
func TestEncodeOver(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text := func(c string, n int) *fstest.MapFile { return &fstest.MapFile{Data: bytes.Repeat([]byte(c), n)} }
	files := fstest.MapFS{"a": text("a", 9000), "b": text("b", 5000), "c": text("c", 300_000), "unknown": text("u", 5000)}
	var before Contents
	for _, step := range []struct {
		name   string
		change func()
		opened string
	}{
		{"new", func() {}, "a b c unknown c"},
		{"the same", func() {}, "unknown"},
		{"other bytes", func() { files["b"] = text("B", 5000) }, "b unknown"},
		{"longer, within its pages", func() { files["a"] = text("a", 9100) }, "a unknown"},
		{"longer by a page", func() { files["b"] = text("b", 9000) }, "b c unknown c"},
		{"shorter", func() { files["a"], files["b"] = text("a", 5), text("b", 1) }, "a b c unknown c"},
		{"what is not known to have changed", func() { files["unknown"] = text("U", 5000) }, "unknown"},
		{"what was there is forgotten", func() { before = nil }, "a b c unknown c"},
	} {
		step.change()
		obj := exit42()
		for i, name := range []string{"a", "b", "c", "unknown"} {
			obj.Data = append(obj.Data, x64.Datum{Label: name, Align: PageSize, Fields: []x64.Field{
				x64.Word{Size: 8, Value: uint64(i)}, x64.File{Name: name, Size: int64(len(files[name].Data))}}})
		}
		obj.Data = append(obj.Data, x64.Datum{Label: "part", Fields: []x64.Field{x64.File{Name: "c", Off: 7, Size: 299_993}}})
		m := link(t, obj, Options{Symbols: true})
		var opened []string
		fsys := summed{files, &opened}
		after, sum, err := m.EncodeParts(f, fsys, 1, before)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(opened, " "); got != step.opened {
			t.Errorf("%s: opened %q, not %q", step.name, got, step.opened)
		}
		if err := f.Truncate(m.Size()); err != nil {
			t.Fatal(err)
		}
		want, err := m.Bytes(fsys)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(f.Name())
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: other bytes than those of a new file (%v)", step.name, err)
		}
		fresh, err := os.Create(filepath.Join(t.TempDir(), "fresh"))
		if err != nil {
			t.Fatal(err)
		}
		defer fresh.Close()
		if _, other, err := m.EncodeParts(fresh, fsys, 1, nil); err != nil || other != sum {
			t.Errorf("%s: another hash than that of a new file (%v)", step.name, err)
		}
		before = after
	}
}

// written notes how many bytes are written.
type written struct {
	io.WriterAt
	bytes atomic.Int64
}

func (w *written) WriteAt(p []byte, off int64) (int, error) {
	w.bytes.Add(int64(len(p)))
	return w.WriterAt.WriteAt(p, off)
}

// TestEncodeOverLeaves: of the bytes between files those are written that have changed.
func TestEncodeOverLeaves(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var opened []string
	fsys := summed{fstest.MapFS{"a": {Data: make([]byte, 5000)}, "b": {Data: make([]byte, 7000)}}, &opened}
	var before Contents
	for _, step := range []struct {
		name     string
		word     uint64
		long     int // bytes of one field
		from, to int64
	}{
		{"new", 1, 3, 20_000, 25_000},
		{"the same", 1, 3, 0, 0},
		{"another word", 2, 3, 8, 2 * PageSize},
		{"the same again", 2, 3, 0, 0},
		{"longer than is gathered", 2, writeSize * 2, writeSize * 2, writeSize*2 + 9*PageSize},
		{"of that the same", 2, writeSize * 2, 0, 0},
		{"its last byte", 2, writeSize*2 + 1, 1, writeSize + PageSize},
	} {
		obj := exit42()
		obj.Data = append(obj.Data,
			x64.Datum{Label: "a", Align: PageSize, Fields: []x64.Field{x64.File{Name: "a", Size: 5000}}},
			x64.Datum{Label: "word", Align: PageSize, Fields: []x64.Field{x64.Word{Size: 8, Value: step.word}}},
			x64.Datum{Label: "b", Align: PageSize, Fields: []x64.Field{x64.File{Name: "b", Size: 7000}}},
			x64.Datum{Label: "long", Align: PageSize, Fields: []x64.Field{x64.Bytes{B: make([]byte, step.long)}}})
		m := link(t, obj, Options{})
		w := &written{WriterAt: f}
		if before, _, err = m.EncodeParts(w, fsys, 1, before); err != nil {
			t.Fatal(err)
		}
		if n := w.bytes.Load(); n < step.from || n > step.to {
			t.Errorf("%s: wrote %d bytes, not %d to %d", step.name, n, step.from, step.to)
		}
		want, err := m.Bytes(fsys)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(f.Name()); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: other bytes than those of a new file (%v)", step.name, err)
		}
	}
}
