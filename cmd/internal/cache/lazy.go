package cache

import (
	"io"
	"sync"

	"github.com/verbosel/verbosel/codegen"
)

// Lazy is a cache that is made when there is something to find or to keep.
type Lazy struct {
	With  func() (codegen.SiteCache, error) // what makes it
	once  sync.Once
	cache codegen.SiteCache
	err   error
}

// Get makes the cache where there is none yet.
func (l *Lazy) Get() (codegen.SiteCache, error) {
	l.once.Do(func() { l.cache, l.err = l.With() })
	return l.cache, l.err
}

// Open opens an entry.
func (l *Lazy) Open(key string) (io.ReadCloser, error) {
	cache, err := l.Get()
	if err != nil {
		return nil, err
	}
	return cache.Open(key)
}

// Put stores an entry.
func (l *Lazy) Put(key string, entry []byte) error {
	cache, err := l.Get()
	if err != nil {
		return err
	}
	return cache.Put(key, entry)
}
