package specfile

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/cmd/internal/cache"
	"github.com/verbosel/verbosel/codegen"
)

// testCache is what every cache must do.
func testCache(t *testing.T, c codegen.SiteCache) {
	t.Helper()
	if _, err := c.Open("key-1"); err == nil {
		t.Error("opened what is not there")
	}
	for _, entry := range []string{"one", "", strings.Repeat("long", 10_000), "two"} {
		for _, key := range []string{"key-1", "key-2.x"} {
			if err := c.Put(key, []byte(entry+key)); err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range []string{"key-1", "key-2.x"} {
			r, err := c.Open(key)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || string(got) != entry+key {
				t.Errorf("%s: got %d bytes, %v", key, len(got), err)
			}
			r.Close()
		}
	}
}

func TestCaches(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("TMPDIR", t.TempDir())
	dir, err := cache.OpenDir(cache.EncodingsPart)
	if err != nil {
		t.Fatal(err)
	}
	testCache(t, dir)
	spool, err := cache.OpenSpool()
	if err != nil {
		t.Fatal(err)
	}
	testCache(t, spool)
	testCache(t, &cache.Lazy{With: File{NoCache: true}.openEncodings})
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	testCache(t, &cache.Lazy{With: File{NoCache: true}.openEncodings})
}

// TestCacheIsLazy: where nothing is encoded, nothing is made.
func TestCacheIsLazy(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	l := &cache.Lazy{With: File{}.openEncodings}
	rememberedHashes()
	if left, _ := os.ReadDir(os.Getenv("XDG_CACHE_HOME")); len(left) > 0 {
		t.Errorf("made %v", left)
	}
	if err := l.Put("key", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "verbosel/encodings/key")); err != nil {
		t.Error(err)
	}
}

// TestNoCacheFolder: without one, encodings are made anew; without any place, it says so.
func TestNoCacheFolder(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CACHE_HOME", blocked)
	l := &cache.Lazy{With: File{}.openEncodings}
	if made, err := l.Get(); err != nil {
		t.Error(err)
	} else if _, ok := made.(*cache.SpoolCache); !ok {
		t.Errorf("a %T", made)
	}
	if _, err := rememberedHashes().Cache.Open("key"); err == nil {
		t.Error("hashes from no cache")
	}
	t.Setenv("TMPDIR", blocked)
	l = &cache.Lazy{With: File{}.openEncodings}
	if l.Put("key", nil) == nil {
		t.Error("put without a place")
	}
	if _, err := l.Open("key"); err == nil {
		t.Error("opened without a place")
	}
}
