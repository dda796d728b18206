package site

import (
	"io"
	"io/fs"
	"strings"
	"testing"
)

func TestFiles(t *testing.T) {
	fsys, cache := mixed(), newMemoryCache()
	s := build(t, fsys, "", Options{Cache: cache})
	all := Files(fsys, s)
	v := byPath(t, s, "/big.css").Variants[1]
	info, err := fs.Stat(all, v.File)
	if err != nil || info.Size() != v.Size || !info.Mode().IsRegular() || info.IsDir() || !info.ModTime().IsZero() || info.Sys() != v.Sum ||
		!strings.HasSuffix(v.File, "/"+info.Name()) {
		t.Errorf("%v: %v", info, err)
	}
	if b, err := fs.ReadFile(all, "public/tiny.txt"); err != nil || string(b) != "a" {
		t.Errorf("a file that is none of a site's: %q %v", b, err)
	}
	if info, err := fs.Stat(all, "public/tiny.txt"); err != nil || info.Size() != 1 {
		t.Errorf("a file that is none of a site's: %v %v", info, err)
	}
	if _, err := all.Open("nothing"); err == nil {
		t.Error("opened nothing")
	}
	if _, err := fs.Stat(all, "nothing"); err == nil {
		t.Error("described nothing")
	}
}

// TestFilesOfTwoSites: each is found, whichever site it is of.
func TestFilesOfTwoSites(t *testing.T) {
	fsys, cache := mixed(), newMemoryCache()
	a, b := build(t, fsys, "include: '*.css'", Options{Cache: cache}), build(t, fsys, "include: '*.png'", Options{Cache: cache})
	all := Files(fsys, a, b)
	for _, c := range []Content{byPath(t, a, "/big.css").Variants[1].Content, byPath(t, b, "/photo.png").Variants[0].Content} {
		if got, err := fs.ReadFile(all, c.File); err != nil || int64(len(got)) != c.Size {
			t.Errorf("%s: %d bytes, %v", c.File, len(got), err)
		}
	}
}

func TestFilesThatChanged(t *testing.T) {
	fsys, cache := mixed(), newMemoryCache()
	s := build(t, fsys, "", Options{Cache: cache})
	all := Files(fsys, s)
	name := "public/photo.png"
	good := fsys[name].Data
	for what, data := range map[string][]byte{"shorter": good[:len(good)-1], "longer": append(good, 0), "other": []byte(noise(9, len(good)))} {
		fsys[name].Data = data
		if _, err := fs.ReadFile(all, name); err == nil || !strings.Contains(err.Error(), "changed while the site was built") {
			t.Errorf("%s: %v", what, err)
		}
	}
	fsys[name].Data = good
	if _, err := fs.ReadFile(all, name); err != nil {
		t.Error(err)
	}
	v := byPath(t, s, "/big.css").Variants[1]
	key := s.stored[v.File].name
	cache.entries[key][entryHeader+5] ^= 1
	if _, err := io.Copy(io.Discard, open(t, all, v.File)); err == nil {
		t.Error("a damaged entry of the cache is read")
	}
	delete(cache.entries, key)
	if _, err := all.Open(v.File); err == nil || !strings.Contains(err.Error(), "open "+v.File+": file does not exist") {
		t.Errorf("a lost entry: %v", err)
	}
	cache.entries[key] = []byte("short")
	if _, err := all.Open(v.File); err == nil {
		t.Error("an entry without a header is opened")
	}
}

// TestPartOfAFile: whoever reads exactly the promised size learns of a change too.
func TestPartOfAFile(t *testing.T) {
	fsys := mixed()
	s := build(t, fsys, "", Options{})
	name := "public/photo.png"
	size := int64(len(fsys[name].Data))
	fsys[name].Data = []byte(noise(9, int(size)))
	if _, err := io.CopyN(io.Discard, open(t, Files(fsys, s), name), size); err == nil {
		t.Error("no error")
	}
}

func open(t testing.TB, fsys fs.FS, name string) fs.File {
	t.Helper()
	f, err := fsys.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
