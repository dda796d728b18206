package prove_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// Of the examples all that arrives at a node in the second pass is contained in it: their proofs
// do not rest on how states were joined. The README says what is missing for all servers.
func TestArrivalsAreContained(t *testing.T) {
	for _, dir := range emitted.Examples(t, examples) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			if filepath.Base(dir) != "hello" {
				testtool.Long(t, "hello is enough for every day")
			}
			if err := prove.Contained(prove.ImageOf(t, compile(t, os.DirFS(dir)))); err != nil {
				t.Error(err)
			}
		})
	}
}
