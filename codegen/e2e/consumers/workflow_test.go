package consumers

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
)

// workflows are those that the repository shows.
const workflows = "../../../examples/*/.github/workflows/*.yml"

// pinned is an action by its commit, with its version for people.
var pinned = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} +# v[0-9.]+$`)

// actionlint finds nothing wrong with a workflow, and each action is pinned to a commit.
func TestWorkflows(t *testing.T) {
	paths, err := filepath.Glob(workflows)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%v: no workflow is %s", err, workflows)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range lint(t, string(text)) {
			t.Errorf("%s:%v", path, problem)
		}
		for _, line := range strings.Split(string(text), "\n") {
			if _, action, found := strings.Cut(line, "uses: "); found && !pinned.MatchString(action) {
				t.Errorf("%s: %q is not pinned to a commit", path, action)
			}
		}
	}
}

// The linter is a test that can fail.
func TestWorkflowsCanFail(t *testing.T) {
	const bad = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.nothing }}\n        with: {}\n"
	if len(lint(t, bad)) == 0 {
		t.Error("nothing found")
	}
}

func lint(t *testing.T, text string) []*actionlint.Error {
	t.Helper()
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := linter.Lint("workflow.yml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
