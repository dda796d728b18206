package e2e

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/unproved"
)

// The servers of this package are proved elsewhere: see package unproved.
func init() { unproved.Allow() }

var update = flag.Bool("update", false, "rewrite the responses of testdata/http from what the servers answer")

// goldens is where the golden requests and responses are.
const goldens = "../../testdata/http/*.txtar"

func TestGolden(t *testing.T) {
	files, err := filepath.Glob(goldens)
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files at %s: %v", goldens, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			emitted.RunGolden(t, file, nil, *update)
		})
	}
}
