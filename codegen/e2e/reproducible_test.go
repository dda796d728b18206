package e2e

import (
	"crypto/sha256"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// sitesMade are examples that are made in other settings: a response, and a folder, whose files
// are encoded by several processors.
var sitesMade = []string{"hello", "landing"}

// A server is the same in another folder, as another user, in another time zone and locale,
// under another umask, on another number of processors, and from files of other times.
func TestSameBytesElsewhere(t *testing.T) {
	testtool.Long(t, "the compiler is linked, and a proof is made in each setting")
	t.Parallel()
	dir := openDir(t)
	self := compileFor(t, dir, "")
	copied := filepath.Join(dir, "a copy, ü")
	for _, site := range sitesMade {
		if err := os.CopyFS(filepath.Join(copied, site), os.DirFS("../../examples/"+site)); err != nil {
			t.Fatal(err)
		}
	}
	age(t, copied)
	for _, site := range sitesMade {
		t.Run(site, func(t *testing.T) {
			here := serverOf(t, exec.Command(self, "build", "--no-cache", "../../examples/"+site, "-o", "-"))
			for name, cmd := range elsewhere(self, filepath.Join(copied, site)) {
				t.Run(name, func(t *testing.T) { isMade(t, cmd, here) })
			}
		})
	}
}

func isMade(t *testing.T, cmd *exec.Cmd, want string) {
	if cmd.SysProcAttr != nil && os.Geteuid() != 0 {
		t.Skip("only root can become another user")
	}
	if got := serverOf(t, cmd); got != want {
		t.Errorf("%x, and here %x", sha256.Sum256([]byte(got)), sha256.Sum256([]byte(want)))
	}
}

// elsewhere are the settings.
func elsewhere(self, copied string) map[string]*exec.Cmd {
	build := func(env []string, arg string, dir string) *exec.Cmd {
		cmd := exec.Command(self, "build", "--no-cache", arg, "-o", "-")
		cmd.Env, cmd.Dir = append(os.Environ(), env...), dir
		return cmd
	}
	one := exec.Command("sh", "-c", `umask 077 && GOMAXPROCS=1 exec "$0" build --no-cache "$1" -o -`, self, copied)
	other := build([]string{"HOME=/nonexistent", "USER=nobody"}, copied, "/")
	other.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return map[string]*exec.Cmd{
		"another folder":           build(nil, ".", copied),
		"another time and locale":  build([]string{"TZ=Pacific/Kiritimati", "LC_ALL=tr_TR.UTF-8", "LANG=tr_TR.UTF-8"}, copied, ""),
		"one processor, and umask": one,
		"another user":             other,
	}
}

// The compiler makes the same bytes where it runs on another kind of processor.
func TestSameBytesOnARM(t *testing.T) {
	testtool.Rare(t, "the compiler is compiled for another processor, and proves servers under emulation")
	qemu := testtool.Need(t, "qemu-aarch64", "qemu-aarch64-static")
	dir := openDir(t)
	self, arm := compileFor(t, dir, ""), compileFor(t, dir, "arm64")
	for _, site := range sitesMade {
		args := []string{"build", "--no-cache", "../../examples/" + site, "-o", "-"}
		here := serverOf(t, exec.Command(self, args...))
		if got := serverOf(t, exec.Command(qemu, append([]string{arm}, args...)...)); got != here {
			t.Errorf("%s: %x, and here %x", site, sha256.Sum256([]byte(got)), sha256.Sum256([]byte(here)))
		}
	}
}

// The compiler compiles for macOS, where it cannot be run here.
func TestCompilesForDarwin(t *testing.T) {
	testtool.Rare(t, "the standard library is compiled for another system")
	for _, args := range [][]string{{"build", "-o", os.DevNull, "../../cmd/verbosel"}, {"vet", "../../cmd/..."}} {
		cmd := exec.Command("go", args...)
		cmd.Env = append(os.Environ(), "GOOS=darwin", "GOARCH=arm64", "CGO_ENABLED=0")
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, text)
		}
	}
}

// openDir is a folder that every user can read in.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "verbosel-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// compileFor compiles the compiler for Linux on a processor; empty is that of this machine.
func compileFor(t *testing.T, dir, arch string) string {
	t.Helper()
	out := filepath.Join(dir, "verbosel"+arch)
	cmd := exec.Command("go", "build", "-o", out, "../../cmd/verbosel")
	if arch != "" {
		cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch)
	}
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return out
}

// serverOf is what a command wrote to standard output.
func serverOf(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var stderr strings.Builder
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	if err != nil || !strings.HasPrefix(string(text), "\x7fELF") {
		t.Fatalf("%v: %d bytes\n%s", err, len(text), stderr.String())
	}
	return string(text)
}

// age gives all files another time.
func age(t *testing.T, dir string) {
	t.Helper()
	past := time.Unix(1, 0)
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(path, past, past)
	})
	if err != nil {
		t.Fatal(err)
	}
}
