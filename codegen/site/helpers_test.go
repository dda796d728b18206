package site

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/spec"
)

// dirRoute is the route of a spec with the keys in yaml, over a folder in fsys.
func dirRoute(t testing.TB, fsys fs.FS, yaml string) spec.Route {
	t.Helper()
	text := "public\n"
	if yaml != "" {
		text += "    " + yaml + "\n"
	}
	return dirRouteOf(t, fsys, text)
}

// dirRouteOf is the route of a spec over a folder, with keys behind its name.
func dirRouteOf(t testing.TB, fsys fs.FS, folder string) spec.Route {
	t.Helper()
	text := "routes:\n  - path: /\n    dir: " + folder
	s, err := spec.Parse(over{fsys, text}, "routes.yaml")
	if err != nil {
		t.Fatalf("%s%v", text, err)
	}
	return s.Routes[0]
}

// over is a file system with a spec beside its files.
type over struct {
	fs.FS
	text string
}

func (o over) Open(name string) (fs.File, error) {
	if name == "routes.yaml" {
		return fstest.MapFS{name: {Data: []byte(o.text)}}.Open(name)
	}
	return o.FS.Open(name)
}

func (o over) Beyond(name string) (spec.Disk, error) {
	if disk, ok := o.FS.(spec.Disk); ok {
		return disk.Beyond(name)
	}
	return nil, fs.ErrNotExist
}

func (o over) Real(name string) (string, error) { return o.FS.(spec.Disk).Real(name) }

// testDisk is a folder of the disk.
type testDisk struct {
	folderFS
	root string
}

type folderFS interface {
	fs.ReadDirFS
	fs.ReadFileFS
	fs.ReadLinkFS
	fs.StatFS
}

func newTestDisk(root string) testDisk { return testDisk{os.DirFS(root).(folderFS), root} }

func (d testDisk) Beyond(name string) (spec.Disk, error) { return newTestDisk(d.path(name)), nil }

func (d testDisk) Real(name string) (string, error) { return filepath.EvalSymlinks(d.path(name)) }

func (d testDisk) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(d.root, name)
}

func (o over) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(o.FS, name) }
func (o over) ReadLink(name string) (string, error)   { return fs.ReadLink(o.FS, name) }

// tree is a folder `public` with the texts by their names in it.
func tree(texts map[string]string) fstest.MapFS {
	m := fstest.MapFS{"public": {Mode: fs.ModeDir | 0o755}}
	for name, text := range texts {
		m["public/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

// named is a tree of files whose content is their name.
func named(names ...string) fstest.MapFS {
	texts := map[string]string{}
	for _, n := range names {
		texts[n] = n
	}
	return tree(texts)
}

// writeTree writes a tree to a folder of its own, and links to their targets.
func writeTree(t testing.TB, m fstest.MapFS, links map[string]string) string {
	t.Helper()
	root := t.TempDir()
	if err := os.CopyFS(root, m); err != nil {
		t.Fatal(err)
	}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func build(t testing.TB, fsys fs.FS, yaml string, opts Options) *Site {
	t.Helper()
	s, err := Build(context.Background(), fsys, dirRoute(t, fsys, yaml), opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// byPath returns the resource of a path, or fails.
func byPath(t testing.TB, s *Site, path string) Resource {
	t.Helper()
	for _, r := range s.Resources {
		if r.Path == path {
			return r
		}
	}
	t.Fatalf("no resource %s", path)
	return Resource{}
}

// read returns the bytes of a content, through Files.
func read(t testing.TB, fsys fs.FS, s *Site, c Content) []byte {
	t.Helper()
	if c.File == "" {
		return c.Bytes
	}
	b, err := fs.ReadFile(Files(fsys, s), c.File)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// decode undoes a content coding.
func decode(t testing.TB, coding string, b []byte) []byte {
	t.Helper()
	if coding == "" {
		return b
	}
	r, err := codecs[coding].decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// memoryCache is a Cache that counts.
type memoryCache struct {
	mu         sync.Mutex
	entries    map[string][]byte
	hits, puts int
	fail       error
}

func newMemoryCache() *memoryCache { return &memoryCache{entries: map[string][]byte{}} }

func (c *memoryCache) Open(key string) (io.ReadCloser, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, ok := c.entries[key]
	if !ok {
		return nil, fs.ErrNotExist
	}
	c.hits++
	return io.NopCloser(bytes.NewReader(b)), nil
}

func (c *memoryCache) Put(key string, entry []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.puts++
	c.entries[key] = bytes.Clone(entry)
	return c.fail
}

// prose is text that compresses, n bytes of it, always the same.
func prose(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "<p class=%q>%d %x</p>\n", "item", r.IntN(1000), r.IntN(1<<20))
	}
	return b.String()[:n]
}

// noise is content that does not compress.
func noise(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

var errTest = errors.New("as the test wants it")
