// Package subject makes servers out of a spec for measuring them.
//
// Invariant: a server that measures are taken of is what `verbosel build` would have
// written, but for its port, and for its isolation where the caller asks for another.
package subject

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"

	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/process"
	"github.com/verbosel/verbosel/codegen"
)

// Compile compiles a spec that is known to whoever made the function.
type Compile func(codegen.Options) (*codegen.Result, error)

// Subject is a spec in one isolation. It compiles when it is first asked for a
// target.
type Subject struct {
	Isolation string // "request", "connection" or "proof"

	dir     string // for executables
	compile Compile
	result  *codegen.Result
	path    string
	builds  int
}

// New makes a subject whose executables go to dir.
func New(dir, isolation string, compile Compile) *Subject {
	return &Subject{Isolation: isolation, dir: dir, compile: compile}
}

// Target is the server, to be asked for paths; without any, for the first that
// answers GET. A hardened server is compiled once, as it can be started again at
// once. One with ten system calls is compiled for each start: its old port is taken
// until the last connection there is forgotten.
func (s *Subject) Target(paths ...string) (measure.Target, error) {
	if s.result == nil || s.result.Spec.Server.Syscalls != "hardened" {
		if err := s.build(); err != nil {
			return measure.Target{}, err
		}
	}
	if len(paths) == 0 {
		first, err := firstPath(s.result)
		if err != nil {
			return measure.Target{}, err
		}
		paths = []string{first}
	}
	return measure.Target{
		Command: process.Command{Path: s.path, Forks: true},
		Address: address(s.result), Paths: paths,
	}, nil
}

// Size is that of the server's file, in bytes.
func (s *Subject) Size() int64 { return s.result.Size() }

// Syscalls is the spec's set of system calls.
func (s *Subject) Syscalls() string { return string(s.result.Spec.Server.Syscalls) }

// build compiles to a new file, on a port that is free now.
func (s *Subject) build() error {
	port, err := measure.FreePort()
	if err != nil {
		return err
	}
	if s.path != "" {
		_ = os.Remove(s.path) // the one before, which has ended
	}
	s.builds++
	s.path = filepath.Join(s.dir, fmt.Sprintf("server-%s-%d", s.Isolation, s.builds))
	file, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o700)
	if err != nil {
		return err
	}
	s.result, err = s.compile(codegen.Options{Port: port, Isolation: s.Isolation, Out: file})
	return errors.Join(err, file.Close())
}

// address is where the server is reached from this machine.
func address(r *codegen.Result) string {
	listen := r.Spec.Server.Listen
	ip := netip.AddrFrom16(listen.IP)
	if listen.Network == "tcp4" {
		ip = netip.AddrFrom4([4]byte(listen.IP[:4]))
	}
	if ip.IsUnspecified() { // "[::]" takes IPv4 too
		ip = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return net.JoinHostPort(ip.String(), strconv.Itoa(int(listen.Port)))
}

// firstPath is the spec's first path that GET gets a good answer from.
func firstPath(r *codegen.Result) (string, error) {
	for _, route := range r.Spec.Routes {
		for _, method := range route.Methods {
			if method == "GET" && route.Status < 400 {
				return route.Path, nil
			}
		}
	}
	return "", errors.New("no route of the spec answers GET: measuring needs one")
}
