package prove_test

import (
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// loopMatrix is the matrix in isolation: proof: each content, and each kind of address, limit and log with two routes and with
// a folder.
func loopMatrix() iter.Seq2[string, fs.FS] {
	return func(yield func(string, fs.FS) bool) {
		more := true
		server := func(name, section, rest string) {
			more = more && yield(name, files("server:\n  isolation: proof\n"+section+rest))
		}
		for _, c := range contents {
			server(c.name, "", c.spec)
		}
		for _, c := range servers {
			server(c.name+"/two", c.spec, twoRoutes)
			server(c.name+"/dir", c.spec, folder)
		}
	}
}

// loopGoldens are the golden files' servers in isolation: proof.
func loopGoldens(t *testing.T) iter.Seq2[string, fs.FS] {
	t.Helper()
	list := map[string]fs.FS{}
	for path, sites := range goldenSites(t) {
		before := len(list)
		for _, s := range sites {
			if s.Variant == emitted.Proof {
				list[strings.TrimSuffix(filepath.Base(path), ".txtar")] = s.Files
			}
		}
		if len(list) == before {
			t.Errorf("%s is not about isolation: proof", path)
		}
	}
	return maps.All(list)
}

// TestLoopMatrix proves some of these in each run, and all where rare tests are asked for.
func TestLoopMatrix(t *testing.T) {
	testtool.Long(t, "80,000 to 270,000 instructions are interpreted for each")
	proved, left := 0, 0
	for kind, list := range map[string]iter.Seq2[string, fs.FS]{"matrix": loopMatrix(), "golden": loopGoldens(t)} {
		for server, fsys := range list {
			name := kind + "/" + server
			if !testtool.IsRare() && !slices.Contains(each, name) {
				left++
				continue
			}
			proved++
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				proves(t, fsys)
			})
		}
	}
	if proved < len(each) {
		t.Errorf("there are %d of the %d servers that each run proves", proved, len(each))
	}
	if left > 0 {
		t.Run("others", func(t *testing.T) {
			testtool.Rare(t, fmt.Sprintf("%d servers more, each of which takes seconds", left))
		})
	}
}

// TestManyPatternsInLoop: 150 routes beside as many patterns took 19,869,495,870 instructions, which is no bound, and
// 1,432,233,772 with this larger head. That a path may have a segment less in each round was seen together with what the
// one that is looked up happens to be, and so went back wherever that was written anew.
func TestManyPatternsInLoop(t *testing.T) {
	testtool.Long(t, "130,000 instructions are interpreted")
	linear(t, provesBytes(t, compileLoop(t, files("server: { limits: { head: 64KiB } }\n"+many(150)+patterns(150)))))
}

// each are those that each run proves, beside TestLoopServer: forms of redirects among many routes, and what goes along with a folder.
var each = []string{"matrix/blanks-many", "matrix/query-dir", "matrix/https-clock/dir", "matrix/log-small/dir"}
