package dynamic

import (
	"errors"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Server is a server that has booted and stands before its first accept. It is safe
// for concurrent use: each run has a machine of its own.
type Server struct {
	machine  *isa.Machine
	state    state
	Handlers []uint64 // of signals
}

// Bias is where the kernel puts address 0 of a server.
const Bias = 0x5555_5555_0000

// How much stack the kernel lets a server have.
const (
	bootStack  = 4 << 20 // bytes, at boot
	serveStack = 4 << 10 // bytes below the frame, for a connection
)

// errEnd ends a run without a fault: exit, or the accept behind the first.
var errEnd = errors.New("the run is over")

// Boot starts an ELF server and runs it to its first accept, or to its exit: then the
// Server is nil. An error is a *isa.Fault, or says why the file cannot be loaded.
func Boot(file []byte, s Script) (*Server, *Run, error) {
	k := &kernel{script: s, run: new(Run)}
	m, err := isa.Start(file, isa.Process{Bias: Bias, Args: []string{"server"}, Env: s.Env, Stack: bootStack}, k)
	if err != nil {
		return nil, nil, err
	}
	k.stopAtAccept = true
	err = k.runs(m)
	if err != nil || !k.accepting {
		return nil, k.run, err
	}
	return &Server{machine: m.Clone(serveStack), state: k.state, Handlers: k.handlers}, k.run, nil
}

// Serve runs a connection: from accept to the exit of the child, or to the next accept
// of the parent. An error is a *isa.Fault; the Run says how far it came.
func (s *Server) Serve(script Script) (*Run, error) {
	k := &kernel{script: script, state: s.state, run: new(Run)}
	m := s.machine.Clone(serveStack)
	m.Kernel, m.Count = k, 0
	return k.run, k.runs(m)
}

// Signal runs a handler in the parent, as it waits in accept; before is called before
// each instruction, if it is not nil.
func (s *Server) Signal(handler uint64, before func(*isa.Machine)) (*Run, error) {
	k := &kernel{script: Script{Before: before}, state: s.state, run: new(Run), inHandler: true}
	m := s.machine.Clone(serveStack)
	m.Kernel, m.Count, m.PC = k, 0, handler
	return k.run, k.runs(m)
}

// runs steps until the run is over.
func (k *kernel) runs(m *isa.Machine) error {
	limit := k.script.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	k.run.Machine = m
	defer func() { k.run.Count = m.Count }()
	for m.Count < limit {
		if k.script.Before != nil {
			k.script.Before(m)
		}
		if err := m.Step(); err != nil {
			if errors.Is(err, errEnd) {
				return nil
			}
			return err
		}
	}
	return m.Fail(rules.Bounds, "%d instructions, and no end", limit)
}
