package consumers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	composed "github.com/compose-spec/compose-go/v2/types"
	"github.com/opencontainers/runtime-spec/specs-go"
	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	disruption "k8s.io/api/policy/v1"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/templates"
)

// deploy has verbosel write a project for a spec in a folder called hello, and gives its
// folder.
func deploy(t *testing.T, args ...string) string {
	t.Helper()
	return deployOn(t, ":${PORT:-8080}", args...)
}

// deployOn does it for a server that listens on an address.
func deployOn(t *testing.T, listen string, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	site := filepath.Join(dir, "hello")
	if err := os.Mkdir(site, 0o755); err != nil {
		t.Fatal(err)
	}
	spec := "server: { listen: \"" + listen + "\" }\nroutes: [{ path: /, body: \"Hello, World!\\n\" }]\n"
	if err := os.WriteFile(filepath.Join(site, "routes.yaml"), []byte(spec), 0o644); err != nil {
		t.Fatal(err)
	}
	write := exec.Command(compiler(t), append([]string{"deploy", args[0], "hello", "-o", out}, args[1:]...)...)
	write.Dir = dir
	if text, err := write.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return out
}

func contents(t *testing.T, path ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// strictly decodes a manifest into a type of Kubernetes: an unknown or double key is an error.
func strictly[T any](t *testing.T, text []byte) T {
	t.Helper()
	var v T
	if err := yaml.UnmarshalStrict(text, &v); err != nil {
		t.Errorf("%T: %v\n%s", v, err, text)
	}
	return v
}

// allInKustomization demands that a kustomization names all manifests of its folder, and no other.
func allInKustomization(t *testing.T, dir string) {
	t.Helper()
	list := strictly[types.Kustomization](t, contents(t, dir, "kustomization.yaml"))
	for _, name := range list.Resources {
		contents(t, dir, name)
	}
	if files, err := filepath.Glob(dir + "/*.yaml"); len(files) != len(list.Resources)+1 || err != nil {
		t.Errorf("%v, of which %v are in the kustomization", files, list.Resources)
	}
}

// The manifests are of Kubernetes's types, belong together, and name the profile that is
// written beside them.
func TestKubernetes(t *testing.T) {
	dir := deploy(t, "kubernetes", "--name", "blog", "--image", "registry.example/team/blog:1.0")
	allInKustomization(t, dir)
	d := strictly[apps.Deployment](t, contents(t, dir, "deployment.yaml"))
	s := strictly[core.Service](t, contents(t, dir, "service.yaml"))
	h := strictly[autoscaling.HorizontalPodAutoscaler](t, contents(t, dir, "hpa.yaml"))
	p := strictly[disruption.PodDisruptionBudget](t, contents(t, dir, "pdb.yaml"))
	n := strictly[networking.NetworkPolicy](t, contents(t, dir, "networkpolicy.yaml"))
	if t.Failed() {
		return
	}
	labels := fmt.Sprint(d.Spec.Template.Labels)
	for what, got := range map[string]any{
		"the deployment": d.Spec.Selector.MatchLabels, "the service": s.Spec.Selector, "the budget": p.Spec.Selector.MatchLabels, "the policy": n.Spec.PodSelector.MatchLabels,
	} {
		if fmt.Sprint(got) != labels || len(d.Spec.Template.Labels) == 0 {
			t.Errorf("%s selects %v, the pods are %v", what, got, labels)
		}
	}
	if h.Spec.ScaleTargetRef.Name != d.Name || h.Spec.ScaleTargetRef.Kind != d.Kind || h.Spec.ScaleTargetRef.APIVersion != d.APIVersion {
		t.Errorf("the autoscaler is for %+v", h.Spec.ScaleTargetRef)
	}
	pod := d.Spec.Template.Spec
	c := pod.Containers[0]
	if c.Image != "registry.example/team/blog:1.0" || c.Ports[0].ContainerPort != 8080 || c.Ports[0].Name != s.Spec.Ports[0].TargetPort.StrVal {
		t.Errorf("the container: %+v; the service's port: %+v", c, s.Spec.Ports)
	}
	if fmt.Sprint(c.ReadinessProbe.Exec.Command, c.LivenessProbe.Exec.Command) != "[/probe] [/probe]" {
		t.Errorf("probes %+v, %+v", c.ReadinessProbe, c.LivenessProbe)
	}
	if sc := c.SecurityContext; *sc.AllowPrivilegeEscalation || !*sc.ReadOnlyRootFilesystem || sc.Capabilities.Drop[0] != "ALL" {
		t.Errorf("%+v", sc)
	}
	if sc := pod.SecurityContext; !*sc.RunAsNonRoot || *sc.RunAsUser != 65532 || sc.SeccompProfile.Type != core.SeccompProfileTypeLocalhost || *sc.SeccompProfile.LocalhostProfile != "verbosel/blog.json" {
		t.Errorf("%+v", sc)
	}
	dec := json.NewDecoder(bytes.NewReader(contents(t, dir, "seccomp.json")))
	var profile specs.LinuxSeccomp
	if err := dec.Decode(&profile); err != nil || len(profile.Syscalls) == 0 || profile.DefaultAction != specs.ActKillProcess {
		t.Errorf("%v: %+v", err, profile)
	}
	if n.Spec.Ingress[0].Ports[0].Port.IntVal != 8080 || len(n.Spec.Egress) != 0 || len(n.Spec.PolicyTypes) != 2 {
		t.Errorf("%+v", n.Spec)
	}
}

// Whatever a value is, Kubernetes's types hold it where it belongs, and nothing else than with
// another value.
func TestKubernetesValues(t *testing.T) {
	for _, s := range hostile {
		d := templates.Deploy{Name: s, Image: s, Port: 8080, Profile: s}
		files, err := d.Render("kubernetes")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if f.Name != "deployment.yaml" {
				continue
			}
			got := strictly[apps.Deployment](t, f.Content)
			c := got.Spec.Template.Spec.Containers[0]
			if got.Name != s || c.Image != s || *got.Spec.Template.Spec.SecurityContext.SeccompProfile.LocalhostProfile != s || len(got.Spec.Template.Spec.Containers) != 1 {
				t.Errorf("%q: %+v", s, got)
			}
		}
	}
}

