// Package testtool finds the programs that tests run beside Go's own: nasm, gdb,
// strace and the like.
package testtool

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Need returns the path of the first of names that is installed: they are the names
// that one program goes by, for example chromium and chromium-browser. Without it
// the test is skipped and says what is missing; with CI=true in the environment that
// is a failure, so that a machine that lost a tool cannot pass by testing less.
func Need(t testing.TB, names ...string) string {
	t.Helper()
	path, ok := find(exec.LookPath, names)
	if ok {
		return path
	}
	missing := strings.Join(names, " or ")
	if InCI() {
		t.Fatalf("%s is not installed, and CI=true: `make test` installs it", missing)
	}
	t.Skipf("%s is not installed: `make test` installs it", missing)
	return ""
}

// InCI reports whether the tests run where nothing may be skipped.
func InCI() bool { return os.Getenv("CI") == "true" }

func find(look func(string) (string, error), names []string) (string, bool) {
	for _, name := range names {
		if path, err := look(name); err == nil {
			return path, true
		}
	}
	return "", false
}
