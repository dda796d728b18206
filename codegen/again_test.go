package codegen

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// realFS is a folder of the disk with its place, as the cache of hashes wants it.
type realFS struct {
	fs.FS
	root string
}

func (d realFS) Beyond(name string) (Disk, error) {
	return realFS{os.DirFS(filepath.Join(d.root, name)), filepath.Join(d.root, name)}, nil
}
func (d realFS) Real(name string) (string, error)       { return filepath.Join(d.root, name), nil }
func (d realFS) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(d.FS, name) }
func (d realFS) ReadLink(name string) (string, error)   { return fs.ReadLink(d.FS, name) }

// mapCache is a cache in memory, for one goroutine.
type mapCache map[string][]byte

func (c mapCache) Open(key string) (io.ReadCloser, error) {
	if entry, ok := c[key]; ok {
		return io.NopCloser(bytes.NewReader(entry)), nil
	}
	return nil, fs.ErrNotExist
}
func (c mapCache) Put(key string, entry []byte) error { c[key] = entry; return nil }

// fileCache is a cache of files in a folder, which can be asked for their size.
type fileCache string

func (c fileCache) Open(key string) (io.ReadCloser, error) {
	return os.Open(filepath.Join(string(c), key))
}
func (c fileCache) Put(key string, entry []byte) error {
	return os.WriteFile(filepath.Join(string(c), key), entry, 0o644)
}

// provedOnce remembers the proofs of a test that compiles the same server several times, and is about its bytes.
func provedOnce() *ProofMemo { return &ProofMemo{Prover: "test", Store: mapCache{}} }

// TestDamagedEncodingIsMadeAnew: an encoding of the cache is believed until it is written. One that has not
// the bytes that it had is made once more, and the server is the right one.
func TestDamagedEncodingIsMadeAnew(t *testing.T) {
	words := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	for range 8000 {
		fmt.Fprintf(&text, "%x ", words.IntN(1<<12))
	}
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "a.txt"), []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "routes.yaml"), []byte("routes:\n  - path: /\n    dir: .\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	cache, fsys := fileCache(t.TempDir()), realFS{os.DirFS(root), root}
	opts := Options{Proofs: provedOnce(), Site: SiteOptions{Cache: cache, Hashes: &SiteHashes{Cache: mapCache{}, Facts: func(fs.FileInfo) FileFacts { return FileFacts{} }}}}
	want, err := Compile(fsys, "routes.yaml", opts)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := filepath.Glob(filepath.Join(string(cache), "*"))
	if err != nil || len(entries) != 3 {
		t.Fatalf("%q, %v", entries, err)
	}
	for what, damage := range map[string]func([]byte) []byte{
		"nothing":   func(b []byte) []byte { return b },
		"other":     func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"shorter":   func(b []byte) []byte { return b[:len(b)-1] },
		"longer":    func(b []byte) []byte { return append(b, 0) },
		"no header": func(b []byte) []byte { return b[:8] },
	} {
		whole := map[string][]byte{}
		for _, name := range entries {
			whole[name], err = os.ReadFile(name)
			if err != nil || len(whole[name]) < 8<<10 {
				t.Fatalf("%s has %d bytes, and is held in memory, or %v", name, len(whole[name]), err)
			}
			if err := os.WriteFile(name, damage(bytes.Clone(whole[name])), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := Compile(fsys, "routes.yaml", opts)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if got.SHA256() != want.SHA256() {
			t.Errorf("%s: another server", what)
		}
		for _, name := range entries {
			if now, err := os.ReadFile(name); err != nil || !bytes.Equal(now, whole[name]) {
				t.Errorf("%s: the entry has %d bytes, not %d as before, %v", what, len(now), len(whole[name]), err)
			}
		}
	}
}

// forgedFolder is a folder of which hashes are remembered, and of which a file has other
// bytes now: with the size and time that it had.
func forgedFolder(t *testing.T, proofs *ProofMemo) (fs.FS, Options) {
	t.Helper()
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644), os.Chtimes(name, time.Unix(1e9, 0), time.Unix(1e9, 0))); err != nil {
			t.Fatal(err)
		}
	}
	write("routes.yaml", "routes:\n  - path: /\n    dir: public\n    encodings: []\n")
	// Of equal content the server has but one copy: of which file the bytes come, is no matter.
	for _, name := range []string{"public/a.txt", "public/b.txt", "public/c.txt"} {
		write(name, strings.Repeat("old ", 5000))
	}
	opts := Options{Proofs: proofs, Site: SiteOptions{Hashes: &SiteHashes{Cache: mapCache{}, Facts: func(fs.FileInfo) FileFacts { return FileFacts{} }}}}
	fsys := realFS{os.DirFS(root), root}
	for range 2 { // the second one believes
		if _, err := Compile(fsys, "routes.yaml", opts); err != nil {
			t.Fatal(err)
		}
	}
	write("public/b.txt", strings.Repeat("new ", 5000))
	return fsys, opts
}

// TestForgedFileIsServed: a remembered hash that is wrong ends in the right server, with
// every kind of store, also where the file's content is written from another one.
func TestForgedFileIsServed(t *testing.T) {
	proofs := provedOnce()
	for name, store := range map[string]func(t *testing.T) Store{
		"memory": func(*testing.T) Store { return nil },
		"file": func(t *testing.T) Store {
			f, err := os.CreateTemp(t.TempDir(), "")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { f.Close() })
			return f
		},
		"no way back": func(*testing.T) Store { return new(memory) },
	} {
		t.Run(name, func(t *testing.T) {
			fsys, opts := forgedFolder(t, proofs)
			want, err := Compile(fsys, "routes.yaml", Options{Proofs: proofs})
			if err != nil {
				t.Fatal(err)
			}
			opts.Out = store(t)
			got, err := Compile(fsys, "routes.yaml", opts)
			if err != nil {
				t.Fatal(err)
			}
			if got.SHA256() != want.SHA256() {
				t.Error("another server than without remembered hashes")
			}
			stored := sha256.New()
			if err := got.WriteELF(stored); err != nil || !bytes.Equal(stored.Sum(nil), got.hash.Sum(nil)) {
				t.Errorf("the store holds other bytes, %v", err)
			}
		})
	}
}

// stuck is a store that cannot be emptied.
type stuck struct{ memory }

func (*stuck) Seek(int64, int) (int64, error) { return 0, nil }
func (*stuck) Truncate(int64) error           { return errStuck }

var errStuck = errors.New("stuck")

func TestStoreIsStuck(t *testing.T) {
	fsys, opts := forgedFolder(t, provedOnce())
	opts.Out = new(stuck)
	if _, err := Compile(fsys, "routes.yaml", opts); !errors.Is(err, errStuck) {
		t.Errorf("got %v", err)
	}
}
