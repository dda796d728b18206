package site

import (
	"bytes"
	"context"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"

	"github.com/verbosel/verbosel/codegen/spec"
)

// encoded is what a codec makes of a text.
func encoded(t testing.TB, coding, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := codecs[coding].encode(newEncoders(context.Background()), &b, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withReady is a folder with a text of 9,000 bytes under several names, and encodings
// beside it.
func withReady(t testing.TB) fstest.MapFS {
	text := prose(1, 9000)
	m := tree(map[string]string{"a.js": text, "data.bin": text, "alone.css.br": "not of a file"})
	m["public/a.js.br"] = &fstest.MapFile{Data: encoded(t, spec.CodingBrotli, text)}
	m["public/a.js.gz"] = &fstest.MapFile{Data: encoded(t, spec.CodingGzip, text)}
	m["public/data.bin.zst"] = &fstest.MapFile{Data: encoded(t, spec.CodingZstd, text)}
	return m
}

func TestPrecompressed(t *testing.T) {
	fsys := withReady(t)
	s := build(t, fsys, "precompressed: true", Options{})
	checkSite(t, fsys, s)
	if got := codings(byPath(t, s, "/a.js")); got != "br zstd gzip" {
		t.Errorf("a.js: %s", got)
	}
	if got := codings(byPath(t, s, "/data.bin")); got != "zstd" {
		t.Errorf("data.bin: %s", got)
	}
	if len(s.Resources) != 3 || byPath(t, s, "/alone.css.br").Type != "application/octet-stream" {
		t.Errorf("got %v", addresses(s))
	}
}

func TestPrecompressedOtherKeys(t *testing.T) {
	fsys := withReady(t)
	for keys, want := range map[string]int{
		"precompressed: false":                                        6,
		"precompressed: true\n    encodings: [br]":                    5, // .gz and .zst are files like others
		"precompressed: true\n    include: ['*.js', '*.bin']":         2, // what is beside a file comes with it
		"precompressed: true\n    exclude: '*.gz'":                    3,
		"precompressed: true\n    include: '*.br'":                    2,
		"precompressed: true\n    include: '*.js'\n    min_gain: 99%": 1,
	} {
		s := build(t, fsys, keys, Options{})
		checkSite(t, fsys, s)
		if len(s.Resources) != want {
			t.Errorf("%s: %d resources, not %d: %v", keys, len(s.Resources), want, addresses(s))
		}
	}
}

// TestIdentityIgnoresReady: a quick build neither reads nor serves them.
func TestIdentityIgnoresReady(t *testing.T) {
	fsys := withReady(t)
	fsys["public/a.js.br"].Data = []byte("broken")
	s := build(t, fsys, "precompressed: true", Options{Identity: true})
	if len(s.Resources) != 3 || len(byPath(t, s, "/a.js").Variants) != 1 {
		t.Errorf("got %v", addresses(s))
	}
}

func TestPrecompressedIsWrong(t *testing.T) {
	text := prose(1, 9000)
	var wide bytes.Buffer
	w, err := zstd.NewWriter(&wide, zstd.WithWindowSize(16<<20), zstd.WithSingleSegment(false))
	if err != nil {
		t.Fatal(err)
	}
	for range 3000 { // a stream of more than its window
		if _, err := w.Write([]byte(prose(3, 6000))); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	for name, tt := range map[string]struct {
		data []byte
		want string
	}{
		"a.js.br":  {[]byte("\xff\xff broken"), "brotli"},
		"a.js.gz":  {[]byte("no gzip at all"), "gzip: invalid header"},
		"a.js.zst": {wide.Bytes(), "window size"},
	} {
		fsys := tree(map[string]string{"a.js": text})
		fsys["public/"+name] = &fstest.MapFile{Data: tt.data}
		wantIn(t, fails(t, fsys, "precompressed: true", Options{}), "public/"+name+" is no ", "encoding of public/a.js: ", tt.want, "make it anew, or remove it")
	}
	for _, other := range []string{text + "x", text[1:], "y" + text[1:]} {
		fsys := tree(map[string]string{"a.js": text})
		fsys["public/a.js.gz"] = &fstest.MapFile{Data: encoded(t, spec.CodingGzip, other)}
		wantIn(t, fails(t, fsys, "precompressed: true", Options{}), "public/a.js.gz is no gzip encoding of public/a.js: it decodes to other bytes")
	}
}

func TestPrecompressedUnreadable(t *testing.T) {
	fsys := refusing{withReady(t), "a.js.br"}
	wantIn(t, fails(t, fsys, "precompressed: true", Options{}), "public/a.js.br is no br encoding of public/a.js: permission denied")
}
