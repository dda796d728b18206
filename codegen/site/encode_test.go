package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/spec"
)

// mixed is a folder with content of every kind and size.
func mixed() fstest.MapFS {
	m := tree(map[string]string{
		"index.html": prose(1, 3000), "big.css": prose(2, 40_000), "same.css": prose(2, 40_000), "same.bin": prose(2, 40_000),
		"edge.js": prose(3, inMemory), "edge1.js": prose(3, inMemory+1), "empty.txt": "", "tiny.txt": "a", "noise.txt": noise(4, 20_000),
		"photo.png": noise(5, 70_000), "404.html": "<p>gone", "a b/ü'.svg": prose(6, 6000),
	})
	for i := range 8 {
		m[fmt.Sprintf("public/many/%d.html", i)] = &fstest.MapFile{Data: []byte(prose(uint64(i)+100, 400*i))}
	}
	return m
}

// checkSite holds every promise about content: variants in order, decoded to the
// identity, with the size, the hash and the ETag of their bytes.
func checkSite(t *testing.T, fsys fs.FS, s *Site) {
	t.Helper()
	for _, r := range s.Resources {
		if r.Redirect != "" {
			continue
		}
		want, err := fs.ReadFile(fsys, r.File)
		if err != nil {
			t.Fatal(err)
		}
		codings := append([]string{""}, spec.Encodings()...)
		for i, v := range r.Variants {
			for len(codings) > 0 && codings[0] != v.Coding {
				codings = codings[1:]
			}
			if i == 0 && v.Coding != "" || len(codings) == 0 {
				t.Errorf("%s: variant %d is %q", r.Path, i, v.Coding)
			}
			b := read(t, fsys, s, v.Content)
			sum := sha256.Sum256(b)
			etag := base64.RawURLEncoding.EncodeToString(sum[:])[:16]
			if int64(len(b)) != v.Size || sum != v.Sum || etag != v.ETag || (v.File == "") != (v.Bytes != nil) {
				t.Errorf("%s %q: size %d, hash or ETag %s do not fit %d bytes", r.Path, v.Coding, v.Size, v.ETag, len(b))
			}
			if !bytes.Equal(decode(t, v.Coding, b), want) {
				t.Errorf("%s %q does not decode to the file", r.Path, v.Coding)
			}
		}
	}
}

func TestContent(t *testing.T) {
	fsys := mixed()
	for name, opts := range map[string]Options{"cache": {Cache: newMemoryCache()}, "no cache": {}, "identity": {Identity: true}} {
		t.Run(name, func(t *testing.T) {
			s := build(t, fsys, "", opts)
			checkSite(t, fsys, s)
			for path, want := range map[string]int{
				"/": 4, "/big.css": 4, "/same.bin": 1, "/edge.js": 4, "/empty.txt": 1, "/tiny.txt": 1, "/noise.txt": 1, "/photo.png": 1,
			} {
				if opts.Identity {
					want = 1
				}
				if got := len(byPath(t, s, path).Variants); got != want {
					t.Errorf("%s has %d variants, not %d", path, got, want)
				}
			}
		})
	}
}

func TestLargeContentIsNotHeld(t *testing.T) {
	s := build(t, mixed(), "", Options{Cache: newMemoryCache()})
	for _, r := range s.Resources {
		for _, v := range r.Variants {
			if len(v.Bytes) > inMemory {
				t.Errorf("%s %q: %d bytes in memory", r.Path, v.Coding, len(v.Bytes))
			}
		}
	}
}

func TestVariantsOfOneFileDiffer(t *testing.T) {
	r := byPath(t, build(t, mixed(), "", Options{}), "/big.css")
	seen := map[string]bool{}
	for _, v := range r.Variants {
		seen[v.ETag] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d ETags of 4 variants", len(seen))
	}
}

