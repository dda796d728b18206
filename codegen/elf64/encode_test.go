package elf64

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/x64"
)

// withFile is exit42 with ranges of files at the end of its data.
func withFile(files ...x64.File) *x64.Object {
	obj := exit42()
	d := x64.Datum{Label: "body", Align: 16}
	for _, f := range files {
		d.Fields = append(d.Fields, f)
	}
	obj.Data = append(obj.Data, d)
	return obj
}

func TestEncodeFiles(t *testing.T) {
	fsys := fstest.MapFS{"a": {Data: []byte("0123456789")}, "b": {Data: []byte("xyz")}}
	obj := withFile(x64.File{Name: "a", Off: 4, Size: 6}, x64.File{Name: "b", Size: 3}, x64.File{Name: "a", Size: 2})
	for name, fsys := range map[string]fs.FS{"seeking": fsys, "reading": noSeek{fsys}} {
		t.Run(name, func(t *testing.T) {
			b, err := link(t, obj, Options{}).Bytes(fsys)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := string(b[len(b)-11:]), "456789xyz01"; got != want {
				t.Errorf("body %q, want %q", got, want)
			}
		})
	}
}

func TestEncodeFileErrors(t *testing.T) {
	ten := fstest.MapFS{"a": {Data: []byte("0123456789")}}
	tests := []struct {
		name string
		fsys fs.FS
		file x64.File
		want string
	}{
		{"no file system", nil, x64.File{Name: "a", Size: 10}, "a: no file system to read it from"},
		{"absent", ten, x64.File{Name: "b", Size: 10}, "open b: file does not exist"},
		{"shorter", ten, x64.File{Name: "a", Size: 11}, "a changed while the server was built: it had 11 bytes and now has 10"},
		{"longer", ten, x64.File{Name: "a", Off: 2, Size: 7}, "it had 9 bytes and now has 10"},
		{"ends early", lies{ten, 12}, x64.File{Name: "a", Off: 3, Size: 9}, "it had 12 bytes and ended at 10"},
		{"skip ends early", noSeek{lies{ten, 22}}, x64.File{Name: "a", Off: 20, Size: 2}, "a: seeking to 20: EOF"},
		{"vanishes", vanishes{ten}, x64.File{Name: "a", Size: 10}, "gone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := link(t, withFile(tt.file), Options{}).Bytes(tt.fsys)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestEncodeWriteErrors(t *testing.T) {
	m := link(t, exit42(), Options{Symbols: true})
	for room := range m.Size() {
		if err := m.Encode(&fullWriter{room: room}, nil); !errors.Is(err, errFull) {
			t.Fatalf("with room for %d bytes: %v", room, err)
		}
	}
	if err := m.Encode(shortWriter{}, nil); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a short write gives %v", err)
	}
}

// A body of 100 MiB must pass through without being held. The bound is on all that
// is allocated, so that it holds for whatever the collector has not freed.
func TestEncodeStreams(t *testing.T) {
	const size = 100 << 20
	dir := t.TempDir()
	name := filepath.Join(dir, "big")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, size); err != nil {
		t.Fatal(err)
	}
	m := link(t, withFile(x64.File{Name: "big", Size: size}), Options{})
	w := &countingWriter{}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := m.Encode(w, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("allocated %d bytes while writing %d", got, m.Size())
	}
	if w.n != m.Size() || w.n < size {
		t.Errorf("wrote %d bytes of %d", w.n, m.Size())
	}
}

type countingWriter struct{ n int64 }

func (w *countingWriter) Write(p []byte) (int, error) {
	w.n += int64(len(p))
	return len(p), nil
}

var errFull = errors.New("no space left")

type fullWriter struct{ room int64 }

func (w *fullWriter) Write(p []byte) (int, error) {
	if n := w.room; int64(len(p)) > n {
		w.room = 0
		return int(n), errFull
	}
	w.room -= int64(len(p))
	return len(p), nil
}

type shortWriter struct{}

func (shortWriter) Write(p []byte) (int, error) { return len(p) - 1, nil }

// noSeek hides Seek.
type noSeek struct{ fs.FS }

func (f noSeek) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	return struct{ fs.File }{file}, err
}

// lies says that every file has another size.
type lies struct {
	fs.FS
	size int64
}

func (f lies) Stat(name string) (fs.FileInfo, error) {
	info, err := fs.Stat(f.FS, name)
	return sized{info, f.size}, err
}

func (f noSeek) Stat(name string) (fs.FileInfo, error) { return fs.Stat(f.FS, name) }

type sized struct {
	fs.FileInfo
	size int64
}

func (s sized) Size() int64 { return s.size }

// vanishes has a file until it is opened.
type vanishes struct{ fstest.MapFS }

func (vanishes) Open(string) (fs.File, error) { return nil, errors.New("gone") }
