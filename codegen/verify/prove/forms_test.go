package prove_test

import (
	"errors"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

var update = flag.Bool("update", false, "rewrite ../forms.txt, the instructions that servers may have")

const formsFile = "../forms.txt"

// TestForms collects the forms of instructions of the servers that tests make: those of the
// matrix, the examples, and those of the golden files. They are what the gate takes, no
// more and no less.
func TestForms(t *testing.T) {
	found := map[string]bool{}
	add := func(fsys fs.FS) {
		r, err := codegen.Compile(fsys, emitted.SpecName, codegen.Options{})
		var refused *verify.Error
		if err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
		if len(r.Spec.Gaps()) > 0 {
			return // no spec can have it
		}
		for _, form := range prove.FormsOf(t, prove.ImageOf(t, bytesOf(t, r))) {
			found[form] = true
		}
	}
	for _, fsys := range matrix() {
		add(fsys)
	}
	for _, dir := range emitted.Examples(t, examples) {
		add(os.DirFS(dir))
	}
	golden, err := filepath.Glob("../../../testdata/http/*.txtar")
	if err != nil || len(golden) == 0 {
		t.Fatalf("%d golden files, %v", len(golden), err)
	}
	for _, path := range golden {
		sites, err := emitted.GoldenSites(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sites {
			add(s.Files)
		}
	}
	got := strings.Join(slices.Sorted(maps.Keys(found)), "\n") + "\n"
	if *update {
		if err := os.WriteFile(formsFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(formsFile)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("servers have other instructions than the gate takes: %s\n`go test ./codegen/verify/prove -run TestForms -update` writes the list anew; each line that comes must be one that is meant", differences(string(want), got))
	}
}

// differences lists the lines that only one of two lists has.
func differences(want, got string) string {
	var out []string
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for _, form := range g {
		if !slices.Contains(w, form) {
			out = append(out, "+ "+form)
		}
	}
	for _, form := range w {
		if !slices.Contains(g, form) {
			out = append(out, "- "+form)
		}
	}
	return strings.Join(out, ", ")
}
