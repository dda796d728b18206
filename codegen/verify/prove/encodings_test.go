package prove_test

import (
	"bytes"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// TestOneEncoding: a folder with a small file that has br, but no zstd or gzip, is proved
// as fast as the same with a file that has none: beside an index page that stands for all
// other paths it took 185,417 interpreted instructions, for 22,179.
func TestOneEncoding(t *testing.T) {
	for name, spec := range map[string]string{
		"dir":        "routes:\n  - path: /\n    dir: public\n",
		"spa":        "routes:\n  - path: /\n    dir: public\n    spa: index.html\n",
		"connection": "server: { isolation: connection }\nroutes:\n  - path: /\n    dir: public\n    spa: index.html\n",
	} {
		t.Run(name, func(t *testing.T) {
			interpreted := func(content string, coded bool) int {
				b := compile(t, fstest.MapFS{
					emitted.SpecName:    {Data: []byte(spec)},
					"public/index.html": {Data: []byte("<p>\n")},
					"public/index.txt":  {Data: []byte(content)},
				})
				if bytes.Contains(b, []byte("Content-Encoding: br\r\n")) != coded || bytes.Contains(b, []byte("Content-Encoding: gzip\r\n")) || bytes.Contains(b, []byte("Content-Encoding: zstd\r\n")) {
					t.Fatal("the file has other encodings than it should have")
				}
				r, err := prove.Prove(prove.ImageOf(t, b))
				if err != nil {
					t.Fatal(err)
				}
				return r.Work
			}
			none, br := interpreted("<p>a\n", false), interpreted("<!doctype html><title>Hello</title><p>the content of the page</p>\n", true)
			if t.Logf("%d instructions interpreted, %d without br", br, none); 4*br > 5*none {
				t.Errorf("%d instructions were interpreted, and %d for a file without br", br, none)
			}
		})
	}
}
