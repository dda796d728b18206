package deploy

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const landing = "../../examples/landing"

// The landing example is deployed by what `deploy sst` writes for it, but for where its image is
// built from: the clone, with the compiler in it.
func TestLandingSST(t *testing.T) {
	r := compiledIn(t, os.DirFS(landing))
	target, err := FindTarget("sst")
	if err != nil {
		t.Fatal(err)
	}
	values, err := target.values(r, Service{Name: "landing", Image: "landing:latest"})
	if err != nil {
		t.Fatal(err)
	}
	values.Context, values.Dockerfile = "../..", "examples/landing/Dockerfile"
	files, err := values.Render("sst")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		switch f.Name {
		case "sst.config.ts":
			isGolden(t, landing+"/sst.config.ts", f.Content)
		case "Dockerfile":
			isLastStage(t, f.Content)
		}
	}
}

// isGolden demands that a file has the text; -update gives it that.
func isGolden(t *testing.T, path string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != string(want) {
		t.Errorf("%s: %v; it has\n%s\nwant\n%s", path, err, got, want)
	}
}

// isLastStage demands that the example's Dockerfile ends as that of a project, with the files of
// the stage before.
func isLastStage(t *testing.T, project []byte) {
	t.Helper()
	text, err := os.ReadFile(landing + "/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(string(text), "FROM scratch\n")
	_, want, found := strings.Cut(string(project), "FROM scratch\n")
	if !found || strings.NewReplacer("--from=build ", "", "/out/", "").Replace(got) != want {
		t.Errorf("the last stage is\n%s\nwant\n%s", got, want)
	}
}
