package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// workflow is what stepsMain needs to know of a workflow of GitHub Actions.
type workflow struct {
	Env  map[string]string
	Jobs map[string]struct {
		Steps []struct{ Name, Uses, Run string }
	}
}

// stepsMain is the program `steps WORKFLOW [STEP COMMAND]`: it runs each `run` of the one
// job there is as GitHub's runner does, in bash with -e and pipefail, the files that steps
// hand variables on by, and the workflow's variables; COMMAND runs before STEP. It ends
// with the status of the first step that fails.
func stepsMain() {
	text, err := os.ReadFile(os.Args[1])
	exitIf(err)
	var w workflow
	exitIf(yaml.Unmarshal(text, &w))
	if len(w.Jobs) != 1 {
		exitIf(fmt.Errorf("%d jobs, and not one", len(w.Jobs)))
	}
	dir, err := os.MkdirTemp("", "steps-*")
	exitIf(err)
	defer os.RemoveAll(dir)
	r := runner{dir: dir, env: os.Environ()}
	for name, value := range w.Env {
		r.env = append(r.env, name+"="+value)
	}
	for _, name := range []string{"GITHUB_PATH", "GITHUB_STEP_SUMMARY"} {
		r.env = append(r.env, name+"="+filepath.Join(dir, name))
	}
	found := len(os.Args) < 3
	for _, job := range w.Jobs {
		for _, s := range job.Steps {
			if s.Run == "" {
				continue
			}
			if !found && s.Name == os.Args[2] {
				found = true
				r.bash(os.Args[3])
			}
			fmt.Println("== " + s.Name)
			r.bash(s.Run)
		}
	}
	if !found {
		exitIf(fmt.Errorf("there is no step %q", os.Args[2]))
	}
	summary, err := os.ReadFile(filepath.Join(dir, "GITHUB_STEP_SUMMARY"))
	exitIf(err)
	fmt.Printf("== summary\n%s", summary)
}

// runner runs the steps of a job.
type runner struct {
	dir string
	env []string
}

func (r runner) bash(script string) {
	path := filepath.Join(r.dir, "step.sh")
	exitIf(os.WriteFile(path, []byte(script), 0o600))
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", path)
	cmd.Env, cmd.Stdout, cmd.Stderr = r.env, os.Stdout, os.Stderr
	if added, err := os.ReadFile(filepath.Join(r.dir, "GITHUB_PATH")); err == nil {
		places := append(strings.Fields(string(added)), os.Getenv("PATH"))
		cmd.Env = append(cmd.Env, "PATH="+strings.Join(places, string(os.PathListSeparator)))
	}
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		os.RemoveAll(r.dir)
		os.Exit(exit.ExitCode())
	}
	exitIf(err)
}

// hookMain is the program `hook HOOKS ID FILE...`: it runs a hook as pre-commit does, with
// those of the files that the hook is for.
func hookMain() {
	text, err := os.ReadFile(os.Args[1])
	exitIf(err)
	var hooks []struct{ ID, Entry, Language, Files string }
	exitIf(yaml.Unmarshal(text, &hooks))
	for _, h := range hooks {
		if h.ID != os.Args[2] {
			continue
		}
		args := strings.Fields(h.Entry)
		for _, name := range os.Args[3:] {
			if regexp.MustCompile(h.Files).MatchString(name) {
				args = append(args, name)
			}
		}
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		err := cmd.Run()
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			os.Exit(exit.ExitCode())
		}
		exitIf(err)
		return
	}
	exitIf(fmt.Errorf("there is no hook %q", os.Args[2]))
}
