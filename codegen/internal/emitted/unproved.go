package emitted

import (
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
)

// BuildUnproved compiles a spec for isolation: proof, whatever isolation it names, without its proof: see package
// unproved, which the test has to allow.
func BuildUnproved(t testing.TB, fsys fs.FS) *Binary {
	t.Helper()
	r, err := codegen.Compile(fsys, SpecName, codegen.Options{Isolation: Proof.Isolation})
	if err != nil {
		t.Fatalf("compiling: %v", err)
	}
	return Write(t, r)
}

// BuildUnprovedText is BuildUnproved of a spec that names no files.
func BuildUnprovedText(t testing.TB, spec string) *Binary {
	t.Helper()
	return BuildUnproved(t, fstest.MapFS{SpecName: {Data: []byte(spec)}})
}

// RunGoldenWorkers is RunGolden of several processes in isolation: proof.
func RunGoldenWorkers(t *testing.T, path string, workers int) {
	f, err := parseGolden(path)
	if err != nil {
		t.Fatal(err)
	}
	f.compare(t, BuildUnproved(t, f.as(Variant{fmt.Sprintf("proof\n  workers: %d", workers), "hardened"})).Start(t, Options{}), Proof, true)
}
