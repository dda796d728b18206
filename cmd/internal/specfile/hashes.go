package specfile

import (
	"github.com/verbosel/verbosel/cmd/internal/cache"
	"github.com/verbosel/verbosel/codegen"
)

// rememberedHashes remembers hashes of files in the user's cache. Where there is none,
// files are read for their hashes each time.
func rememberedHashes() *codegen.SiteHashes {
	return &codegen.SiteHashes{Cache: &cache.Lazy{With: func() (codegen.SiteCache, error) { return cache.OpenDir(cache.HashesPart) }}, Facts: fileFacts}
}
