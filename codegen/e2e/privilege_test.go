package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// nobodyID is a user and a group that own nothing, and of which no process runs here
// but those of a test.
const nobodyID = 64321

// nobody are credentials without privilege. Only root can take them.
func nobody(t *testing.T) *syscall.Credential {
	t.Helper()
	needRoot(t)
	return &syscall.Credential{Uid: nobodyID, Gid: nobodyID}
}

// needRoot skips a test that only root can run; CI runs as root.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Getuid() == 0 {
		return
	}
	if testtool.InCI() {
		t.Fatal("this test needs root, and CI=true")
	}
	t.Skip("this test needs root: run it as root, or in a container")
}

// openTo lets every user reach a file in the test's folder.
func openTo(t *testing.T, path string) {
	t.Helper()
	root := filepath.Clean(os.TempDir())
	for dir := filepath.Dir(path); strings.HasPrefix(dir, root) && dir != root; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
