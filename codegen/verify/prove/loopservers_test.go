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

// TestLoopServer proves servers of isolation: proof, which no spec may ask for yet.
func TestLoopServer(t *testing.T) {
	testtool.Long(t, "350,000 instructions are interpreted for each")
	for name, fsys := range map[string]fs.FS{
		"hello":  os.DirFS(filepath.Join(examples, "hello")),
		"health": files("health: /healthz\nroutes:\n  - { path: /healthz, body: ok }\n"),
	} {
		t.Run(name, func(t *testing.T) { provesBytes(t, compileLoop(t, fsys)) })
	}
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
