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
	flags.BoolVar(noCache, "no-cache", false, "make the encodings of folders' files and the proof anew, and keep none")
}

// labels are what a progress bar says of the stages that may take long.
var labels = map[string]string{"collect": "encoding", "verify": "proving"}

// options adds how a spec is built: with git's times, a bar on a terminal, and a cache for
// encodings.
// done removes the bar.
func (s specFile) options(opts codegen.Options) (out codegen.Options, done func()) {
	opts.Site.GitTime = (&gitTimes{dir: s.root}).time
	opts.Site.Cache = &lazyCache{fresh: s.noCache}
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

// lazyCache is a cache that is made when there is something to encode.
type lazyCache struct {
	fresh bool // not the user's cache, but one for this build
	once  sync.Once
	cache codegen.SiteCache
	err   error
}

func (l *lazyCache) get() (codegen.SiteCache, error) {
	l.once.Do(func() { l.cache, l.err = l.make() })
	return l.cache, l.err
}

// make opens the user's cache. Where that is not possible, encodings are made anew.
func (l *lazyCache) make() (codegen.SiteCache, error) {
	if !l.fresh {
		cache, err := openCache(encodingsPart)
		if err == nil {
			return cache, nil
		}
		fmt.Fprintf(os.Stderr, "no cache for encodings: %v\n", err)
	}
	return openSpool()
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
