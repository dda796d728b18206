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
	"syscall"

	"github.com/verbosel/verbosel/codegen"
)

// ExplainStart gives the usual reasons why the server cannot be run their remedy.
func ExplainStart(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: the folder for temporary files may not hold programs; set TMPDIR to one that may", err)
	case errors.Is(err, syscall.ENOEXEC):
		return fmt.Errorf("%w: servers run on x86-64 Linux only; build one with 'verbosel build' and take it there", err)
	}
	return err
}

// ExplainAddress says why a server may have failed to listen, and the remedy.
func ExplainAddress(w io.Writer, r *codegen.Result) {
	network, address := r.Address(os.Getenv)
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
