package cache

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestCacheForgets(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	c, err := OpenDir(EncodingsPart)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for key, age := range map[string]time.Duration{"new": 0, "used": 2 * CacheLife, "old": 2 * CacheLife, ".old.1": 2 * CacheLife} {
		if err := c.Put(key, nil); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(c.Dir, key), now, now.Add(-age)); err != nil {
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
		entries, err := os.ReadDir(c.Dir)
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
	c := &Dir{Dir: t.TempDir()}
	if err := os.Mkdir(filepath.Join(c.Dir, "key"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := c.Put("key", []byte("a")); err == nil {
		t.Error("put in the place of a folder")
	}
	if entries, _ := os.ReadDir(c.Dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
	if err := (&Dir{Dir: filepath.Join(c.Dir, "none")}).Put("key", nil); err == nil {
		t.Error("put into nothing")
	}
	if err := (&Dir{Dir: filepath.Join(c.Dir, "none")}).trim(time.Now()); err == nil {
		t.Error("trimmed nothing")
	}
}
