package unchanged

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen"
)

// disk is a folder of this machine.
type disk struct {
	fs.FS
	root string
}

func open(root string) Disk { return disk{os.DirFS(root), root} }

func (d disk) Stat(name string) (fs.FileInfo, error)      { return fs.Stat(d.FS, name) }
func (d disk) Lstat(name string) (fs.FileInfo, error)     { return fs.Lstat(d.FS, name) }
func (d disk) ReadLink(name string) (string, error)       { return fs.ReadLink(d.FS, name) }
func (d disk) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(d.FS, name) }
func (d disk) Real(name string) (string, error) {
	return filepath.EvalSymlinks(filepath.Join(d.root, name))
}
func (d disk) Beyond(name string) (codegen.Disk, error) {
	return open(filepath.Join(d.root, name)), nil
}

var then = time.Unix(1_700_000_000, 0)

// write makes a file with a time.
func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, then, then); err != nil {
		t.Fatal(err)
	}
}

// folder has site/page.html, site/link to it, site/sub, and beside the site the file out/a.css.
func folder(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, dir := range []string{"site/sub", "out"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(root, "site/page.html"), "<p>one")
	write(t, filepath.Join(root, "out/a.css"), "p{}")
	if err := os.Symlink("page.html", filepath.Join(root, "site/link")); err != nil {
		t.Fatal(err)
	}
	return root
}

// look asks everything that there is to be asked, as a build does.
func look(t *testing.T, fsys Disk) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := fsys.ReadDir(".")
	must(err)
	_, err = fsys.Stat("page.html")
	must(err)
	_, err = fsys.Stat("sub")
	must(err)
	_, err = fsys.Lstat("link")
	must(err)
	_, err = fsys.ReadLink("link")
	must(err)
	_, err = fsys.Real("link")
	must(err)
	_, err = fs.ReadFile(fsys, "page.html")
	must(err)
	if _, err := fsys.Open("_redirects"); err == nil {
		t.Fatal("there are _redirects")
	}
	out, err := fsys.Beyond("../out")
	must(err)
	f, err := out.Open("a.css")
	must(err)
	_, err = io.CopyN(io.Discard, f, 3) // to the last byte, and not to the end
	must(err)
	must(f.Close())
}

// TestSame: what a build looked at is the same as long as nothing of it has changed, and each change is
// seen, one of bytes too that leaves size and time alone.
func TestSame(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(t *testing.T, root string)
		same   bool
	}{
		{"nothing", func(*testing.T, string) {}, true},
		{"what nobody looked at", func(t *testing.T, root string) { write(t, filepath.Join(root, "out/b.css"), "") }, true},
		{"bytes alone", func(t *testing.T, root string) { write(t, filepath.Join(root, "site/page.html"), "<p>two") }, false},
		{"bytes beyond", func(t *testing.T, root string) { write(t, filepath.Join(root, "out/a.css"), "q{}") }, false},
		{"size", func(t *testing.T, root string) { write(t, filepath.Join(root, "site/page.html"), "<p>one!") }, false},
		{"time", func(t *testing.T, root string) {
			if err := os.Chtimes(filepath.Join(root, "site/page.html"), then, then.Add(time.Nanosecond)); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"a new file", func(t *testing.T, root string) { write(t, filepath.Join(root, "site/new"), "") }, false},
		{"a file that was missing", func(t *testing.T, root string) { write(t, filepath.Join(root, "site/_redirects"), "") }, false},
		{"a file is gone", func(t *testing.T, root string) { remove(t, filepath.Join(root, "site/page.html")) }, false},
		{"a file in place of a folder", func(t *testing.T, root string) {
			remove(t, filepath.Join(root, "site/sub"))
			write(t, filepath.Join(root, "site/sub"), "")
		}, false},
		{"a link to another file", func(t *testing.T, root string) {
			remove(t, filepath.Join(root, "site/link"))
			if err := os.Symlink("sub", filepath.Join(root, "site/link")); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"the folder beyond is gone", func(t *testing.T, root string) {
			if err := os.RemoveAll(filepath.Join(root, "out")); err != nil {
				t.Fatal(err)
			}
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := folder(t)
			site := open(filepath.Join(root, "site"))
			fsys, watched := Watch(site)
			look(t, fsys)
			look(t, fsys)
			facts, ok := watched.Facts()
			if !ok || len(facts) != 10 {
				t.Fatalf("%d facts, %v", len(facts), ok)
			}
			test.change(t, root)
			if got := Same(t.Context(), site, facts); got != test.same {
				t.Errorf("the same: %v", got)
			}
		})
	}
}

func remove(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
}

// TestEachFactCounts: with another answer to any one question it is not the same.
func TestEachFactCounts(t *testing.T) {
	site := open(filepath.Join(folder(t), "site"))
	fsys, watched := Watch(site)
	look(t, fsys)
	facts, _ := watched.Facts()
	for i, f := range facts {
		if f.Asked == askBeyond {
			continue // it has no answer but that it is there
		}
		other := append([]Fact{}, facts...)
		other[i].Answer += "x"
		if Same(t.Context(), site, other) {
			t.Errorf("another answer to %d of %s makes no difference", f.Asked, f.Name)
		}
		other[i] = f
		other[i].Disk = len(facts) + 7
		if Same(t.Context(), site, other) {
			t.Errorf("%d of %s is asked of a file system that there is not", f.Asked, f.Name)
		}
	}
	if Same(t.Context(), site, []Fact{{Asked: 99, Name: "."}}) {
		t.Error("a question that is none has an answer")
	}
}

// TestLost: what cannot be asked for again is not remembered.
func TestLost(t *testing.T) {
	for name, ask := range map[string]func(t *testing.T, root string, fsys Disk, w *Watched){
		"a part of a file": func(t *testing.T, _ string, fsys Disk, _ *Watched) {
			f, err := fsys.Open("page.html")
			if err != nil {
				t.Fatal(err)
			}
			_, _ = f.Read(make([]byte, 2))
			f.Close()
		},
		"what an entry says": func(t *testing.T, _ string, fsys Disk, _ *Watched) {
			list, err := fsys.ReadDir(".")
			if err != nil {
				t.Fatal(err)
			}
			_, _ = list[0].Info()
		},
		"two answers": func(t *testing.T, root string, fsys Disk, _ *Watched) {
			_, _ = fs.ReadFile(fsys, "page.html")
			write(t, filepath.Join(root, "site/page.html"), "<p>two")
			_, _ = fs.ReadFile(fsys, "page.html")
		},
		"an error":      func(_ *testing.T, _ string, fsys Disk, _ *Watched) { _, _ = fsys.ReadLink("page.html") },
		"somebody else": func(_ *testing.T, _ string, _ Disk, w *Watched) { w.Lose() },
	} {
		t.Run(name, func(t *testing.T) {
			root := folder(t)
			fsys, watched := Watch(open(filepath.Join(root, "site")))
			look(t, fsys)
			ask(t, root, fsys, watched)
			if _, ok := watched.Facts(); ok {
				t.Error("it is remembered")
			}
		})
	}
}
