package emitted

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
)

// Proof is isolation: proof, which no spec may ask for yet. The golden files' answers in
// isolation: connection are its as well.
var Proof = Variant{"proof", "hardened"}

// BuildUnproved compiles a spec for isolation: proof, whatever isolation it names. Neither the gate
// nor the proof of package verify passes it: see package unproved, which the test has to allow.
func BuildUnproved(t testing.TB, fsys fs.FS) *Binary {
	t.Helper()
	r, err := codegen.Compile(fsys, SpecName, codegen.Options{Isolation: Proof.Isolation})
	if err != nil {
		t.Fatalf("compiling: %v", err)
	}
	return write(t, r)
}

// BuildUnprovedText is BuildUnproved of a spec that names no files.
func BuildUnprovedText(t testing.TB, spec string) *Binary {
	t.Helper()
	return BuildUnproved(t, fstest.MapFS{SpecName: {Data: []byte(spec)}})
}

// RunGoldenUnproved is RunGolden in isolation: proof alone.
func RunGoldenUnproved(t *testing.T, path string) {
	f, err := parseGolden(path)
	if err != nil {
		t.Fatal(err)
	}
	f.compare(t, BuildUnproved(t, f.as(Connection)).Start(t, Options{}), Proof)
}
