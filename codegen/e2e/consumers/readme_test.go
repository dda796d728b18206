package consumers

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// others are programs that README's commands run and that are not here: each looks for what it is
// given, as far as that is a file, and does nothing.
var others = map[string]string{
	"docker":    `[ -f compose.yaml ] && [ -f Dockerfile ] && [ -x server ]`,
	"kubectl":   `[ "$1 $2" = "apply -k" ] && [ -f "$3/kustomization.yaml" ]`,
	"gcloud":    `[ "$1 $2 $3" = "run services replace" ] && [ -f "$4" ]`,
	"npx":       `[ "$1 $2" = "sst deploy" ] && [ -f sst.config.ts ]`,
	"install":   `[ -x "$3" ]`,
	"cp":        `[ -f "$1" ]`,
	"systemctl": `true`,
	"git":       `case "$1" in clone) mkdir -p verbosel/examples/landing && touch verbosel/examples/landing/sst.config.ts;; add) [ -f "$2/verbosel.yml" ];; *) true;; esac`,
}

// Each block of commands of README's section on shipping runs from a folder that has a site, to
// its end: verbosel's are run, but for the registry that nobody has here; those of others find what
// they are given.
func TestReadmeShips(t *testing.T) {
	bin := t.TempDir()
	if err := os.Symlink(compiler(t), filepath.Join(bin, "verbosel")); err != nil {
		t.Fatal(err)
	}
	for name, does := range others {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+does+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	_, text, found := strings.Cut(string(contents(t, root, "README.md")), "Three commands each, of which the last one is the target's:\n\n")
	text, _, ends := strings.Cut(text, "\n\nThere is a Dockerfile")
	blocks := strings.Split(text, "\n\n")
	if !found || !ends || len(blocks) < 6 {
		t.Fatalf("%d blocks", len(blocks))
	}
	for _, block := range blocks {
		if lines := strings.Count(block, "\n    ") + 1; lines != 3 {
			t.Errorf("%d commands:\n%s", lines, block)
		}
		dir := t.TempDir()
		if err := os.CopyFS(filepath.Join(dir, "site"), os.DirFS(filepath.Join(root, "examples/hello"))); err != nil {
			t.Fatal(err)
		}
		run := exec.Command("bash", "-e", "-c", strings.NewReplacer("image site --push", "image site --tag", " && ", "\n").Replace(block)) // -e takes no notice of what is before &&
		run.Dir, run.Env = dir, append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
		if out, err := run.CombinedOutput(); err != nil {
			t.Errorf("%v:\n%s\n%s", err, block, out)
		}
	}
}
