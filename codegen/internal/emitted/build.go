package emitted

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
)

// SpecName is the name of the spec in the file system that Build is given.
const SpecName = "routes.yaml"

// Binary is a compiled server on disk.
type Binary struct {
	Path   string
	Result *codegen.Result
}

// Build compiles the spec SpecName of fsys into a folder that goes with the test.
func Build(t testing.TB, fsys fs.FS) *Binary {
	t.Helper()
	r, err := codegen.Compile(fsys, SpecName, codegen.Options{})
	if err != nil {
		t.Fatalf("compiling: %v", err)
	}
	return Write(t, r)
}

// BuildText compiles a spec that names no files.
func BuildText(t testing.TB, spec string) *Binary {
	t.Helper()
	return Build(t, fstest.MapFS{SpecName: {Data: []byte(spec)}})
}

// Write puts the ELF into a file that goes with the test. No other test may fork meanwhile: its
// child would hold the file open for writing until it executes, and the server could not start
// (ETXTBSY).
func Write(t testing.TB, r *codegen.Result) *Binary {
	t.Helper()
	path := filepath.Join(t.TempDir(), "server")
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.WriteELF(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return &Binary{Path: path, Result: r}
}
