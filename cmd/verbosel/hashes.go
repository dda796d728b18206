package main

import "github.com/verbosel/verbosel/codegen"

// rememberedHashes remembers hashes of files in the user's cache. Where there is none,
// files are read for their hashes each time.
func rememberedHashes() *codegen.SiteHashes {
	return &codegen.SiteHashes{Cache: &lazyCache{open: func() (codegen.SiteCache, error) { return openCache(hashesPart) }}, Facts: fileFacts}
}
