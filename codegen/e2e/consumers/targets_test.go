package consumers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	nomad "github.com/hashicorp/nomad/api"
	"github.com/rhysd/actionlint"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"knative.dev/pkg/apis"
	knative "knative.dev/serving/pkg/apis/serving/v1"

	"github.com/verbosel/verbosel/templates"
)

// rendered is a file of a target's project, with values of a test; nil if one of them is
// refused.
func rendered(t *testing.T, target, name string, d templates.Deploy) []byte {
	t.Helper()
	files, err := d.Render(target)
	if err != nil {
		return nil
	}
	for _, f := range files {
		if f.Name == name {
			return f.Content
		}
	}
	t.Fatalf("%s has no %s", target, name)
	return nil
}

// What no ingress takes goes to the service, of which there are two pods and no autoscaler.
func TestIngressDefaultBackend(t *testing.T) {
	dir := deploy(t, "ingress-default-backend", "--name", "nothing")
	allInKustomization(t, dir)
	in := strictly[networking.Ingress](t, contents(t, dir, "ingress.yaml"))
	s := strictly[core.Service](t, contents(t, dir, "service.yaml"))
	d := strictly[apps.Deployment](t, contents(t, dir, "deployment.yaml"))
	b := in.Spec.DefaultBackend.Service
	if b.Name != s.Name || b.Port.Name != s.Spec.Ports[0].Name || len(in.Spec.Rules) != 0 {
		t.Errorf("%+v is for %+v", in.Spec, s)
	}
	if *d.Spec.Replicas != 2 || d.Name != "nothing" {
		t.Errorf("%+v", d.Spec)
	}
}

// Knative's own validation takes the services, with whatever value.
func TestKnative(t *testing.T) {
	for _, target := range []string{"knative", "cloudrun"} {
		dir := deploy(t, target, "--name", "blog", "--image", "registry.example/team/blog:1.0")
		s := strictly[knative.Service](t, contents(t, dir, "service.yaml"))
		ctx := context.Background()
		s.SetDefaults(ctx)
		err := s.Validate(ctx)
		if target == "cloudrun" { // which has no keys for what Knative warns of
			err = err.Filter(apis.ErrorLevel)
		}
		if err != nil {
			t.Errorf("%s: %v", target, err)
		}
		c := s.Spec.Template.Spec.Containers[0]
		if s.Name != "blog" || c.Image != "registry.example/team/blog:1.0" || c.Ports[0].ContainerPort != 8080 {
			t.Errorf("%s: %+v", target, s)
		}
		for _, text := range hostile {
			s := strictly[knative.Service](t, rendered(t, target, "service.yaml", templates.Deploy{Name: text, Image: text, Port: 80, Probe: text}))
			c := s.Spec.Template.Spec.Containers[0]
			probe := c.ReadinessProbe
			if target == "cloudrun" {
				probe = c.LivenessProbe
			}
			if s.Name != text || c.Image != text || probe.HTTPGet.Path != text || len(s.Spec.Template.Spec.Containers) != 1 {
				t.Errorf("%s: %q: %+v", target, text, s)
			}
		}
	}
}

// asJob decodes a job of Nomad: an unknown key is an error.
func asJob(t *testing.T, text []byte) *nomad.Job {
	t.Helper()
	var file struct{ Job *nomad.Job }
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	file.Job.Canonicalize()
	return file.Job
}

// The job is of Nomad's types. What Nomad would take for a variable is refused.
func TestNomad(t *testing.T) {
	dir := deploy(t, "nomad", "--name", "blog", "--image", "registry.example/team/blog:1.0")
	job := asJob(t, contents(t, dir, "job.json"))
	group := job.TaskGroups[0]
	task := group.Tasks[0]
	if *job.ID != "blog" || task.Driver != "docker" || task.Config["image"] != "registry.example/team/blog:1.0" || task.KillTimeout.Seconds() != 60 {
		t.Errorf("%+v", task)
	}
	port, check := group.Networks[0].DynamicPorts[0], group.Services[0].Checks[0]
	if port.To != 8080 || group.Services[0].PortLabel != port.Label || fmt.Sprint(task.Config["ports"]) != "["+port.Label+"]" || check.Path != "/" || check.Interval.Seconds() != 10 {
		t.Errorf("%+v", group)
	}
	for _, text := range hostile {
		content := rendered(t, "nomad", "job.json", templates.Deploy{Name: text, Image: text, Port: 80, Probe: text})
		if refused := strings.Contains(text, "${"); refused != (content == nil) {
			t.Errorf("%q: refused is %t", text, content == nil)
		}
		if content == nil {
			continue
		}
		job := asJob(t, content)
		if task := job.TaskGroups[0].Tasks[0]; *job.ID != text || task.Config["image"] != text || job.TaskGroups[0].Services[0].Checks[0].Path != text || len(job.TaskGroups) != 1 {
			t.Errorf("%q: %s", text, content)
		}
	}
}

