package deploy

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/policy"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Server is a server that was compiled to run elsewhere, with the program of its health check.
type Server struct {
	*codegen.Result
	Probe *codegen.Result // nil for none
}

// ProbeELF is the program of the health check, or nil.
func (s Server) ProbeELF() ([]byte, error) {
	if s.Probe == nil {
		return nil, nil
	}
	return s.Probe.Bytes()
}

// Loopback tells whether the server listens on TCP for its own machine alone.
func (s Server) Loopback() bool { return s.Spec.Server.Listen.Loopback() }

// port is the TCP port that the server listens on, unless PORT says otherwise.
func (s Server) port() (int, error) {
	l := s.Spec.Server.Listen
	switch {
	case l.Network == spec.Systemd:
		return 0, fmt.Errorf("the server takes its socket from systemd: what is deployed to other targets must listen by itself")
	case l.Network == "unix":
		return 0, fmt.Errorf("the server listens on %s: what is deployed must listen on a TCP port", l.Text)
	case l.Port == 0:
		return 0, fmt.Errorf("the server takes its port from %s alone: give it a default, as in ${%[1]s:-8080}", l.PortEnv)
	}
	return int(l.Port), nil
}

// profile allows the system calls of the server, of its probe, and of runc.
func (s Server) profile() ([]byte, error) {
	p, err := policy.New(s.Report)
	if err != nil {
		return nil, err
	}
	if s.Probe != nil {
		q, err := policy.New(s.Probe.Report)
		if err != nil {
			return nil, err
		}
		p = p.With(q)
	}
	if p, err = p.Widen("runc"); err != nil {
		return nil, err
	}
	return p.Encode("docker")
}
