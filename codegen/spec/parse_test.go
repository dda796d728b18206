package spec

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
)

// parse parses a text as routes.yaml, with a few files beside it.
func parse(text string) (*Spec, error) { return Parse(filesWith(text), "routes.yaml") }

func filesWith(text string) fstest.MapFS {
	return fstest.MapFS{
		"routes.yaml": {Data: []byte(text)},
		"page.html":   {Data: []byte("<p>page</p>")},
		"logo.svg":    {Data: []byte("<svg/>")},
		"dir/a.bin":   {Data: []byte{0, 1, 2}},
		"pipe":        {Mode: os.ModeNamedPipe},
	}
}

func mustParse(t *testing.T, text string) *Spec {
	t.Helper()
	s, err := parse(text)
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	if v := violation(s, filesWith(text)); v != "" {
		t.Fatalf("%s\nbreaks a promise: %s", text, v)
	}
	return s
}

// ignorePos compares everything but places.
var ignorePos = cmpopts.IgnoreTypes(diag.Pos{})

// notSums leaves out what violation checks.
var notSums = cmpopts.IgnoreFields(Spec{}, "Sums")

func TestDefaultsApply(t *testing.T) {
	s := mustParse(t, "routes: []\n")
	if diff := cmp.Diff(&Spec{File: "routes.yaml", Server: Defaults(), Routes: []Route{}, Health: defaultHealth()}, s, notSums); diff != "" {
		t.Error(diff)
	}
}

func TestEveryKey(t *testing.T) {
	fsys := os.DirFS(testdata)
	s, err := Parse(fsys, "good/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if v := violation(s, fsys); v != "" {
		t.Error(v)
	}
	full := fullSpec()
	for i := range full.Routes {
		full.Routes[i].Pattern = pattern.Of(full.Routes[i].Path)
	}
	if diff := cmp.Diff(full, s, ignorePos, notSums, cmpopts.IgnoreFields(Glob{}, "Line")); diff != "" {
		t.Error(diff)
	}
}

// fullSpec is what testdata/spec/good/full.yaml says.
func fullSpec() *Spec {
	svg := Content{Form: FormFile, File: "good/assets/logo.svg", Size: 42, Type: "image/svg+xml; charset=utf-8"}
	text := `{"z":1.50,"a":[null,null,true,false,"1",1e3,-0.5,"2026-01-01","yes"],"":{},"nested":{"b":"q\"\\\u0001\n\r\t","a":[]}}`
	get := []string{"GET"}
	return &Spec{
		File: "good/full.yaml",
		Server: Server{
			Listen: Listen{Text: "[::1]:${HTTP_PORT:-9000}", Network: "tcp6", IP: [16]byte{15: 1},
				Port: 9000, PortEnv: "HTTP_PORT"},
			Backlog:   65535,
			Isolation: IsolationConnection,
			Workers:   1,
			Syscalls:  SyscallsHardened,
			Timeouts:  Timeouts{Head: 100 * time.Millisecond, Body: 90 * time.Second, Idle: time.Hour, Write: 1500 * time.Millisecond},
			Limits:    Limits{Head: 64 << 10, Body: 1 << 40, Requests: 1, Connections: Defaults().Limits.Connections},
			AccessLog: AccessLogJSON,
		},
		Headers: []Header{
			{Name: "X-Version", Value: "1.10"}, {Name: "X-Flag", Value: "true"},
			{Name: "X-Quoted", Value: `a, "b"`}, {Name: "X-Empty"}, {Name: "Fancy", Value: "ünicode"},
			{Name: "X-Content-Type-Options", Value: "nosniff"}, {Name: "Referrer-Policy", Value: "no-referrer"},
			{Name: "X-Frame-Options", Value: "SAMEORIGIN"},
			{Name: "Content-Security-Policy", Value: "default-src 'self'; img-src *"},
		},
		Routes: []Route{
			{Path: "/", Methods: get, Status: 200, Content: bodyContent("Hello,\n  World!\n")},
			{Path: "/a%20b/~user/%C3%BC/%C3%BC/x%2Fy;p=1'", Methods: []string{"GET", "POST"}, Status: 200,
				Headers: []Header{{Name: "Content-Type", Value: "image/x-logo"}}, Content: svg, File: &Dir{
					LastModified: LastModified{From: ModifiedMtime}, Encodings: []string{CodingGzip}, MinGain: 100, Precompressed: true,
					Cache:        []CacheRule{{Glob{Text: "**", Pattern: "**/**"}, "public, max-age=604800"}},
					DefaultCache: true, Line: "  file: ./assets/logo.svg",
				}},
			{Path: "/json", Methods: get, Status: 200, Content: jsonContent(text)},
			{Path: "/config", Methods: get, StatusSlot: &Slot{Name: "STATUS", Optional: true, Default: "503", Form: SlotStatus}, Content: Content{
				Form: FormBody, Bytes: []byte("{ \"api\": \"\", \"debug\":  }\n"), Size: 25, Type: "application/json", Slots: []Slot{
					{At: 10, Name: "API_URL", Optional: true, Default: "/api", Form: SlotString}, {At: 22, Name: "DEBUG", Optional: true, Default: "false", Form: SlotJSON}}}},
			{Path: "/gone", Methods: get, Status: 410, Content: Content{Form: FormNone}, Quiet: true},
			{Path: "/old", Methods: get, Status: 301, Content: Content{Form: FormRedirect}, Redirect: []Part{{Text: "https://example.com/new?a=b#c"}}},
			{Path: "/old", Methods: []string{"POST"}, Status: 303, Content: Content{Form: FormRedirect}, Redirect: []Part{{Text: "../done"}, {Blank: BlankQuery}}},
			{Path: "/files/", Methods: get, Status: 200, Headers: []Header{{Name: "X-Site", Value: "1"}}, Content: Content{Form: FormDir}, Dir: fullDir()},
			{Path: "/gone/", Methods: get, Status: 200, Content: Content{Form: FormDir}, Dir: &Dir{
				Folder: "good/assets", TrailingSlash: SlashKeep, Encodings: Encodings(), MinGain: 50,
				DefaultCache: true, Line: "  dir: assets",
			}},
		},
		Imports: []string{"good/assets/config.json"},
		Health:  Health{Path: "/jsonx", Timeout: 1500 * time.Millisecond},
		Errors: []ErrorResponse{
			{Status: 404, Content: svg},
			{Status: 412, Content: bodyContent("changed")},
			{Status: 503, Headers: []Header{{Name: "Retry-After", Value: "5"}}, Content: jsonContent(`{"busy":true}`)},
		},
	}
}

