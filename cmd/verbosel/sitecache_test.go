package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	dir, err := openCache(encodingsPart)
	if err != nil {
		t.Fatal(err)
	}
	testCache(t, dir)
	spool, err := openSpool()
	if err != nil {
		t.Fatal(err)
	}
	testCache(t, spool)
	testCache(t, &lazyCache{open: specFile{noCache: true}.openEncodings})
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	testCache(t, &lazyCache{open: specFile{noCache: true}.openEncodings})
}

// TestCacheIsLazy: where nothing is encoded, nothing is made.
func TestCacheIsLazy(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	l := &lazyCache{open: specFile{}.openEncodings}
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
	l := &lazyCache{open: specFile{}.openEncodings}
	if cache, err := l.get(); err != nil {
		t.Error(err)
	} else if _, ok := cache.(*spoolCache); !ok {
		t.Errorf("a %T", cache)
	}
	if _, err := rememberedHashes().Cache.Open("key"); err == nil {
		t.Error("hashes from no cache")
	}
	t.Setenv("TMPDIR", blocked)
	l = &lazyCache{open: specFile{}.openEncodings}
	if l.Put("key", nil) == nil {
		t.Error("put without a place")
	}
	if _, err := l.Open("key"); err == nil {
		t.Error("opened without a place")
	}
}

func TestCacheForgets(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	c, err := openCache(encodingsPart)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for key, age := range map[string]time.Duration{"new": 0, "used": 2 * cacheLife, "old": 2 * cacheLife, ".old.1": 2 * cacheLife} {
		if err := c.Put(key, nil); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(c.dir, key), now, now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := c.Open("used")
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	left := func() string {
		var names []string
		entries, err := os.ReadDir(c.dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return strings.Join(names, " ")
	}
	if err := c.trim(now); err != nil || left() != ".old.1 new old trimmed used" {
		t.Errorf("trimmed again at once: %s, %v", left(), err)
	}
	if err := c.trim(now.Add(2 * cacheTouch)); err != nil || left() != "new trimmed used" {
		t.Errorf("left: %s, %v", left(), err)
	}
}

func TestCachePutFails(t *testing.T) {
	c := &dirCache{dir: t.TempDir()}
	if err := os.Mkdir(filepath.Join(c.dir, "key"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := c.Put("key", []byte("a")); err == nil {
		t.Error("put in the place of a folder")
	}
	if entries, _ := os.ReadDir(c.dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
	if err := (&dirCache{dir: filepath.Join(c.dir, "none")}).Put("key", nil); err == nil {
		t.Error("put into nothing")
	}
	if err := (&dirCache{dir: filepath.Join(c.dir, "none")}).trim(time.Now()); err == nil {
		t.Error("trimmed nothing")
	}
}
