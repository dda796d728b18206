package child

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// Where no server can run, that is said before one is built, and what can be done instead.
func TestRuns(t *testing.T) {
	if err := Runs("linux"); err != nil {
		t.Error(err)
	}
	want := "this is darwin, and servers run on x86-64 Linux only: 'verbosel build' makes one here"
	if err := Runs("darwin"); err == nil || !errors.Is(err, ErrElsewhere) || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// The remedies are those of the causes, and another cause is left as it is.
func TestExplainStart(t *testing.T) {
	start := func(cause error) error {
		return ExplainStart(&fs.PathError{Op: "fork/exec", Path: "server", Err: cause})
	}
	if err := start(syscall.ENOEXEC); !errors.Is(err, ErrElsewhere) || !strings.Contains(err.Error(), "without an emulator") {
		t.Error(err)
	}
	if err := start(syscall.EACCES); !strings.Contains(err.Error(), "set TMPDIR") {
		t.Error(err)
	}
	if err := start(syscall.ENOMEM); err.Error() != "fork/exec server: cannot allocate memory" {
		t.Error(err)
	}
}