func fullDir() *Dir {
	glob := func(text, pattern string) Glob { return Glob{Text: text, Pattern: pattern} }
	const types = `  types: { .MD: text/plain, ".x": 'application/x-x; a="b c"', LICENSE: text/plain }`
	return &Dir{
		Folder: "good/assets", Index: []string{"home.htm"}, Dotfiles: true,
		Include:   []Glob{glob("**", "**/**"), glob("/a/b/", "a/b/**")},
		Exclude:   []Glob{glob("*.map", "**/*.map")},
		CleanURLs: true, TrailingSlash: SlashNever,
		Types: []TypeRule{{Key: ".md", Type: "text/plain", Line: types}, {Key: ".x", Type: `application/x-x; a="b c"`, Line: types},
			{Key: "license", Type: "text/plain", Line: types}},
		LastModified:  LastModified{From: ModifiedDate, Time: time.Date(2026, 1, 2, 2, 4, 5, 0, time.UTC)},
		Encodings:     []string{CodingBrotli, CodingGzip},
		MinGain:       125,
		Precompressed: true,
		Cache: []CacheRule{
			{glob("*.pdf", "**/*.pdf"), "public, max-age=604800"}, {glob("a/*", "a/*"), "public, max-age=31536000, immutable"},
			{glob("b/*", "b/*"), "no-cache"}, {glob("c", "**/c"), ""}, {glob("**", "**/**"), "public, max-age=600"},
		},
		DefaultCache: true,
		HeadersFor: []HeaderRule{{glob("*.svg", "**/*.svg"), []Header{
			{Name: "X-Svg", Value: "yes"}, {Name: "Content-Type", Value: "image/x-svg"}, {Name: "Content-Encoding", Value: "gzip, br"},
		}}},
		SPA: "logo.svg", FollowLinks: true,
		Line: "  dir: ./assets/",
	}
}

func bodyContent(s string) Content {
	return Content{Form: FormBody, Bytes: []byte(s), Size: int64(len(s)), Type: "text/plain; charset=utf-8"}
}

func jsonContent(s string) Content {
	return Content{Form: FormJSON, Bytes: []byte(s), Size: int64(len(s)), Type: "application/json"}
}

func TestPlacesInTheSpec(t *testing.T) {
	s := mustParse(t, "server:\n  listen: :80\nheaders: {A: b}\nroutes:\n  - body: a\n    path: /x\n    headers:\n      X-B: c\nerrors:\n  404: {body: a}\n")
	for _, tt := range []struct {
		what      string
		pos       diag.Pos
		line, col int
	}{
		{"listen", s.Server.Listen.Pos, 2, 11},
		{"global header", s.Headers[0].Pos, 3, 11},
		{"route", s.Routes[0].Pos, 5, 5},
		{"path", s.Routes[0].PathPos, 6, 11},
		{"header", s.Routes[0].Headers[0].Pos, 8, 7},
		{"error", s.Errors[0].Pos, 10, 3},
	} {
		if want := (diag.Pos{File: "routes.yaml", Line: tt.line, Col: tt.col}); tt.pos != want {
			t.Errorf("%s: at %v, want %v", tt.what, tt.pos, want)
		}
	}
}

