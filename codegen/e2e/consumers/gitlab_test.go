package consumers

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/templates"
)

// gitlabLocal runs GitLab's pipelines without GitLab, and has GitLab's JSON Schema of them in it.
// Later versions want Node.js 22.
const gitlabLocal = "gitlab-ci-local@4.64.1"

// TestGitLabSchema: the pipeline keeps GitLab's schema, with odd values too, and its job is found.
func TestGitLabSchema(t *testing.T) {
	testtool.Long(t, "npm installs the program that has the schema")
	npm, dir := testtool.Need(t, "npm"), t.TempDir()
	repository := filepath.Join(dir, "repository")
	get := exec.Command(npm, "install", "--prefix", dir, "--ignore-scripts", "--no-audit", "--no-fund", gitlabLocal)
	if out, err := get.CombinedOutput(); err != nil {
		t.Skipf("npm cannot install %s: %v\n%s", gitlabLocal, err, out)
	}
	for _, args := range [][]string{
		{"init", "--quiet", repository}, {"-C", repository, "remote", "add", "origin", "git@gitlab.example:team/blog.git"},
		{"-C", repository, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "--message=a"},
	} {
		if out, err := exec.Command(testtool.Need(t, "git"), args...).CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	// check lists the jobs of a pipeline.
	check := func(text string) (string, error) {
		write(t, filepath.Join(repository, ".gitlab-ci.yml"), text)
		list := exec.Command(filepath.Join(dir, "node_modules/.bin/gitlab-ci-local"), "--list-csv")
		list.Dir = repository
		out, err := list.CombinedOutput()
		return string(out), err
	}
	made := string(contents(t, deploy(t, "gitlab-ci", "--image", "registry.example/team/blog:1.0"), "verbosel.gitlab-ci.yml"))
	odd := string(rendered(t, "gitlab-ci", "verbosel.gitlab-ci.yml", templates.Deploy{Spec: hostile[0], Image: hostile[1], Version: hostile[4]}))
	for _, text := range []string{made, odd} {
		if out, err := check(text); err != nil || strings.Count(out, "\nserver;") != 1 {
			t.Errorf("%v: %s\n%s", err, out, text)
		}
	}
	for old, bad := range map[string]string{"  artifacts:": "  artefacts:", "  script:": "  scripts:"} {
		if out, err := check(strings.Replace(made, old, bad, 1)); err == nil {
			t.Errorf("%s is taken: %s", bad, out)
		}
	}
}
