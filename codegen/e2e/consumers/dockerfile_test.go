package consumers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// The compiler in the container of a release's Dockerfile, which has nothing else, checks,
// builds and verifies in the folder that is mounted. The stage with a shell begins with an
// image of a registry, and is not built here.
func TestCompilerDockerfile(t *testing.T) {
	testtool.Long(t, "the compiler is compiled and packed")
	if os.Geteuid() != 0 {
		t.Skip("podman without root needs a machine that is set up for it")
	}
	dir, work := t.TempDir(), t.TempDir()
	text, err := os.ReadFile("../../../cmd/release/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	compile := exec.Command("go", "build", "-o", filepath.Join(dir, "verbosel_linux_amd64"), "./cmd/verbosel")
	compile.Dir, compile.Env = "../../..", append(os.Environ(), "CGO_ENABLED=0")
	if text, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	tag := fmt.Sprintf("localhost/verbosel-compiler-%d:1", os.Getpid())
	podman(t, "build", "--quiet", "--target", "compiler", "--tag", tag, dir)
	t.Cleanup(func() { podman(t, "rmi", "--force", tag) })
	if err := os.CopyFS(filepath.Join(work, "hello"), os.DirFS("../../../examples/hello")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"check", "hello"}, {"build", "hello", "-o", "server"}, {"verify", "server"}, {"reproduce", "server", "hello"}} {
		podman(t, append([]string{"run", "--rm", "--network", "host", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000",
			"--volume", work + ":/work", tag}, args...)...)
	}
}

// The first stage of the landing example's Dockerfile makes the server from what it copies, and
// from nothing else of the clone: its commands are run here, as golang's image is of a registry.
// The last stage is that of `deploy docker`, which Podman builds.
func TestLandingDockerfile(t *testing.T) {
	testtool.Long(t, "the compiler is compiled in another folder")
	dir := t.TempDir()
	clone, out := filepath.Join(dir, "clone"), filepath.Join(dir, "out")
	if err := os.Mkdir(clone, 0o755); err != nil {
		t.Fatal(err)
	}
	var ran int
	first, _, _ := strings.Cut(string(contents(t, root, "examples/landing/Dockerfile")), "FROM scratch")
	for line := range strings.Lines(first) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#" || words[0] == "FROM" || words[0] == "WORKDIR" || !strings.HasPrefix(line, words[0]):
		case words[0] == "COPY":
			copyInto(t, clone, words[1:])
		case words[0] == "RUN":
			command := exec.Command("sh", "-c", strings.ReplaceAll(strings.Join(words[1:], " "), "/out/", out+"/"))
			command.Dir, ran = clone, ran+1
			if err := os.MkdirAll(out, 0o755); err != nil {
				t.Fatal(err)
			}
			if text, err := command.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", line, err, text)
			}
		default:
			t.Fatalf("a command that is not known here: %s", line)
		}
	}
	if server, probe := contents(t, out, "server"), contents(t, out, "probe"); ran != 1 || len(server) < 4096 || len(probe) == 0 || len(probe) > 1024 {
		t.Errorf("%d commands made a server of %d bytes and a probe of %d", ran, len(server), len(probe))
	}
}

// copyInto copies files and folders as COPY does (Dockerfile reference, COPY), from the clone: to
// the last of the words.
func copyInto(t *testing.T, to string, words []string) {
	t.Helper()
	for _, from := range words[:len(words)-1] {
		info, err := os.Stat(filepath.Join(root, from))
		if err != nil {
			t.Fatal(err)
		}
		if target := filepath.Join(to, words[len(words)-1]); info.IsDir() {
			err = os.CopyFS(target, os.DirFS(filepath.Join(root, from)))
		} else {
			err = os.WriteFile(filepath.Join(target, from), contents(t, root, from), info.Mode())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
