package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/verbosel/verbosel/codegen/spec"
)

// fileRoute is a route whose file is in the folder public.
func fileRoute(t *testing.T, fsys fs.FS, name, keys string) spec.Route {
	t.Helper()
	s, err := spec.Parse(over{fsys, "routes:\n  - path: /x\n    file: public/" + name + "\n" + keys}, "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return s.Routes[0]
}

// TestNamedIsAMember: a file that a route names is what it is as a member of a folder, but
// for its address.
func TestNamedIsAMember(t *testing.T) {
	texts := map[string]string{"404.html": strings.Repeat("<p>", 200), "index.html": "a", "app.3f9a2c1b.js": strings.Repeat("x;", 200), "video.mp4": "v"}
	fsys := tree(texts)
	of := build(t, fsys, "index: false", Options{})
	for name := range texts {
		s, err := Build(context.Background(), fsys, fileRoute(t, fsys, name, ""), Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, want := s.Resources[0], byPath(t, of, "/"+name)
		want.Path = "/x"
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Resource{}, "Pos"), cmpopts.IgnoreFields(spec.Header{}, "Pos")); diff != "" {
			t.Errorf("%s: as a member, and named:\n%s", name, diff)
		}
		if len(s.Resources) != 1 || s.NotFound != nil || s.SPA != nil || s.Folder != "" {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// TestNamedKeys: what a route says of its file.
func TestNamedKeys(t *testing.T) {
	long := strings.Repeat("long ", 200)
	fsys := tree(map[string]string{"a.txt": long, "a.txt.gz": gzipOf(t, long)})
	s, err := Build(context.Background(), fsys, fileRoute(t, fsys, "a.txt", `    cache: 1h
    encodings: [gzip]
    precompressed: true
    last_modified: 2026-01-01
    headers: { Content-Type: text/x-own }
`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := s.Resources[0]
	if r.Type != "text/x-own" || fieldLines(r.Fields) != "Cache-Control: public, max-age=3600" || r.LastModified.Year() != 2026 {
		t.Errorf("got %+v", r)
	}
	if len(r.Variants) != 2 || string(r.Variants[1].Bytes) != gzipOf(t, long) {
		t.Errorf("the file's own encoding is not used: %d variants", len(r.Variants))
	}
}

// TestEncodedIsNotEncodedAgain: of a file that is in a coding as it is there is no other form.
func TestEncodedIsNotEncodedAgain(t *testing.T) {
	fsys := tree(map[string]string{"a.json": strings.Repeat("{}", 500)})
	s, err := Build(context.Background(), fsys, fileRoute(t, fsys, "a.json", "    headers: { content-encoding: gzip }\n"), Options{})
	if err != nil || len(s.Resources[0].Variants) != 1 {
		t.Errorf("got %+v, %v", s.Resources[0].Variants, err)
	}
}

// TestNamedFails: what has changed since the spec was read.
func TestNamedFails(t *testing.T) {
	fsys := tree(map[string]string{"a.txt": "a"})
	route := fileRoute(t, fsys, "a.txt", "")
	root := writeTree(t, fsys, map[string]string{"public/out": "nothing", "public/folder": "."})
	for name, want := range map[string]string{
		"public/gone": "public/gone cannot be read", "public/out": "public/out cannot be read",
		"public/folder": "public/folder is no regular file",
	} {
		route.Content.File = name
		if _, err := Build(context.Background(), os.DirFS(root), route, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	route.Content.File = "public/a.txt"
	route.File.Precompressed = true
	broken := fstest.MapFS{"public/a.txt": {Data: []byte("a")}, "public/a.txt.gz": {Data: []byte("no gzip")}}
	if _, err := Build(context.Background(), broken, route, Options{}); err == nil || !strings.Contains(err.Error(), "public/a.txt.gz is no gzip encoding of public/a.txt") {
		t.Errorf("got %v", err)
	}
}

func gzipOf(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
