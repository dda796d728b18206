// Package child starts servers as children of verbosel, and explains why one does not
// start.
package child

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"runtime"
	"syscall"

	"github.com/verbosel/verbosel/codegen"
)

// ErrElsewhere is that of a system that cannot run servers, on which all else is possible.
var ErrElsewhere = errors.New("servers run on x86-64 Linux only: " +
	"'verbosel build' makes one here to take there, and 'verbosel image' one for a container")

// Runs fails for a system that cannot run servers, as Go calls it. Linux on another
// processor may have an emulator for them: the kernel knows, and ExplainStart.
func Runs(system string) error {
	if system != "linux" {
		return fmt.Errorf("this is %s, and %w", system, ErrElsewhere)
	}
	return nil
}

// ExplainStart gives the usual reasons why the server cannot be run their remedy.
func ExplainStart(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: the folder for temporary files may not hold programs; set TMPDIR to one that may", err)
	case errors.Is(err, syscall.ENOEXEC):
		return fmt.Errorf("%w: this is %s/%s without an emulator, and %w", err, runtime.GOOS, runtime.GOARCH, ErrElsewhere)
	}
	return err
}

// ExplainAddress says why a server may have failed to listen, and the remedy.
func ExplainAddress(w io.Writer, r *codegen.Result) {
	network, address := r.Address(os.Getenv)
	if network == "systemd" {
		fmt.Fprintln(w, "the server takes its socket over from systemd, or systemd-socket-activate; --port N does without")
	}
	if network == "unix" || address == "" {
		return
	}
	l, err := net.Listen(network, address)
	if err == nil {
		l.Close()
		return
	}
	if _, port, split := net.SplitHostPort(address); split == nil && errors.Is(err, syscall.EADDRINUSE) {
		fmt.Fprintf(w, "port %s is taken: another program listens there; choose another with --port N\n", port)
	}
}
