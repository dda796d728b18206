package emitted

import (
	"path/filepath"
	"testing"
)

// Examples lists the folders of the examples, which lie in the module's folder examples.
func Examples(t testing.TB, examples string) []string {
	t.Helper()
	specs, err := filepath.Glob(filepath.Join(examples, "*", SpecName))
	if err != nil || len(specs) == 0 {
		t.Fatalf("no examples in %s: %v", examples, err)
	}
	dirs := make([]string, len(specs))
	for i, spec := range specs {
		dirs[i] = filepath.Dir(spec)
	}
	return dirs
}
