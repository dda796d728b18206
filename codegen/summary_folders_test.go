package codegen

import (
	"bytes"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// summaryOf builds a spec over files and returns its summary.
func summaryOf(t *testing.T, spec string, files fstest.MapFS) Summary {
	t.Helper()
	files["routes.yaml"] = &fstest.MapFile{Data: []byte(spec)}
	r, err := Compile(files, "routes.yaml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r.Summary()
}

func TestSummaryOfFolders(t *testing.T) {
	text, other := bytes.Repeat([]byte("text "), 400), bytes.Repeat([]byte("other "), 500)
	files := fstest.MapFS{
		"a/index.html": {Data: text}, "a/docs/index.html": {Data: other}, "a/tiny.txt": {Data: []byte("a")},
		"a/own.txt": {Data: text}, "a/post.txt": {Data: []byte("bc")}, "b/same.css": {Data: text}, "b/404.html": {Data: []byte("gone")},
	}
	s := summaryOf(t, `routes:
  - { path: /, dir: a }
  - { path: /b/, dir: b, encodings: [gzip] }
  - { path: /own.txt, body: "own" }
  - { path: /post.txt, method: POST, body: "own" }
`, files)
	got := *s.Folders
	for i := range got.Codings {
		c := &got.Codings[i]
		if c.Bytes <= 0 || c.Bytes >= c.Of/4 {
			t.Errorf("%s: %d bytes of %d", c.Name, c.Bytes, c.Of)
		}
		c.Bytes = 0
	}
	want := Folders{Files: 6, Addresses: 8, Redirects: 1, Bytes: 2000 + 3000 + 1 + 2 + 2000 + 4,
		Codings: []Coding{{Name: "br", Files: 2, Of: 5000}, {Name: "zstd", Files: 2, Of: 5000}, {Name: "gzip", Files: 3, Of: 7000}}}
	if diff := cmp.Diff(want, got); diff != "" || s.Routes != 4 {
		t.Errorf("%d routes; %s", s.Routes, diff)
	}
}

// TestSummaryOfPages: a file at several addresses is one, and one that only answers what
// is not there is one too.
func TestSummaryOfPages(t *testing.T) {
	s := summaryOf(t, "routes:\n  - { path: /, dir: a, spa: app.html, clean_urls: true }\n  - { path: /app, body: own }\n"+
		"  - { path: /404, body: own }\n", fstest.MapFS{"a/app.html": {Data: []byte("app")}, "a/404.html": {Data: []byte("gone")}, "a/x.html": {Data: []byte("x")}})
	if diff := cmp.Diff(&Folders{Files: 3, Addresses: 1, Redirects: 6, Bytes: 8}, s.Folders); diff != "" {
		t.Error(diff)
	}
}

func TestSummaryWithoutFolders(t *testing.T) {
	if s := summaryOf(t, "routes:\n  - { path: /, body: a }\n", fstest.MapFS{}); s.Folders != nil {
		t.Errorf("got %+v", s.Folders)
	}
}
