package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/cache"
	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/deploy"
)

// shipped is a server that was compiled to run elsewhere, and is in no place yet.
type shipped struct {
	deploy.Server
	file *os.File // the server, without a name
}

// ship compiles a server and its probe. What goes wrong with files is known before.
func ship(cmd *cobra.Command, spec specfile.File, files *output.Set, noProbe bool) (s *shipped, err error) {
	s = &shipped{}
	if s.file, err = cache.Spool(); err != nil {
		return nil, err
	}
	if s.Result, err = spec.Compile(codegen.Options{Out: s.file, Sources: files.Guard}); err == nil {
		spec.Warn(cmd.ErrOrStderr(), s.Result)
		if !noProbe {
			s.Probe, err = healthCheck(spec, s.Result)
		}
	}
	if err != nil {
		return nil, errors.Join(err, s.file.Close())
	}
	return s, nil
}

// healthCheck compiles the probe. Where the spec names no health route, and the default is
// not answered with 2xx, there is none.
func healthCheck(spec specfile.File, r *codegen.Result) (*codegen.Result, error) {
	p, err := spec.Probe(r, nil)
	if err != nil && len(codegen.Problems(err, spec.Name, spec.Path)) > 0 {
		return nil, nil
	}
	return p, err
}

// warnUnchecked says of what is made that it does not ask for a response of the server.
func warnUnchecked(w io.Writer, what string, s deploy.Server) {
	if s.Spec.Server.Listen.Network == "systemd" {
		fmt.Fprintf(w, "%s has no health check: the server's socket is systemd's, and where that listens is not known\n", what)
		return
	}
	fmt.Fprintf(w, "%s has no health check by a response of 2xx: GET / is not answered with one; name what is, such as `health: /healthz`, in the spec\n", what)
}

// warnUnreachable says that nobody will reach the server in its container.
func warnUnreachable(w io.Writer, l codegen.Listen) {
	if l.Loopback() {
		fmt.Fprintf(w, "the server listens on %s: in a container of its own network nobody can reach it; listen on 0.0.0.0 there\n", l.Text)
	}
}
