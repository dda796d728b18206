package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// isolation: proof answers what isolation: connection does, however the requests arrive.
func TestLoopGolden(t *testing.T) {
	files, err := filepath.Glob(goldens)
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files at %s: %v", goldens, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			emitted.RunGoldenUnproved(t, file)
		})
	}
}
