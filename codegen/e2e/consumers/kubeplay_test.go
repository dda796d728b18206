package consumers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// Podman plays the deployment, with the profile where the manifest has it, and its pod
// serves. The test sets the port and has none published, as the pod is on the host's network.
// (Podman runs exec probes by a shell, which the image has not: no test asks for its opinion.)
func TestKubePlay(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("podman without root needs a machine that is set up for it")
	}
	testtool.Need(t, "catatonit", "/usr/bin/catatonit", "/usr/libexec/podman/catatonit")
	name := fmt.Sprintf("play-%d", os.Getpid())
	tag := "localhost/verbosel-" + name + ":1"
	dir := deploy(t, "kubernetes", "--name", name, "--image", tag)
	archive := filepath.Join(t.TempDir(), "image.tar")
	if out, err := exec.Command(compiler(t), "image", filepath.Join(filepath.Dir(dir), "hello"), "--tag", tag, "-o", archive).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	podman(t, "load", "--quiet", "--input", archive)
	t.Cleanup(func() { podman(t, "rmi", "--force", tag) })

	port := emitted.FreePort(t)
	d := strictly[apps.Deployment](t, contents(t, dir, "deployment.yaml"))
	c := &d.Spec.Template.Spec.Containers[0]
	c.Ports, c.Env = nil, []core.EnvVar{{Name: "PORT", Value: strconv.Itoa(port)}}
	text, err := yaml.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	here := t.TempDir()
	profiles := filepath.Join(here, "verbosel")
	if err := os.Mkdir(profiles, 0o755); err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string][]byte{
		filepath.Join(here, "deployment.yaml"): text,
		filepath.Join(profiles, name+".json"):  contents(t, dir, "seccomp.json"),
		// kube play has no flag for limits, and the default ones may be more than we have.
		filepath.Join(here, "containers.conf"): []byte("[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1000:1000\"]\n"),
	} {
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("CONTAINERS_CONF", filepath.Join(here, "containers.conf"))
	manifest := filepath.Join(here, "deployment.yaml")
	t.Cleanup(func() { podman(t, "kube", "down", manifest) })
	podman(t, "kube", "play", "--network", "host", "--seccomp-profile-root", here, manifest)
	if got := string(fetch(t, fmt.Sprintf("http://127.0.0.1:%d/", port))); got != "Hello, World!\n" {
		t.Errorf("%q", got)
	}
}
