package codegen

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestInputs(t *testing.T) {
	for _, tt := range []struct{ spec, want string }{
		{"routes: [{ path: /, dir: public }, { path: /f, file: public/x/a.css }, { path: /t, file: t.txt }]\n" +
			"errors: { 404: { file: errors/404.html } }\n", ". errors public public/x"},
		{"routes: [{ path: /, dir: a/b/c }]\n", ". a a/b a/b/c a/b/c/d"},
		{"redirects: errors/moved.csv\n", ". errors"},
		// Mistakes, whose remedy is a file or a folder that appears.
		{"routes: [{ path: /, dir: a/later/public }, { path: /f, file: new/x.css }]\n", ". a"},
		{"routes: [{ path: /, dir: public, spa: app/x.html }]\n", ". public public/x"},
		{"routes: [{ path: /, dir: t.txt/x }]\n", "."},
		{"routes: [{ path: /, dir: . }]\n", ". a a/b a/b/c a/b/c/d errors public public/x"},
		{"nonsens: 1\nroutes: [{ path: no, dir: a/b, more: 1 }]\n", ". a a/b a/b/c a/b/c/d"},
		{"nonsense\n", "."},
	} {
		files := devFiles()
		files["a/b/c/d/e"] = &fstest.MapFile{}
		files["routes.yaml"].Data = []byte(tt.spec)
		if got := strings.Join(FindInputs(files, "routes.yaml").Folders, " "); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.spec, got, tt.want)
		}
	}
}

func TestInputsOfNothing(t *testing.T) {
	if got := FindInputs(fstest.MapFS{}, "a/routes.yaml").Folders; strings.Join(got, " ") != "a" {
		t.Errorf("got %q", got)
	}
}

// TestInputsBehindLinks: what a link leads to is watched where it is.
func TestInputsBehindLinks(t *testing.T) {
	root := t.TempDir()
	err := os.CopyFS(root, fstest.MapFS{"real/deep/a.txt": {}, "site/b.txt": {},
		"routes.yaml": {Data: []byte("routes: [{ path: /a, file: a.txt }, { path: /, dir: public }]\n")}})
	if err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"a.txt": "real/deep/a.txt", "public": "site"} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{".", "public", "real", "real/deep", "site"}
	if diff := cmp.Diff(want, FindInputs(os.DirFS(root), "routes.yaml").Folders); diff != "" {
		t.Error(diff)
	}
}

// closed is a file system with a folder that cannot be read.
type closed struct{ fstest.MapFS }

func (c closed) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "public/x" {
		return nil, fs.ErrPermission
	}
	return c.MapFS.ReadDir(name)
}

func TestInputsUnreadable(t *testing.T) {
	if got := strings.Join(FindInputs(closed{devFiles()}, "routes.yaml").Folders, " "); got != ". public public/x" {
		t.Errorf("got %s", got)
	}
}

// TestConcerns: what the spec names and what is served counts, and nothing beside it.
func TestConcerns(t *testing.T) {
	files := devFiles()
	files["a/b/c/d/e"] = &fstest.MapFile{}
	files["routes.yaml"].Data = []byte("routes: [{ path: /, dir: public }, { path: /f, file: a/b/c/d/e }]\n" +
		"errors: { 404: { file: t.txt } }\n")
	in := FindInputs(files, "routes.yaml")
	for name, want := range map[string]bool{
		"routes.yaml": true, "t.txt": true, "public": true, "public/new/x": true, "a": true, "a/b/c/d/e": true, "public/.well-known/x": true,
		"dev.log": false, ".": false, "routes.yaml~": false, "a/b/c/d/f": false, "public/.x.swp": false, "public2/x": false,
	} {
		if in.Concerns(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
	files["routes.yaml"].Data = []byte("routes: [{ path: /, dir: public, dotfiles: true }]\n")
	if in := FindInputs(files, "routes.yaml"); !in.Concerns("public/.x") {
		t.Error("a dotfile that is served does not count")
	}
	files["routes.yaml"].Data = []byte("routes: [{ path: /, dir: public, spa: later/x.html }, { path: /g, file: soon/y }]\n")
	in = FindInputs(files, "routes.yaml")
	for _, name := range []string{"routes.yaml", "public/later", "public/later/x.html", "soon", "soon/y"} {
		if !in.Concerns(name) {
			t.Errorf("with mistakes: %s does not count", name)
		}
	}
}
