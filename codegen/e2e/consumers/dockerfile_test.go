package consumers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
