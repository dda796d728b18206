package dynamic

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// Bounds among 10,000 routes with patterns, in percent of what is counted without.
const (
	literalPercent = 150
	patternPercent = 200
)

// patternCounts are the slowest literal path and the slowest pattern among many; literal is
// the count of the slowest of 10,000 literal ones.
func patternCounts(t *testing.T, literal uint64) []counted {
	var rows []counted
	for _, n := range []struct{ literals, patterns int }{{0, 1}, {0, 1000}, {0, 10_000}, {9000, 1000}} {
		elf := compile(t, patternRoutes(n.literals, n.patterns))
		server := boot(t, elf)
		name := fmt.Sprintf("patterns: %d, %d bytes", n.patterns, len(elf))
		if n.literals > 0 {
			name = fmt.Sprintf("routes: %d, %s", n.literals+n.patterns, name)
		}
		slowest := func(request string, bound uint64, count int, path func(int) string) {
			r := counted{request: request, server: name, bound: bound}
			for i := range count {
				r.count = max(r.count, instructions(t, server, fmt.Sprintf("GET %s HTTP/1.1\r\n%s", path(i), fields)))
			}
			rows = append(rows, r)
		}
		if n.literals > 0 {
			slowest("GET, slowest literal path", literal*literalPercent/100, n.literals, routePath)
		}
		slowest("GET, slowest pattern", literal*patternPercent/100, n.patterns, func(i int) string {
			return strings.ReplaceAll(patternPath(i), "{id}", "4711")
		})
	}
	return rows
}

func patternPath(i int) string { return fmt.Sprintf("/section-%02d/{id}/part-%04d", i%37, i) }

// patternRoutes are literal paths, and patterns behind them.
func patternRoutes(literals, patterns int) fstest.MapFS {
	files := manyRoutes(literals)
	spec := files[emitted.SpecName]
	for i := range patterns {
		spec.Data = fmt.Appendf(spec.Data, "  - path: %s\n    body: \"x\"\n", patternPath(i))
	}
	return files
}
