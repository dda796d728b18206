package codegen_test

import (
	"bytes"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/unproved"
)

var update = flag.Bool("update", false, "rewrite the golden files of the examples")

// specName is the spec's name in every example.
const specName = "routes.yaml"

// An example is a folder below examples.
type example struct {
	name   string
	budget int64    // bytes that its ELF may have (DESIGN, section 7); 0 is no promise
	extra  []string // files that neither the spec nor the tests name
}

var examples = []example{
	{name: "default-backend"},
	{name: "hello", budget: 4 << 10},
	{name: "hosts"},
	{name: "landing", budget: 24 << 10, extra: []string{pageTemplate, "landing.png", "Dockerfile", "Dockerfile.dockerignore", "sst.config.ts"}},
	{name: "maintenance"},
	{name: "mock-api"},
	{name: "redirects"},
	{name: "server-asm"},
	{name: "site"},
	{name: "spa"},
}

// goldens are the files that -update writes into every example.
var goldens = []string{responsesName, listingName}

// TestExamples compiles, reads, assembles and asks every example, and without -short proves it as a build does: TestObserved of
// package prove proves them in each run.
func TestExamples(t *testing.T) {
	if testing.Short() {
		unproved.While(func() { testExamples(t) })
		return
	}
	testExamples(t)
}

func testExamples(t *testing.T) {
	t.Run("figures", func(t *testing.T) { unproved.While(func() { testFigures(t) }) }) // first: it writes a file that landing serves
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			files := e.load(t)
			r := compile(t, files)
			t.Run("size", func(t *testing.T) { e.checkSize(t, r) })
			t.Run("listing", func(t *testing.T) { e.checkListing(t, r, files) })
			t.Run("responses", func(t *testing.T) { e.checkResponses(t, files) })
			t.Run("files", func(t *testing.T) { e.checkFiles(t, r) })
		})
	}
}

// TestExamplesAreKnown fails for a folder with a spec that the table does not have.
func TestExamplesAreKnown(t *testing.T) {
	specs, err := filepath.Glob(filepath.Join("..", "examples", "*", specName))
	if err != nil {
		t.Fatal(err)
	}
	var there, known []string
	for _, s := range specs {
		there = append(there, filepath.Base(filepath.Dir(s)))
	}
	for _, e := range examples {
		known = append(known, e.name)
	}
	if diff := cmp.Diff(known, there); diff != "" {
		t.Errorf("examples (-table +folders):\n%s", diff)
	}
}

func (e example) dir() string { return filepath.Join("..", "examples", e.name) }

// load reads the folder, and those in it, into memory.
func (e example) load(t *testing.T) fstest.MapFS {
	t.Helper()
	files, root := fstest.MapFS{}, os.DirFS(e.dir())
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		b, err := fs.ReadFile(root, name)
		files[name] = &fstest.MapFile{Data: b, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func compile(t *testing.T, files fstest.MapFS) *codegen.Result {
	t.Helper()
	r, err := codegen.Compile(files, specName, codegen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func elfBytes(t *testing.T, r *codegen.Result) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteELF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (e example) checkSize(t *testing.T, r *codegen.Result) {
	if e.budget != 0 && r.Size() > e.budget {
		t.Errorf("the ELF has %d bytes, its budget is %d", r.Size(), e.budget)
	}
}

// checkFiles fails for a file that nothing uses, an old golden among them, and for
// one that is missing.
func (e example) checkFiles(t *testing.T, r *codegen.Result) {
	want := map[string]bool{specName: true, "README.md": true}
	for _, name := range slices.Concat(goldens, e.extra, r.Spec.Imports) {
		want[name] = true
	}
	for _, route := range r.Spec.Routes {
		if route.Content.File != "" {
			want[route.Content.File] = true
		}
	}
	for _, s := range r.Sites {
		for _, resource := range s.Resources {
			want[resource.File] = true
		}
	}
	there := slices.Sorted(maps.Keys(e.load(t)))
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), there); diff != "" {
		t.Errorf("%s (-used +there):\n%s", e.dir(), diff)
	}
}

// golden compares what was made with a file of the example, or with -update writes it.
func (e example) golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join(e.dir(), name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (`make golden` writes it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-golden +now; `make golden` rewrites it):\n%s", path, diff)
	}
}
