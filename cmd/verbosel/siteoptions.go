package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/verbosel/verbosel/codegen"
)

// addNoCache gives a command the flag --no-cache.
func addNoCache(flags interface {
	BoolVar(p *bool, name string, value bool, usage string)
}, noCache *bool) {
	flags.BoolVar(noCache, "no-cache", false, "make the encodings and hashes of folders' files and the proof anew, and keep none")
}

// labels are what a progress bar says of the stages that may take long.
var labels = map[string]string{"collect": "encoding", "verify": "proving"}

// options adds how a spec is built: with git's times, a bar on a terminal, and caches for
// encodings and hashes.
// done removes the bar.
func (s specFile) options(opts codegen.Options) (out codegen.Options, done func()) {
	opts.Site.GitTime = s.gitTime()
	opts.Site.Cache = &lazyCache{open: s.openEncodings}
	if !s.noCache {
		opts.Site.Hashes = rememberedHashes()
	}
	if s.quiet {
		return opts, func() {}
	}
	bar := newProgress(os.Stderr)
	if bar == nil {
		return opts, func() {}
	}
	opts.Site.Progress = bar.step
	opts.Stage = func(verb string) { bar.begin(time.Now(), labels[verb]) }
	return opts, bar.remove
}

// gitTime asks git, of which fsys knows nothing.
func (s specFile) gitTime() func(name string) (time.Time, error) {
	git := &gitTimes{dir: s.root}
	return func(name string) (time.Time, error) {
		if s.watched != nil {
			s.watched.Lose()
		}
		return git.time(name)
	}
}

// openEncodings opens the user's cache for encodings, or one for this build: where that is
// wanted, and where there is no other.
func (s specFile) openEncodings() (codegen.SiteCache, error) {
	if !s.noCache {
		cache, err := openCache(encodingsPart)
		if err == nil {
			return cache, nil
		}
		fmt.Fprintf(os.Stderr, "no cache for encodings: %v\n", err)
	}
	return openSpool()
}

// lazyCache is a cache that is made when there is something to find or to keep.
type lazyCache struct {
	open  func() (codegen.SiteCache, error)
	once  sync.Once
	cache codegen.SiteCache
	err   error
}

func (l *lazyCache) get() (codegen.SiteCache, error) {
	l.once.Do(func() { l.cache, l.err = l.open() })
	return l.cache, l.err
}

// Open opens an entry.
func (l *lazyCache) Open(key string) (io.ReadCloser, error) {
	cache, err := l.get()
	if err != nil {
		return nil, err
	}
	return cache.Open(key)
}

// Put stores an entry.
func (l *lazyCache) Put(key string, entry []byte) error {
	cache, err := l.get()
	if err != nil {
		return err
	}
	return cache.Put(key, entry)
}
