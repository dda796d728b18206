package codegen

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDevOver builds a folder's server over earlier ones: after each change the bytes are
// those of a new file.
func TestDevOver(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string, second int64) {
		t.Helper()
		name = filepath.Join(root, name)
		at := time.Unix(1e9+second, 0)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644), os.Chtimes(name, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	write("routes.yaml", "routes:\n  - path: /\n    dir: public\n", 0)
	for _, name := range []string{"a.txt", "b.txt", "c.html", "d.html"} {
		write("public/"+name, strings.Repeat(name+" ", 2000), 0)
	}
	write("public/small.txt", "small", 0)
	fsys := realFS{os.DirFS(root), root}
	hashes := &SiteHashes{Cache: mapCache{}, Facts: func(fs.FileInfo) FileFacts { return FileFacts{} }}
	f, err := os.Create(filepath.Join(t.TempDir(), "server"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var seen Seen
	var over Contents
	for i, change := range []func(){
		func() {},
		func() {},
		func() { write("public/b.txt", strings.Repeat("other ", 2000), 1) },
		func() { write("public/c.html", strings.Repeat("longer ", 3000), 2) },
		func() { write("public/a.txt", "short", 3) },
		func() { write("public/new.html", strings.Repeat("new ", 2000), 4) },
		func() { err = os.Remove(filepath.Join(root, "public/d.html")) },
		func() { write("public/b.txt", strings.Repeat("forge ", 2000), 1) }, // of which its state says nothing
	} {
		if change(); err != nil {
			t.Fatal(err)
		}
		if i == 7 {
			seen = Seen{} // or nobody would look again
		}
		dev := func(over Contents, seen *Seen) *Dev {
			return &Dev{Origin: devOrigin, Script: "/s", Over: over, Seen: seen}
		}
		r, err := Compile(fsys, "routes.yaml", Options{Out: f, Dev: dev(over, &seen), Site: SiteOptions{Hashes: hashes}})
		if err != nil {
			t.Fatal(err)
		}
		want, err := Compile(fsys, "routes.yaml", Options{Dev: dev(nil, nil)})
		if err != nil {
			t.Fatal(err)
		}
		var bytesOfNew bytes.Buffer
		if err := want.WriteELF(&bytesOfNew); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(f.Name())
		if err != nil || !bytes.Equal(got, bytesOfNew.Bytes()) {
			t.Errorf("change %d: other bytes than those of a new file (%v)", i, err)
		}
		over = r.Contents()
	}
}