// actionlint finds nothing in the workflow, with whatever value; every action is pinned; and
// its steps do what they say.
func TestGitHubActions(t *testing.T) {
	dir := deploy(t, "github-actions", "--image", "registry.example/team/blog:1.0")
	w := workflow(t, contents(t, dir, "verbosel.yml"))
	job := w.Jobs["build"]
	var lines []string
	for _, step := range job.Steps {
		if e, runs := step.Exec.(*actionlint.ExecRun); runs && step.If == nil { // what is pushed needs GitHub
			lines = append(lines, e.Run.Value)
		}
	}
	for line := range strings.Lines(string(contents(t, dir, "verbosel.yml"))) {
		if _, action, found := strings.Cut(strings.TrimSuffix(line, "\n"), "uses: "); found && !pinned.MatchString(action) {
			t.Errorf("%q is not pinned to a commit", action)
		}
	}
	runsPipeline(t, lines, 5)
	for _, text := range hostile {
		w := workflow(t, rendered(t, "github-actions", "verbosel.yml", templates.Deploy{Spec: text, Image: text, Version: text}))
		for _, name := range []string{"spec", "image", "verbosel"} {
			value := strings.ReplaceAll(w.Env.Vars[name].Value.Value, "${{ '${{' }}", "\x00")
			if strings.Contains(value, "${{") || strings.ReplaceAll(value, "\x00", "${{") != text {
				t.Errorf("%q is %q", text, value)
			}
		}
	}
}

// workflow is one in which actionlint finds nothing.
func workflow(t *testing.T, text []byte) *actionlint.Workflow {
	t.Helper()
	w, bad := actionlint.Parse(text)
	if found := append(bad, lint(t, string(text))...); len(found) > 0 {
		t.Errorf("%v\n%s", found, text)
	}
	return w
}

// pipeline is what of GitLab's keywords the project uses (GitLab CI/CD YAML syntax
// reference). GitLab's own parser is a part of its server: TestGitLabSchema has its schema.
type pipeline struct {
	Variables map[string]struct {
		Value  string `json:"value"`
		Expand *bool  `json:"expand"`
	} `json:"variables"`
	Server struct {
		Image     string   `json:"image"`
		Script    []string `json:"script"`
		Artifacts struct {
			Paths []string `json:"paths"`
		} `json:"artifacts"`
	} `json:"server"`
}

// The pipeline has GitLab's keywords only, its values as they are, and does what it says.
func TestGitLabCI(t *testing.T) {
	dir := deploy(t, "gitlab-ci", "--image", "registry.example/team/blog:1.0")
	p := strictly[pipeline](t, contents(t, dir, "verbosel.gitlab-ci.yml"))
	runsPipeline(t, p.Server.Script, 7)
	for _, text := range hostile {
		p := strictly[pipeline](t, rendered(t, "gitlab-ci", "verbosel.gitlab-ci.yml", templates.Deploy{Spec: text, Image: text, Version: text}))
		for _, v := range p.Variables {
			if v.Value != text || v.Expand == nil || *v.Expand {
				t.Errorf("%q is %+v", text, v)
			}
		}
		if len(p.Variables) != 3 {
			t.Errorf("%q: %+v", text, p.Variables)
		}
	}
}

// runsPipeline runs the commands of a pipeline in a folder that has the spec, under a name
// that a shell would take for more than one word, with the compiler of the test.
func runsPipeline(t *testing.T, commands []string, want int) {
	t.Helper()
	if len(commands) != want {
		t.Fatalf("%d commands: %q", len(commands), commands)
	}
	dir := t.TempDir()
	bin, repository := filepath.Join(dir, "bin"), filepath.Join(dir, "repository")
	const name = "a $(touch pwned) b"
	for _, folder := range []string{bin, filepath.Join(repository, name)} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for path, text := range map[string]string{
		filepath.Join(bin, "go"):                       "#!/bin/sh\nexit 0\n", // what it installs is there
		filepath.Join(repository, name, "routes.yaml"): "routes: [{ path: /, body: x }]\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(compiler(t), filepath.Join(bin, "verbosel")); err != nil {
		t.Fatal(err)
	}
	script := strings.NewReplacer("/tmp/", dir+"/").Replace("set -eo pipefail\n" + strings.Join(commands, "\n"))
	shell := exec.Command("bash", "-c", script)
	shell.Dir = repository
	shell.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "SPEC="+name, "IMAGE=x", "VERBOSEL=latest", "RUNNER_TEMP="+dir, "GITHUB_PATH="+filepath.Join(dir, "path"), "CI_COMMIT_BRANCH=a", "CI_DEFAULT_BRANCH=main")
	out, err := shell.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "byte for byte") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(repository, "pwned")); err == nil {
		t.Error("the name of the spec was run")
	}
}
