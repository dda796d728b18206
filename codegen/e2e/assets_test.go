package e2e

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// assetsSpec has every way to a file: a folder with its 404 page, a route of GET and one of
// POST, error responses of the spec and of a host, one of which is for nothing.
const assetsSpec = `
routes:
  - {path: /d/, dir: d}
  - {path: /logo.svg, file: logo.svg}
  - {path: /post, method: POST, file: posted.txt}
errors: {405: {file: e.html}}
hosts:
  a.example: {errors: {404: {file: h.html}}, routes: [{path: /, body: x}]}
`

func assetsSite() fstest.MapFS {
	fsys := fstest.MapFS{emitted.SpecName: {Data: []byte(assetsSpec)}, "logo.svg": {Data: []byte("<svg/>")}}
	page := strings.Repeat("<p>one and the same</p>\n", 400)
	for name, text := range map[string]string{
		"d/index.html": page, "d/copy.html": page, "d/empty.txt": "", "d/404.html": "<p>gone", "d/large.txt": strings.Repeat("0123456789abcdef\n", 5000),
		"posted.txt": "posted\n", "e.html": "<p>405", "h.html": "<p>404 of a host",
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// Every file that the server was made from is an asset, and the bytes of the ELF that it is
// said to fill are its content.
func TestAssets(t *testing.T) {
	fsys := assetsSite()
	assets := checkAssets(t, emitted.Build(t, fsys).Result, fsys)
	var got []string
	for _, a := range assets {
		got = append(got, a.String())
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{
		"d/404.html", "d/copy.html", "d/copy.html in br", "d/copy.html in gzip", "d/copy.html in zstd", "d/empty.txt",
		"d/index.html", "d/large.txt", "d/large.txt in br", "e.html", "h.html", "logo.svg", "posted.txt",
	} {
		if !strings.Contains("\n"+all+"\n", "\n"+want+"\n") {
			t.Errorf("%s is missing in\n%s", want, all)
		}
	}
	for _, a := range assets {
		if (len(a.Ranges) == 0) != (a.Size == 0) {
			t.Errorf("%s of %d bytes fills %v", a, a.Size, a.Ranges)
		}
	}
}

// checkAssets compares what is said of the ELF with its bytes, and with the files.
func checkAssets(t *testing.T, r *codegen.Result, fsys fs.FS) []codegen.Asset {
	t.Helper()
	assets, err := r.Assets()
	if err != nil {
		t.Fatal(err)
	}
	var elf bytes.Buffer
	if err := r.WriteELF(&elf); err != nil {
		t.Fatal(err)
	}
	for _, a := range assets {
		for _, in := range a.Ranges {
			if in.Size != a.Size {
				t.Fatalf("%s of %d bytes fills %v", a, a.Size, in)
			}
			content := elf.Bytes()[in.Offset : in.Offset+in.Size]
			if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != a.SHA256 {
				t.Errorf("%s: %v has another hash", a, in)
			}
			isContent(t, a, content, fsys)
		}
	}
	return assets
}

func isContent(t *testing.T, a codegen.Asset, content []byte, fsys fs.FS) {
	t.Helper()
	want, err := fs.ReadFile(fsys, a.Name)
	if err != nil {
		t.Fatal(err)
	}
	if a.Coding == "gzip" {
		zr, err := gzip.NewReader(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if content, err = io.ReadAll(zr); err != nil {
			t.Fatal(err)
		}
	} else if a.Coding != "" {
		return
	}
	if !bytes.Equal(content, want) {
		t.Errorf("%s: the ELF has %d other bytes", a, len(content))
	}
}

// In the examples nothing that is served is left out.
func TestAssetsOfExamples(t *testing.T) {
	t.Parallel()
	for _, example := range []string{"site", "spa", "landing"} {
		t.Run(example, func(t *testing.T) {
			fsys := os.DirFS("../../examples/" + example)
			r := emitted.Build(t, fsys).Result
			known := map[string]bool{}
			for _, a := range checkAssets(t, r, fsys) {
				known[a.Name+"/"+a.Coding] = true
			}
			for _, s := range r.Sites {
				for _, res := range s.Resources {
					for _, v := range res.Variants {
						if !known[res.File+"/"+v.Coding] {
							t.Errorf("%s in %q is missing", res.File, v.Coding)
						}
					}
				}
			}
		})
	}
}
