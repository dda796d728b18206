package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/codegen"
)

// shipped is a server that was compiled to run elsewhere, with the program of its health
// check.
type shipped struct {
	file *os.File // the server, without a name
	*codegen.Result
	probe *codegen.Result // nil for none
}

// ship compiles a server and its probe. What goes wrong with files is known before.
func ship(cmd *cobra.Command, spec specFile, files *output.Set, noProbe bool) (s *shipped, err error) {
	s = &shipped{}
	if s.file, err = spool(); err != nil {
		return nil, err
	}
	if s.Result, err = spec.compile(codegen.Options{Out: s.file, Sources: files.Guard}); err == nil {
		spec.warn(cmd.ErrOrStderr(), s.Result)
		if !noProbe {
			s.probe, err = healthCheck(cmd.ErrOrStderr(), spec, s.Result)
		}
	}
	if err != nil {
		return nil, errors.Join(err, s.file.Close())
	}
	return s, nil
}

// healthCheck compiles the probe. Where the spec names no health route, and the default is
// not answered with 2xx, there is none, and that is said.
func healthCheck(w io.Writer, spec specFile, r *codegen.Result) (*codegen.Result, error) {
	p, err := spec.probe(r, nil)
	if err != nil && len(codegen.Problems(err, spec.name, spec.path)) > 0 {
		fmt.Fprintf(w, "the image has no health check: GET / is not answered with 2xx; name what is, such as `health: /healthz`, in the spec\n")
		return nil, nil
	}
	return p, err
}

// probeELF is the program of the health check, or nil.
func (s *shipped) probeELF() ([]byte, error) {
	if s.probe == nil {
		return nil, nil
	}
	var b bytes.Buffer
	err := s.probe.WriteELF(&b)
	return b.Bytes(), err
}

// isLoopback tells whether the server listens on TCP for its own machine alone.
func isLoopback(r *codegen.Result) bool {
	l := r.Spec.Server.Listen
	addr := netip.AddrFrom16(l.IP)
	if l.Network == "tcp4" {
		addr = netip.AddrFrom4([4]byte(l.IP[:4]))
	}
	return l.Network != "unix" && addr.IsLoopback()
}

// warnUnreachable says that nobody will reach the server in its container.
func warnUnreachable(w io.Writer, r *codegen.Result) {
	if l := r.Spec.Server.Listen; isLoopback(r) {
		fmt.Fprintf(w, "the server listens on %s: in a container of its own network nobody can reach it; listen on 0.0.0.0 there\n", l.Text)
	}
}
