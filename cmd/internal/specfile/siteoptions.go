package specfile

import (
	"fmt"
	"os"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/cache"
	"github.com/verbosel/verbosel/cmd/internal/terminal"
	"github.com/verbosel/verbosel/codegen"
)

// AddNoCache gives a command the flag --no-cache.
func AddNoCache(flags interface {
	BoolVar(p *bool, name string, value bool, usage string)
}, noCache *bool) {
	flags.BoolVar(noCache, "no-cache", false, "make the encodings and hashes of folders' files and the proof anew, and keep none")
}

// labels are what a progress bar says of the stages that may take long.
var labels = map[string]string{"collect": "encoding", "verify": "proving"}

// options adds how a spec is built: with git's times, a bar on a terminal, and caches for
// encodings and hashes.
// done removes the bar.
func (s File) options(opts codegen.Options) (out codegen.Options, done func()) {
	opts.Site.GitTime = s.gitTime()
	opts.Site.Cache = &cache.Lazy{With: s.openEncodings}
	if !s.NoCache {
		opts.Site.Hashes = rememberedHashes()
	}
	if s.Quiet {
		return opts, func() {}
	}
	bar := terminal.NewBar(os.Stderr)
	if bar == nil {
		return opts, func() {}
	}
	opts.Site.Progress = bar.Step
	opts.Stage = func(verb string) { bar.Begin(time.Now(), labels[verb]) }
	return opts, bar.Remove
}

// gitTime asks git, of which fsys knows nothing.
func (s File) gitTime() func(name string) (time.Time, error) {
	git := &GitTimes{Dir: s.Root}
	return func(name string) (time.Time, error) {
		if s.Watched != nil {
			s.Watched.Lose()
		}
		return git.time(name)
	}
}

// openEncodings opens the user's cache for encodings, or one for this build: where that is
// wanted, and where there is no other.
func (s File) openEncodings() (codegen.SiteCache, error) {
	if !s.NoCache {
		cache, err := cache.OpenDir(cache.EncodingsPart)
		if err == nil {
			return cache, nil
		}
		fmt.Fprintf(os.Stderr, "no cache for encodings: %v\n", err)
	}
	return cache.OpenSpool()
}