func TestFilesOutsideTheFolderOfTheSpec(t *testing.T) {
	fsys := fstest.MapFS{
		"site/routes.yaml": {Data: []byte("routes:\n  - { path: /, file: a.txt }\n  - { path: /p, file: pipe }\n")},
		"site/a.txt":       {Data: []byte("abc")},
		"site/pipe":        {Mode: os.ModeNamedPipe},
	}
	_, err := Parse(fsys, "site/routes.yaml")
	if err == nil || !strings.Contains(err.Error(), "site/pipe is no regular file") {
		t.Errorf("pipe: %v", err)
	}
	fsys["site/routes.yaml"].Data = fsys["site/routes.yaml"].Data[:len("routes:\n  - { path: /, file: a.txt }\n")]
	s, err := Parse(fsys, "site/routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := Content{Form: FormFile, File: "site/a.txt", Size: 3, Type: "text/plain; charset=utf-8"}
	if diff := cmp.Diff(want, s.Routes[0].Content); diff != "" {
		t.Error(diff)
	}
}

// writeTree writes files, and links (with a target instead of a text), to a folder.
func writeTree(t *testing.T, texts, links map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range texts {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestLinks: a file that the spec names may be a link, wherever that leads.
func TestLinks(t *testing.T) {
	files := []string{"in", "folder/b", "abs", "up", "loop", "twice", "updir/x", "back"}
	var spec strings.Builder
	spec.WriteString("routes:\n")
	for _, f := range files {
		fmt.Fprintf(&spec, "  - { path: /%s, file: %s }\n", f, f)
	}
	dir := writeTree(t,
		map[string]string{"site/routes.yaml": spec.String(), "site/a": "x", "site/real/b": "y", "out": "z", "other/x": "o"},
		map[string]string{
			"site/in": "a", "site/folder": "real", "site/abs": "/etc/hostname", "site/up": "../out",
			"site/loop": "loop", "site/twice": "up", "site/updir": "../other", "site/back": "real/../a",
		})
	for _, tt := range []struct{ root, name string }{{dir, "site/routes.yaml"}, {dir + "/site", "routes.yaml"}} {
		_, err := Parse(os.DirFS(tt.root), tt.name)
		var list diag.List
		if !errors.As(err, &list) {
			t.Fatalf("got %v", err)
		}
		var got []string
		for _, e := range list {
			got = append(got, fmt.Sprintf("%d %v", e.Pos.Line, strings.Contains(e.Msg, "too many levels")))
		}
		if diff := cmp.Diff([]string{"6 true"}, got); diff != "" {
			t.Errorf("%s: %s\n%v", tt.name, diff, list)
		}
	}
}

func TestUnreadable(t *testing.T) {
	fsys := refusing{filesWith("routes:\n  - { path: /, file: page.html }\n"), "page.html"}
	_, err := Parse(fsys, "routes.yaml")
	if err == nil || !strings.Contains(err.Error(), "the file page.html cannot be read: permission denied") {
		t.Errorf("got %v", err)
	}
}

// refusing lets everything be seen, but one file not be opened.
type refusing struct {
	fstest.MapFS
	name string
}

func (r refusing) Open(name string) (fs.File, error) {
	if name == r.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return r.MapFS.Open(name)
}

func TestMissingSpec(t *testing.T) {
	_, err := Parse(fstest.MapFS{}, "routes.yaml")
	var list diag.List
	if !errors.As(err, &list) || !strings.Contains(err.Error(), "routes.yaml: the spec cannot be read: file does not exist") ||
		!strings.Contains(err.Error(), "verbosel init") {
		t.Errorf("got %v", err)
	}
}

func TestManyRoutes(t *testing.T) {
	for n, ok := range map[int]bool{100_000: true, 100_001: false} {
		s, err := parse("routes: [" + manyRoutes(n) + "]")
		if ok && (err != nil || len(s.Routes) != n) {
			t.Errorf("%d routes: %v", n, err)
		}
		if !ok && (err == nil || !strings.Contains(err.Error(), "100001 routes; at most 100000")) {
			t.Errorf("%d routes: %v", n, err)
		}
	}
}

func manyRoutes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{path: /%d, status: 200},", i)
	}
	return b.String()
}

func BenchmarkParse10000(b *testing.B) {
	var text strings.Builder
	text.WriteString("routes:\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "  - path: /api/item/%d\n    headers: { X-A: b }\n    json: { id: %d, name: \"x\" }\n", i, i)
	}
	for b.Loop() {
		if _, err := parse(text.String()); err != nil {
			b.Fatal(err)
		}
	}
}
