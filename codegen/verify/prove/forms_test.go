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
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

var update = flag.Bool("update", false, "rewrite ../gate/forms.txt, the instructions that servers may have")

const formsFile = "../gate/forms.txt"

// TestForms collects the forms of instructions of the servers that tests make: those of the
// matrix, the examples, and those of the golden files. They are what the gate takes, no
// more and no less. With -short it makes some of the matrix, and none of golden files, nor in isolation: proof: what
// these have is no more.
func TestForms(t *testing.T) {
	found := map[string]bool{}
	add := func(fsys fs.FS) {
		r, err := codegen.Compile(fsys, emitted.SpecName, codegen.Options{})
		var refused *verify.Error
		if err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
		for _, form := range prove.FormsOf(t, prove.ImageOf(t, bytesOf(t, r))) {
			found[form] = true
		}
	}
	const few = 100
	var servers []fs.FS
	for _, fsys := range matrix() {
		servers = append(servers, fsys)
	}
	if !*update {
		servers = testtool.Some(t, few, servers)
	}
	for _, fsys := range servers {
		add(fsys)
	}
	for _, dir := range emitted.Examples(t, examples) {
		add(os.DirFS(dir))
	}
	whole := !testing.Short() || *update
	if whole {
		for _, fsys := range loopMatrix() {
			add(fsys)
		}
		for _, sites := range goldenSites(t) {
			for _, s := range sites {
				add(s.Files)
			}
		}
	}
	got := slices.Sorted(maps.Keys(found))
	if *update {
		if err := os.WriteFile(formsFile, []byte(strings.Join(got, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(formsFile)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	more, gone := without(got, want), without(want, got)
	if len(more) > 0 || whole && len(gone) > 0 {
		t.Errorf("servers have other instructions than the gate takes, more: %q, and no longer: %q\n`go test ./codegen/verify/prove -run TestForms -update` writes the list anew; each line that comes must be one that is meant", more, gone)
	}
}

// goldenSites are the servers of golden files, by the file's path.
func goldenSites(t *testing.T) map[string][]emitted.GoldenSite {
	t.Helper()
	paths, err := filepath.Glob("../../../testdata/http/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d golden files, %v", len(paths), err)
	}
	list := map[string][]emitted.GoldenSite{}
	for _, path := range paths {
		if list[path], err = emitted.GoldenSites(path); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// without are the lines of a list that another one does not have.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(line string) bool { return slices.Contains(other, line) })
}
