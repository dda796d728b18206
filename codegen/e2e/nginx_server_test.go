package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// nginxHTTP makes nginx as like the emitted server as its directives allow: the
// same types, one range, validators, gzip from files that lie ready, relative redirects.
const nginxHTTP = `
  types {
    text/html html;
    text/css css;
    text/javascript js;
    text/plain txt;
    image/svg+xml svg;
    image/png png;
  }
  default_type application/octet-stream;
  charset utf-8;
  charset_types text/css text/javascript text/plain image/svg+xml;
  etag on;
  if_modified_since before;
  max_ranges 1;
  gzip_static on;
  gzip_vary on;
  absolute_redirect off;
  server {
    listen 127.0.0.1:%d;
    root %s;
    index index.html;
    error_page 404 /404.html;
  }
`

// startNginx serves a folder until the test ends, and returns the address.
func startNginx(t *testing.T, folder string) string {
	t.Helper()
	port := emitted.FreePort(t)
	return testtool.Nginx(t, port, fmt.Sprintf(nginxHTTP, port, folder))
}

// comparedSpec is the spec of the emitted servers, beside the folder.
const comparedSpec = `routes:
  - path: /
    dir: site
    last_modified: mtime
    encodings: [gzip]
    precompressed: true
    min_gain: 0%
    cache: { "**": none }
`

// comparedTime is when every file was changed, before and after it in the forms of
// HTTP dates.
var comparedTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// fileClasses are the files that are compared, by what they stand for: the name, and
// the address.
var fileClasses = []struct{ class, name, path string }{
	{"html", "page.html", "/page.html"},
	{"css", "style.css", "/style.css"},
	{"js", "app.js", "/app.js"},
	{"svg", "logo.svg", "/logo.svg"},
	{"png", "pixel.png", "/pixel.png"},
	{"text", "notes.txt", "/notes.txt"},
	{"large", "large.txt", "/large.txt"},
	{"binary", "data.bin", "/data.bin"},
	{"space", "a b.txt", "/a%20b.txt"},
	{"percent", "100%.txt", "/100%25.txt"},
	{"UTF-8", "\u00fcber.txt", "/%C3%BCber.txt"},
	{"empty", "empty.txt", "/empty.txt"},
	{"index", "docs/index.html", "/docs/"},
	{"nested", "docs/deep/page.html", "/docs/deep/page.html"},
}

// comparedFolder writes the folder that both servers have, and returns the folder
// around it.
func comparedFolder(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	contents := map[string]string{
		"page.html": strings.Repeat("<p>a page</p>\n", 40), "style.css": strings.Repeat("p { margin: 0 }\n", 60),
		"app.js": strings.Repeat("console.log(1);\n", 70), "logo.svg": "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n" + strings.Repeat(" ", 600),
		"pixel.png": "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\xff", 300), "notes.txt": strings.Repeat("0123456789\n", 30),
		"large.txt": strings.Repeat("a line of a large file\n", 9000), "data.bin": strings.Repeat("\x00\x01\x02\xfe\xff", 20_001),
		"a b.txt": "a name with a space\n", "100%.txt": "a name with a percent sign\n", "\u00fcber.txt": "a name in UTF-8\n", "empty.txt": "",
		"index.html": "<p>start\n", "docs/index.html": "<p>the folder's page\n", "docs/deep/page.html": "<p>a nested page\n",
		"404.html": "<p>there is no such page\n", ".hidden": "hidden\n", "docs/a+b@c.txt": "sub-delims\n",
	}
	for _, name := range []string{"page.html", "style.css", "app.js", "logo.svg", "notes.txt", "large.txt"} {
		contents[name+".gz"] = gzipped(t, contents[name])
	}
	for name, content := range contents {
		path := filepath.Join(root, "site", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, comparedTime, comparedTime); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func gzipped(t *testing.T, content string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
