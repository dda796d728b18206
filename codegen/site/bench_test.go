package site

import (
	"context"
	"fmt"
	"os"
	"testing"
	"testing/fstest"
)

// BenchmarkBuild builds folders of pages of 300 to 500 bytes: the first time, and with a cache
// that has every encoding.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{10, 1_000, 10_000} {
		m := fstest.MapFS{}
		for i := range n {
			m[fmt.Sprintf("public/%d/%d.html", i%100, i)] = &fstest.MapFile{Data: []byte(prose(uint64(i), 300+i%200))}
		}
		fsys := os.DirFS(writeTree(b, m, nil))
		route := dirRoute(b, fsys, "clean_urls: true")
		full := newMemoryCache()
		if _, err := Build(context.Background(), fsys, route, Options{Cache: full}); err != nil {
			b.Fatal(err)
		}
		for name, cache := range map[string]func() Cache{
			"first":  func() Cache { return newMemoryCache() },
			"cached": func() Cache { return full },
		} {
			b.Run(fmt.Sprintf("files=%d/%s", n, name), func(b *testing.B) {
				for b.Loop() {
					if _, err := Build(context.Background(), fsys, route, Options{Cache: cache()}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