func codings(r Resource) string {
	var list []string
	for _, v := range r.Variants[1:] {
		list = append(list, v.Coding)
	}
	return strings.Join(list, " ")
}

func TestEncodingsKey(t *testing.T) {
	for keys, want := range map[string]string{
		"": "br zstd gzip", "encodings: [gzip, br]": "br gzip", "encodings: [zstd]": "zstd", "encodings: []": "",
		"min_gain: 99%": "", "types: { .css: image/own }": "",
	} {
		if got := codings(byPath(t, build(t, tree(map[string]string{"big.css": prose(2, 9000)}), keys, Options{}), "/big.css")); got != want {
			t.Errorf("%s: got %q, want %q", keys, got, want)
		}
	}
}

// TestMinGain: an encoding that saves exactly min_gain is kept, less is not.
func TestMinGain(t *testing.T) {
	for _, tt := range []struct {
		gain          int
		encoded, size int64
		want          bool
	}{
		{50, 95, 100, true}, {50, 96, 100, false}, {0, 99, 100, true}, {0, 100, 100, false}, {999, 1, 1000, true}, {999, 2, 1000, false},
		{50, 0, 100, false}, {125, 875, 1000, true}, {125, 876, 1000, false},
	} {
		b := &builder{dir: &spec.Dir{MinGain: tt.gain}}
		if got := b.isWorthIt(tt.encoded, tt.size); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

// TestLargestEncoded: one byte beyond the limit is served as it is.
func TestLargestEncoded(t *testing.T) {
	b := &builder{dir: &spec.Dir{Encodings: spec.Encodings()}}
	for size, want := range map[int64]int{maxEncoded: 3, maxEncoded + 1: 0, 1: 3, 0: 0} {
		f := &file{resource: Resource{Type: "text/css"}, identity: Content{Size: size}}
		if got := len(b.codingsFor(f)); got != want {
			t.Errorf("%d bytes: %d codings", size, got)
		}
	}
}

// bare is a site without what may differ between equal ones.
func bare(s *Site) *Site {
	c := *s
	c.stored = nil
	return &c
}

// TestSameSite: workers and caches, full or empty, make no difference.
func TestSameSite(t *testing.T) {
	fsys, cache := mixed(), newMemoryCache()
	want := build(t, fsys, "", Options{Parallel: 1, Cache: newMemoryCache()})
	for _, opts := range []Options{{Parallel: 7, Cache: cache}, {Parallel: 2, Cache: cache}, {Parallel: 16, Cache: newMemoryCache()}} {
		got := build(t, fsys, "", opts)
		if diff := cmp.Diff(bare(want), bare(got), cmp.AllowUnexported(Site{})); diff != "" {
			t.Error(diff)
		}
	}
}

// TestSameEncodings: without a cache the encodings have the same bytes.
func TestSameEncodings(t *testing.T) {
	fsys := mixed()
	a, b := build(t, fsys, "", Options{Cache: newMemoryCache()}), build(t, fsys, "", Options{Parallel: 3})
	for i, r := range a.Resources {
		for j, v := range r.Variants {
			if other := b.Resources[i].Variants[j]; v.ETag != other.ETag || v.Coding != other.Coding {
				t.Errorf("%s: %q and %q", r.Path, v.Coding, other.Coding)
			}
		}
	}
}

func TestCacheIsUsed(t *testing.T) {
	fsys, cache := mixed(), newMemoryCache()
	build(t, fsys, "", Options{Cache: cache})
	puts := cache.puts
	if puts == 0 || cache.hits != 0 {
		t.Fatalf("first: %d puts, %d hits", puts, cache.hits)
	}
	build(t, fsys, "min_gain: 50%", Options{Cache: cache})
	if cache.puts != puts || cache.hits != puts {
		t.Errorf("again: %d more puts, %d hits of %d", cache.puts-puts, cache.hits, puts)
	}
	fsys["public/many/7.html"].Data = []byte(prose(1000, 5000))
	checkSite(t, fsys, build(t, fsys, "", Options{Cache: cache}))
	if cache.puts != puts+3 {
		t.Errorf("one file changed: %d puts", cache.puts-puts)
	}
}

// TestDamagedCache: an entry that was cut or changed is made anew.
func TestDamagedCache(t *testing.T) {
	fsys, cache := mixed(), newMemoryCache()
	want := build(t, fsys, "", Options{Cache: cache})
	for key, entry := range cache.entries {
		switch len(entry) % 3 {
		case 0:
			entry[len(entry)-1] ^= 1
		case 1:
			entry = entry[:len(entry)-1]
		case 2:
			entry = entry[:entryHeader/2]
		}
		cache.entries[key] = entry
	}
	got := build(t, fsys, "", Options{Cache: cache})
	if diff := cmp.Diff(bare(want), bare(got), cmp.AllowUnexported(Site{})); diff != "" {
		t.Error(diff)
	}
	checkSite(t, fsys, got)
}

func TestCacheFails(t *testing.T) {
	cache := newMemoryCache()
	cache.fail = errTest
	_, err := Build(context.Background(), mixed(), dirRoute(t, mixed(), ""), Options{Cache: cache})
	if err == nil || !strings.Contains(err.Error(), "keeping an encoding: as the test wants it") {
		t.Errorf("got %v", err)
	}
}

// moving is a file system in which a file changes behind its first reading.
type moving struct {
	fstest.MapFS
	opened *atomic.Int32
}

func (m moving) Open(name string) (fs.File, error) {
	if name == "public/a.css" {
		if m.opened.Add(1) > 1 {
			return fstest.MapFS{"a.css": {Data: []byte(prose(2, 10_000))}}.Open("a.css")
		}
	}
	return m.MapFS.Open(name)
}

func (m moving) ReadFile(name string) ([]byte, error) {
	f, err := m.Open(name)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = b.ReadFrom(f)
	return b.Bytes(), err
}

func TestChangedWhileBuilt(t *testing.T) {
	fsys := tree(map[string]string{"a.css": prose(1, 10_000)})
	_, err := Build(context.Background(), moving{fsys, new(atomic.Int32)}, dirRoute(t, fsys, ""), Options{})
	if err == nil || !strings.Contains(err.Error(), "public/a.css changed while the site was built: build again") {
		t.Errorf("got %v", err)
	}
}

func TestEdit(t *testing.T) {
	fsys := mixed()
	s := build(t, fsys, "", Options{Identity: true, Edit: &Edit{[]byte("<script>"), func(html []byte) int { return len(html) }}})
	for path, want := range map[string]bool{"/": true, "/many/7.html": true, "/big.css": false, "/a%20b/%C3%BC'.svg": false} {
		v := byPath(t, s, path).Variants[0]
		b := read(t, fsys, s, v.Content)
		if bytes.HasSuffix(b, []byte("<script>")) != want || int64(len(b)) != v.Size {
			t.Errorf("%s: %d bytes", path, len(b))
		}
	}
	if !strings.HasSuffix(string(s.NotFound.Variants[0].Bytes), "gone<script>") {
		t.Error("404.html is not edited")
	}
}

func TestEditUnreadable(t *testing.T) {
	fsys := refusing{named("a.html"), "a.html"}
	wantIn(t, fails(t, fsys, "", Options{Edit: &Edit{Where: func([]byte) int { return 0 }}}), "public/a.html cannot be read: permission denied")
}

func TestProgress(t *testing.T) {
	last, total := 0, 0
	build(t, mixed(), "", Options{Parallel: 4, Progress: func(done, all int) {
		if done != last+1 || done > all {
			t.Errorf("%d of %d behind %d", done, all, last)
		}
		last, total = done, all
	}})
	if last != total || total <= len(mixed()) {
		t.Errorf("ended at %d of %d", last, total)
	}
}
