package cache

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Parts of the cache.
const (
	EncodingsPart = "encodings" // of folders' files
	ProofsPart    = "proofs"
	HashesPart    = "hashes" // of folders' files
)

// Dir keeps entries between builds, each in a file that is called by its key.
type Dir struct {
	Dir     string
	touched time.Time // a file that is older than this is in use again
}

// Times of the cache.
const (
	CacheLife  = 30 * 24 * time.Hour // of an entry that no build uses
	cacheTouch = 24 * time.Hour      // how exactly it is known when an entry was used
)

// OpenDir opens a part of the cache in the user's cache folder (XDG Base Directory, or what
// the system has for that), and removes what no build has used for long.
func OpenDir(part string) (*Dir, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	c := &Dir{Dir: filepath.Join(base, "verbosel", part), touched: time.Now().Add(-cacheTouch)}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, err
	}
	return c, c.trim(time.Now())
}

// Open opens an entry, and notes its use.
func (c *Dir) Open(key string) (io.ReadCloser, error) {
	path := filepath.Join(c.Dir, key)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.ModTime().Before(c.touched) {
		_ = os.Chtimes(path, time.Time{}, time.Now()) // at worst it is made anew one day
	}
	return f, nil
}

// Put stores an entry as a whole: other builds may read and write it meanwhile.
func (c *Dir) Put(key string, entry []byte) error {
	f, err := os.CreateTemp(c.Dir, "."+key+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(entry)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(c.Dir, key))
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// trim removes what was not used for CacheLife, at most once in cacheTouch. Temporary
// files of builds that were killed go the same way.
func (c *Dir) trim(now time.Time) error {
	mark := filepath.Join(c.Dir, "trimmed")
	if info, err := os.Stat(mark); err == nil && now.Sub(info.ModTime()) < cacheTouch {
		return nil
	}
	entries, err := os.ReadDir(c.Dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && now.Sub(info.ModTime()) > CacheLife {
			err = os.Remove(filepath.Join(c.Dir, e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // another build may be faster
			return err
		}
	}
	return os.WriteFile(mark, []byte(fmt.Sprintln(now.UTC().Format(time.RFC3339))), 0o600)
}

// SpoolCache keeps encodings for one build only: in a file without a name, so that
// nothing is left of it, whatever happens.
type SpoolCache struct {
	mu    sync.Mutex
	file  *os.File
	size  int64
	where map[string]span
}

// span is a part of a file, in bytes.
type span struct{ off, size int64 }

func OpenSpool() (*SpoolCache, error) {
	file, err := Spool()
	if err != nil {
		return nil, err
	}
	return &SpoolCache{file: file, where: map[string]span{}}, nil
}

// Open opens an entry of this build.
func (c *SpoolCache) Open(key string) (io.ReadCloser, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.where[key]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(io.NewSectionReader(c.file, at.off, at.size)), nil
}

// Put stores an entry.
func (c *SpoolCache) Put(key string, entry []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := io.Copy(io.NewOffsetWriter(c.file, c.size), bytes.NewReader(entry))
	if err == nil {
		c.where[key] = span{c.size, n}
	}
	c.size += n
	return err
}
