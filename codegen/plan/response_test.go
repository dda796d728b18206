package plan

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/diag"
)

func TestResponseBytes(t *testing.T) {
	const rest = `
headers: { X-Global: g, X-Both: global }
routes:
  - { path: /, body: "hi" }
  - { path: /own, headers: { X-Both: own, content-type: text/own }, body: "hi" }
  - { path: /none, status: 204 }
  - { path: /same, status: 304 }
  - { path: /old, redirect: "/new?a&b'c" }
  - { path: /empty, file: empty.txt }
`
	const global = "X-Global: g\r\nX-Both: global\r\n"
	const note = "<!DOCTYPE html>\n<title>Moved Permanently</title>\n<a href=\"/new?a&amp;b&#39;c\">/new?a&amp;b&#39;c</a>\n"
	for isolation, end := range map[string]string{"request": "Connection: close\r\n\r\n", "connection": "\r\n"} {
		p := build(t, "server: { isolation: "+isolation+" }"+rest)
		for path, want := range map[string]string{
			"/":      "200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n" + global,
			"/own":   "200 OK\r\nX-Both: own\r\ncontent-type: text/own\r\nContent-Length: 2\r\nX-Global: g\r\n",
			"/none":  "204 No Content\r\n" + global,
			"/same":  "304 Not Modified\r\n" + global,
			"/old":   "301 Moved Permanently\r\nContent-Type: text/html; charset=utf-8\r\nLocation: /new?a&b'c\r\nContent-Length: 101\r\n" + global,
			"/empty": "200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 0\r\n" + global,
		} {
			if got := string(answer(t, p, "GET", path).Head); got != "HTTP/1.1 "+want+end {
				t.Errorf("%s in isolation %s:\n%q, want\n%q", path, isolation, got, "HTTP/1.1 "+want+end)
			}
		}
		if got := string(answer(t, p, "GET", "/old").Body.Bytes); got != note {
			t.Errorf("the note of a redirect: %q, want %q", got, note)
		}
	}
}

// Equal responses are one, and equal content is stored once where that pays.
func TestSharing(t *testing.T) {
	p := build(t, `routes:
  - { path: /a, body: "x" }
  - { path: /b, body: "x" }
  - { path: /shared, file: shared.txt }
  - { path: /shared/2, file: same.txt, headers: { X: y } }
  - { path: /below, file: below.txt }
  - { path: /below/2, file: below.txt, headers: { X: y } }
  - { path: /once, file: almost.txt }
  - { path: /large, file: large.txt }
  - { path: /large/2, file: large.txt, headers: { X: y } }
`)
	get := func(path string) Response { return answer(t, p, "GET", path) }
	if get("/a").Label != get("/b").Label {
		t.Error("equal responses are stored twice")
	}
	for path, want := range map[string]string{"/shared": get("/shared/2").Body.Label, "/large": get("/large/2").Body.Label} {
		if got := get(path).Body.Label; got == "" || got != want {
			t.Errorf("%s: content %q, and %q", path, got, want)
		}
	}
	for _, path := range []string{"/a", "/below", "/below/2", "/once"} {
		if got := get(path).Body.Label; got != "" {
			t.Errorf("%s: content apart, as %q", path, got)
		}
	}
	if body := get("/large").Body; body.File != "large.txt" || body.Bytes != nil || body.Size != largeFrom {
		t.Errorf("a large file is not left where it is: %q, %d bytes in memory", body.File, len(body.Bytes))
	}
	if body := get("/once").Body; body.File != "" || len(body.Bytes) != largeFrom-1 {
		t.Errorf("a small file is not in memory: %q", body.File)
	}
}

// What a file has become between parsing and planning is an error at its place.
func TestFileErrors(t *testing.T) {
	const text = "routes:\n  - { path: /, file: small.txt }\n"
	for name, c := range map[string]struct {
		file *fstest.MapFile
		want string
	}{
		"gone":    {nil, "reading the response's file: "},
		"longer":  {&fstest.MapFile{Data: []byte("longer than before")}, "small.txt changed while it was read"},
		"shorter": {&fstest.MapFile{}, "small.txt changed while it was read"},
	} {
		fsys := files(text)
		s := parse(t, fsys)
		delete(fsys, "small.txt")
		if c.file != nil {
			fsys["small.txt"] = c.file
		}
		_, err := Build(fsys, s)
		var list diag.List
		if !errors.As(err, &list) || len(list) != 1 || !strings.HasPrefix(list[0].Msg, c.want) || list[0].Pos.Line != 2 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A header block that the server's records cannot hold is an error of the spec.
func TestHeadTooLong(t *testing.T) {
	text := "routes:\n  - { path: /, body: x, headers: { X: \"" + strings.Repeat("y", maxHead) + "\" } }\n"
	_, err := Build(files(text), parse(t, files(text)))
	var list diag.List
	if !errors.As(err, &list) || list[0].Pos.Line != 2 || !strings.Contains(list[0].Msg, "header block") {
		t.Errorf("got %v", err)
	}
}
