package spec

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// What isolation: proof is without is refused by a file of testdata each, by its name; in another isolation the
// file is good.
func TestUnprovable(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(testdata, "bad", "proof_*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for _, u := range unprovable {
		if !strings.Contains(all.String(), `"isolation: proof cannot have `+u.what+" yet") {
			t.Errorf("no file of testdata/spec/bad has %s", u.what)
		}
	}
}

// What isolation: proof lacks is looked for once a spec, not once a route: with 10,000 routes that took half a minute.
func TestGapsOfManyRoutes(t *testing.T) {
	allocated := func(routes int) uint64 {
		s := Spec{Server: Defaults(), Routes: make([]Route, routes)}
		s.Server.Isolation = IsolationProof
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if gaps := s.Gaps(); len(gaps) != 0 {
			t.Fatalf("%v", gaps)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if few, many := allocated(100), allocated(1600); many > 32*few {
		t.Errorf("%d bytes for 100 routes, %d for 1,600", few, many)
	}
}
