package site

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCharsets: text that is not UTF-8 is sent without a charset, and XML that declares its
// encoding as well.
func TestCharsets(t *testing.T) {
	const latin1 = "<p>caf\xe9</p>"
	fsys := tree(map[string]string{
		"a.html": "<p>café</p>", "b.html": latin1, "c.xml": "<a>é</a>", "d.xml": `<?xml version="1.0" encoding="UTF-8"?><a>é</a>`,
		"e.svg": "\xef\xbb\xbf<?xml version='1.0' encoding='ISO-8859-1'?><svg>\xe9</svg>", "f.txt": "\xff\xfea\x00", "g.json": "\xe9",
		"h.css": strings.Repeat("é", 100_000), "i.css": strings.Repeat("é", 100_000) + "\xc3", "j.own": "\xe9", "k.js": "\xe9", "l.js.br": "\xe9",
		"m.xml": "<?xml version='1.0'?><a>encoding</a>", "n.html": `<?xml version="1.0" encoding="UTF-8"?>`,
	})
	s := build(t, fsys, "types: { .own: text/own; charset=utf-8 }\n    headers_for: { k.js: { Content-Type: text/javascript; charset=utf-8 }, '*.br': { Content-Encoding: br } }", Options{Identity: true})
	got := map[string]string{}
	for _, r := range s.Resources {
		got[r.Path] = r.Type
	}
	want := map[string]string{
		"/a.html": "text/html; charset=utf-8", "/b.html": "text/html", "/c.xml": "application/xml; charset=utf-8", "/d.xml": "application/xml",
		"/e.svg": "image/svg+xml", "/f.txt": "text/plain", "/g.json": "application/json", "/h.css": "text/css; charset=utf-8", "/i.css": "text/css",
		"/j.own": "text/own; charset=utf-8", "/k.js": "text/javascript; charset=utf-8", "/l.js.br": "text/javascript; charset=utf-8",
		"/m.xml": "application/xml; charset=utf-8", "/n.html": "text/html; charset=utf-8",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := strings.Join(s.NoCharset, " "); got != "public/b.html public/e.svg public/f.txt public/i.css" {
		t.Errorf("without: %s", got)
	}
}

// TestTypeScript: what is named x.ts is video, and TypeScript if it is text; a real site has
// declarations x.d.mts, which were video.
func TestTypeScript(t *testing.T) {
	packet := "G\x40\x00\x10\x00\x00\xb0\x0d" + strings.Repeat("\xff", 180) // the table of programs begins so
	fsys := tree(map[string]string{
		"a.ts": packet, "b.ts": "export const b = 'é'\n", "c.d.mts": "export {}\n", "d.mts": packet, "e.cts": "export {}\n", "f.m2ts": "text",
		"g.ts": "", "h.ts": "export {}\n", "i.ts": "export {}\n",
	})
	s := build(t, fsys, "types: { h.ts: video/mp2t }\n    headers_for: { i.ts: { Content-Encoding: br } }", Options{Identity: true})
	got := map[string]string{}
	for _, r := range s.Resources {
		got[r.Path] = r.Type
	}
	const video, text = "video/mp2t", "text/plain; charset=utf-8"
	want := map[string]string{
		"/a.ts": video, "/b.ts": text, "/c.d.mts": text, "/d.mts": video, "/e.cts": text, "/f.m2ts": text,
		"/g.ts": text, "/h.ts": video, "/i.ts": video,
	}
	if diff := cmp.Diff(want, got); diff != "" || s.NoCharset != nil {
		t.Error(diff, s.NoCharset)
	}
}

// TestCharsetParts: the answer does not depend on how content comes.
func TestCharsetParts(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "abc": true, "aé€😀b": true, "é": true, "😀😀": true, "a\xe9b": false, "\xe2\x82": false, "a\xf0\x9f\x98": false,
		"\xe2\x82a": false, "\x80": false, "\xed\xa0\x80": false, "é\xff€": false,
	} {
		for size := 1; size <= len(text)+1; size++ {
			var c charset
			for rest := text; rest != ""; {
				n := min(size, len(rest))
				_, _ = c.Write([]byte(rest[:n]))
				rest = rest[n:]
			}
			if c.isUTF8() != want {
				t.Errorf("%q in parts of %d: %v", text, size, !want)
			}
		}
	}
}