var hostile = []string{
	"a\"\n  hostNetwork: true\n#", "${HOME}", "$HOME", "$$", "{{.Name}}", "%h%%", "'", "\\", "a: b", "- a", "\u2028\x7f\u0085", "*x", "&x", "!!binary x", "null", "1e3",
}

// compose-go loads the project, with the values that were given; variables of the
// environment change nothing.
func TestCompose(t *testing.T) {
	dir := deploy(t, "docker", "--image", "blog:1.0")
	project := loadCompose(t, dir)
	web := project.Services["web"]
	if web.Image != "blog:1.0" || web.Build.Context != dir || web.Ports[0].Target != 8080 || web.Ports[0].Published != "8080" || !web.ReadOnly || web.CapDrop[0] != "ALL" {
		t.Errorf("%+v", web)
	}
	if len(web.SecurityOpt) != 2 || web.SecurityOpt[1] != "seccomp:seccomp.json" {
		t.Errorf("%v", web.SecurityOpt)
	}
	t.Setenv("HOME", "/changed")
	for _, s := range hostile {
		files, err := templates.Deploy{Image: s, Port: 1, Published: 2}.Render("docker")
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for _, f := range files {
			if err := os.WriteFile(filepath.Join(dir, f.Name), f.Content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got := loadCompose(t, dir).Services["web"].Image; got != s {
			t.Errorf("%q is %q", s, got)
		}
	}
}

// loadCompose reads a project as docker compose does.
func loadCompose(t *testing.T, dir string) *composed.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(dir, "compose.yaml")}, cli.WithName("test"), cli.WithWorkingDirectory(dir), cli.WithOsEnv)
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// Podman builds the image from the Dockerfile, and a container of it serves under the profile.
func TestDockerfile(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("podman without root needs a machine that is set up for it")
	}
	dir := deploy(t, "docker")
	tag := fmt.Sprintf("localhost/verbosel-deploy-%d:1", os.Getpid())
	podman(t, "build", "--quiet", "--tag", tag, dir)
	t.Cleanup(func() { podman(t, "rmi", "--force", tag) })
	if got := podman(t, "inspect", "--format", "{{.Config.User}} {{.Config.Entrypoint}} {{.Config.StopSignal}} {{.Config.ExposedPorts}}", tag); got != "65532:65532 [/server] SIGTERM map[8080/tcp:{}]" {
		t.Errorf("%s", got)
	}
	port := emitted.FreePort(t)
	id := podman(t, "run", "--detach", "--network", "host", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", "--env", "PORT="+strconv.Itoa(port),
		"--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--security-opt", "seccomp="+filepath.Join(dir, "seccomp.json"), tag)
	t.Cleanup(func() { podman(t, "rm", "--force", "--time", "1", id) })
	if got := string(fetch(t, fmt.Sprintf("http://127.0.0.1:%d/", port))); got != "Hello, World!\n" {
		t.Errorf("%q", got)
	}
}

// exposure is what systemd-analyze says of a unit at the end.
var exposure = regexp.MustCompile(`Overall exposure level for \S+: ([0-9.]+) `)

// systemd finds nothing wrong with the unit, and gives it an exposure of 1.1 at most: what is
// left is that it is on the network, which it is there for. Behind a proxy
// of its machine, or with a socket that systemd hands over, it is under 1.0.
func TestUnit(t *testing.T) {
	for listen, most := range map[string]float64{":${PORT:-8080}": 1.1, "127.0.0.1:8080": 0.9, "[::1]:8080": 0.9, "systemd": 0.4} {
		t.Run(listen, func(t *testing.T) { isUnit(t, deployOn(t, listen, "systemd"), most) })
	}
}

// isUnit demands a unit that systemd takes, with an exposure of most at most.
func isUnit(t *testing.T, dir string, most float64) {
	analyze := testtool.Need(t, "systemd-analyze")
	unit := filepath.Join(dir, "server.service")
	// The program is where the unit has it when it is installed.
	text := strings.ReplaceAll(string(contents(t, unit)), `ExecStart="/usr/local/bin/hello"`, "ExecStart="+filepath.Join(dir, "server"))
	here := filepath.Join(t.TempDir(), "server.service")
	if err := os.WriteFile(here, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	units := []string{"verify", here}
	if socket, err := os.ReadFile(filepath.Join(dir, "server.socket")); err == nil {
		units = append(units, filepath.Join(filepath.Dir(here), "server.socket"))
		if err := os.WriteFile(units[2], socket, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(analyze, units...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
	out, err := exec.Command(analyze, "security", "--offline=true", unit).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	m := exposure.FindSubmatch(out)
	if m == nil {
		t.Fatalf("no exposure in %s", out)
	}
	score, err := strconv.ParseFloat(string(m[1]), 64)
	t.Logf("exposure %v", score)
	if err != nil || score > most {
		t.Errorf("exposure %s: %s", m[1], out)
	}
}
