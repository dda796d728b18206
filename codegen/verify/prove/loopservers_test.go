package prove_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// TestLoopServer proves hello in isolation: proof, which no spec may ask for yet.
func TestLoopServer(t *testing.T) {
	testtool.Long(t, "350,000 instructions are interpreted")
	provesBytes(t, compileLoop(t, os.DirFS(filepath.Join(examples, "hello"))))
}

// compileLoop gives the server of a spec in isolation: proof.
func compileLoop(t testing.TB, fsys fs.FS) []byte {
	t.Helper()
	r, err := codegen.Compile(fsys, emitted.SpecName, codegen.Options{Isolation: emitted.Proof.Isolation})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := r.WriteELF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
