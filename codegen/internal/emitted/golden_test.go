package emitted

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.txtar")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const goldenText = `What it is about.

-- routes.yaml --
server:
  isolation: request
  listen: "127.0.0.1:${PORT:-8080}"
routes: [{ path: /, file: page.txt }]
-- page.txt.esc --
page\n\
-- get.request --
# why
GET / HTTP/1.1
Host: h

-- get.response --
# what
HTTP/1.1 200 OK
Content-Length: 5
Content-Type: text/plain; charset=utf-8
Accept-Ranges: bytes
ETag: "NioHu7XHS5gr7WRL"
Cache-Control: no-cache
Connection: close

page\n\
<close>
-- get.connection --
HTTP/1.1 200 OK
Content-Length: 5
Content-Type: text/plain; charset=utf-8
Accept-Ranges: bytes
ETag: "NioHu7XHS5gr7WRL"
Cache-Control: no-cache

page\n\
-- late.request --
<whole>
GET / HT\
<wait>
TP/1.0
<half-close>
-- late.response --
`

func TestParseGolden(t *testing.T) {
	f, err := parseGolden(writeFile(t, goldenText))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(f.site["page.txt"].Data); got != "page\n" {
		t.Errorf("the file is %q", got)
	}
	get, late := f.find("get"), f.find("late")
	if len(f.cases) != 2 || len(get.parts) != 1 || get.whole || get.halfClose {
		t.Errorf("%+v", get)
	}
	if want, _ := get.wanted("request"); !want.closed || !strings.HasSuffix(string(want.bytes), "\r\n\r\npage\n") {
		t.Errorf("%+v", want)
	}
	if want, _ := get.wanted("connection"); want.closed || strings.Contains(string(want.bytes), "Connection") {
		t.Errorf("%+v", want)
	}
	if diff := cmp.Diff([][]byte{[]byte("GET / HT"), []byte("TP/1.0\r\n")}, late.parts); diff != "" || !late.whole || !late.halfClose {
		t.Errorf("%+v", late)
	}
}

func TestParseGoldenErrors(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"orphan response":   {"-- a.response --\n", "orphan: a has no request"},
		"orphan connection": {"-- a.request --\n-- a.connection --\nx\n", "orphan: a.connection without a.response"},
		"request twice":     {"-- a.request --\n-- a.request --\n", "second request"},
		"response twice":    {"-- a.request --\n-- a.response --\n-- a.response --\n", "second section"},
		"behind the end":    {"-- a.request --\n<half-close>\nx\n", "not the last line"},
		"escape":            {"-- a.request --\n\\q\n", "unknown escape"},
		"escape in answer":  {"-- a.request --\n-- a.response --\n\\q\n", "unknown escape"},
		"escape in file":    {"-- a.esc --\n\\q\n", "unknown escape"},
		"escape then wait":  {"-- a.request --\n\\q\n<wait>\n", "unknown escape"},
	} {
		if _, err := parseGolden(writeFile(t, c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := parseGolden(filepath.Join(t.TempDir(), "none")); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
}

// The isolation is what the spec says, once.
func TestVariants(t *testing.T) {
	for spec, want := range map[string]int{
		"isolation: request": 5, "isolation: connection": 3, "": 0, "isolation: request isolation: request": 0,
	} {
		f := &goldenFile{site: fstest.MapFS{SpecName: {Data: []byte(spec)}}}
		got, err := f.variants()
		if len(got) != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %v, %v", spec, got, err)
		}
		for _, v := range got {
			spec := string(f.as(v).(fstest.MapFS)[SpecName].Data)
			if !strings.Contains(spec, "isolation: "+v.Isolation) || strings.Contains(spec, "ten") != (v.Syscalls == "ten") {
				t.Errorf("%s: %q", v, spec)
			}
		}
	}
	if _, err := (&goldenFile{}).variants(); err == nil {
		t.Error("no spec: no error")
	}
}

// Rewriting gives the same file where the server answers as it says, and the right
// one where it does not.
func TestUpdate(t *testing.T) {
	for name, text := range map[string]string{
		"same":    goldenText,
		"wrong":   strings.NewReplacer("200 OK", "404 Not Found", "<close>\n", "").Replace(goldenText),
		"missing": goldenText[:strings.Index(goldenText, "-- get.connection --")] + goldenText[strings.Index(goldenText, "-- late.request --"):],
	} {
		path := writeFile(t, text)
		t.Run(name, func(t *testing.T) { RunGolden(t, path, nil, true) })
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(goldenText, string(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		t.Run(name+" again", func(t *testing.T) { RunGolden(t, path, nil, false) })
	}
}

// The spec can come from a folder.
func TestGoldenOfFolder(t *testing.T) {
	site := fstest.MapFS{
		SpecName: {Data: []byte(`server:
  isolation: connection
  listen: "127.0.0.1:${PORT:-8080}"
routes: [{ path: /, file: page.txt }]`)},
		"page.txt": {Data: []byte("page\n")},
	}
	_, section, _ := strings.Cut(goldenText, "-- get.connection --\n")
	response, _, _ := strings.Cut(section, "-- late")
	path := writeFile(t, "-- get.request --\nGET / HTTP/1.1\nHost: h\n\n-- get.response --\n"+response)
	RunGolden(t, path, site, false)
}
