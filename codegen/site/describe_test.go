package site

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/spec"
)

func TestTypes(t *testing.T) {
	fsys := named("a.html", "b.JS", "c", "d.unknown", "e.ts", "f.svg", "g.json", ".profile")
	fsys["public/LICENSE"], fsys["public/x.d.ts"] = fsys["public/c"], fsys["public/c"]
	s := build(t, fsys, "dotfiles: true\n    types: { .ts: text/plain; charset=utf-8, .d.ts: text/own, .SVG: image/own, license: text/plain }\n"+
		"    headers_for: { g.json: { content-type: application/own+json } }", Options{Identity: true})
	want := map[string]string{
		"/a.html": "text/html; charset=utf-8", "/b.JS": "text/javascript; charset=utf-8", "/c": "application/octet-stream",
		"/d.unknown": "application/octet-stream", "/e.ts": "text/plain; charset=utf-8", "/f.svg": "image/own",
		"/g.json": "application/own+json", "/.profile": "application/octet-stream", "/LICENSE": "text/plain", "/x.d.ts": "text/own",
	}
	got := map[string]string{}
	for _, r := range s.Resources {
		got[r.Path] = r.Type
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// fieldLines writes fields as they are sent.
func fieldLines(list []spec.Header) string {
	var lines []string
	for _, h := range list {
		lines = append(lines, h.Name+": "+h.Value)
	}
	return strings.Join(lines, "; ")
}

func TestFields(t *testing.T) {
	const (
		immutable = "Cache-Control: public, max-age=31536000, immutable"
		noCache   = "Cache-Control: no-cache"
	)
	for _, tt := range []struct{ keys, file, want string }{
		{"", "a.css", noCache},
		{"", "index.html", noCache},
		{"", "app.3f9a2c1b.js", immutable},
		{"", "page.3f9a2c1b.html", noCache},
		{"cache: { '*.js': 60, '*': revalidate }", "app.3f9a2c1b.js", "Cache-Control: public, max-age=60"},
		{"cache: { '*': revalidate, '*.js': 60 }", "app.3f9a2c1b.js", noCache},
		{"cache: { '*': none }", "app.3f9a2c1b.js", ""},
		{"cache: { '/a/**': immutable }", "a/x.css", immutable},
		{"cache: { '/a/**': immutable }", "b/a/x.css", noCache},
		{"cache: { x.css: 1w }", "a/x.css", "Cache-Control: public, max-age=604800"},
		{"headers: { X-A: '1', cache-control: private }", "a.css", "X-A: 1; cache-control: private"},
		{"headers: { X-A: '1' }\n    headers_for: { '*': { x-a: '2', X-B: b }, '*.css': { X-B: c } }", "a.css", "x-a: 2; X-B: c; " + noCache},
		{"headers_for: { '*.js': { X-A: '1' } }", "a.css", noCache},
		{"cache: { '*': 5 }\n    headers_for: { '*': { Cache-Control: no-store } }", "a.css", "Cache-Control: no-store"},
	} {
		s := build(t, named(tt.file), tt.keys+"\n    index: false", Options{Identity: true})
		if got := fieldLines(s.Resources[0].Fields); got != tt.want {
			t.Errorf("%s: %s\ngot  %s\nwant %s", tt.keys, tt.file, got, tt.want)
		}
	}
}

// TestGlobalCacheControl: the spec's own one is not replaced by what is built in, but
// by what a rule says.
func TestGlobalCacheControl(t *testing.T) {
	fsys := named("a.css", "b.js")
	s, err := spec.Parse(over{fsys, "headers: { cache-control: no-store }\nroutes: [{ path: /, dir: public, cache: { b.js: 5 } }]\n"}, "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a.css": "", "b.js": "Cache-Control: public, max-age=5"} {
		if _, fields, _ := describeFile(s.Routes[0], s.Routes[0].Dir, name, false); fieldLines(fields) != want {
			t.Errorf("%s: %s", name, fieldLines(fields))
		}
	}
}

func TestFingerprints(t *testing.T) {
	for name, want := range map[string]bool{
		"app.3f9a2c1b.js": true, "app-3f9a2c1b.css": true, "app_3F9A2C1B.css": true, "a/b/main.3f9a2c1b.chunk.js": true,
		"app.3f9a2c1b.min.js.map": true, "x-0123456789abcdef0123456789abcdef01234567.woff2": true,
		"app.js": false, "3f9a2c1b.js": false, "app.3f9a2c1b": false, "app.3f9a2c1.js": false, "app.3F9a2c1b.js": false,
		"photo-20240101.jpg": false, "app.deadbeef.js": false, "report-december.pdf": false, "jquery-3.7.1.min.js": false,
		"a.3f9a2c1b/app.js": false, "index-BkZ3x9Qa.js": false,
		"x-550e8400-e29b-41d4-a716-4466554400af.png": false, "550e8400-e29b-41d4-a716-4466554400af.png": false,
	} {
		if got := isFingerprinted(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCompressibleTypes(t *testing.T) {
	for name, want := range map[string]bool{
		"a.html": true, "a.css": true, "a.js": true, "a.json": true, "a.svg": true, "a.xml": true, "a.rss": true, "a.wasm": true,
		"a.ttf": true, "a.otf": true, "a.ico": true, "a.bmp": true, "a.txt": true, "a.webmanifest": true, "a.map": true, "a.yaml": true,
		"a.png": false, "a.jpg": false, "a.webp": false, "a.woff2": false, "a.woff": false, "a.zip": false, "a.mp4": false, "a.gz": false,
		"a.pdf": false, "a": false, "a.docx": false,
	} {
		if got := isCompressible(spec.TypeByName(name)); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !isCompressible("Application/JSON ; charset=x") {
		t.Error("a type's case or parameters matter")
	}
}

func TestLastModified(t *testing.T) {
	fsys := named("a", "b")
	fsys["public/a"].ModTime = time.Date(2020, 2, 3, 4, 5, 6, 7, time.FixedZone("", 3600))
	git := func(name string) (time.Time, error) {
		if name == "public/a" {
			return time.Date(2021, 1, 1, 0, 0, 0, 5, time.FixedZone("", -3600)), nil
		}
		return time.Time{}, nil
	}
	for keys, want := range map[string]string{
		"":                                      "0001-01-01T00:00:00Z 0001-01-01T00:00:00Z",
		"last_modified: mtime":                  "2020-02-03T03:05:06Z 0001-01-01T00:00:00Z",
		"last_modified: git":                    "2021-01-01T01:00:00Z 0001-01-01T00:00:00Z",
		"last_modified: 2026-01-02":             "2026-01-02T00:00:00Z 2026-01-02T00:00:00Z",
		`last_modified: 2026-01-02T03:04:05.6Z`: "2026-01-02T03:04:05Z 2026-01-02T03:04:05Z",
	} {
		s := build(t, fsys, keys, Options{Identity: true, GitTime: git})
		got := fmt.Sprint(byPath(t, s, "/a").LastModified.Format(time.RFC3339Nano), " ", byPath(t, s, "/b").LastModified.Format(time.RFC3339Nano))
		if got != want {
			t.Errorf("%s: got %s, want %s", keys, got, want)
		}
	}
}

func TestGitErrors(t *testing.T) {
	fsys := named("a")
	wantIn(t, fails(t, fsys, "last_modified: git", Options{}), "last_modified: there is no git to ask about public/a")
	fail := func(string) (time.Time, error) { return time.Time{}, fs.ErrNotExist }
	wantIn(t, fails(t, fsys, "last_modified: git", Options{GitTime: fail}), "last_modified: public/a: file does not exist", "git repository")
}
