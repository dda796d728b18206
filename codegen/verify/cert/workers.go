package cert

import (
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Several processes may serve many clients each: workers. The one that boots makes them, behind a pipe, and has no client then. A
// worker goes on with the rest of the boot, once it has let go of the side of the pipe that writes: the other one, which says that its
// maker has ended, is in the place of the descriptor of signals.

// Of clone(2) and sched_getaffinity(2): __WCLONE, and how many bytes are asked for at most.
const (
	waitClone     = 1 << 31
	maxProcessors = 1 << 10
)

// pipeSize is that of the two descriptors that pipe2 writes, in bytes.
const pipeSize = 8

// callPipe makes the pipe, where it succeeds: see hasPipe.
func (s *State) callPipe() {
	s.hasInherited()
	at := s.regs[x86.RDI]
	off, _ := s.clobber(at, linear.Const(pipeSize))
	s.demand(off.IsConst() && !s.booted.Signals, rules.Syscalls, "pipe2 of a worker or a process that has a descriptor of signals, or of no known place")
	s.peer = Span{off.C, off.C + pipeSize}
}

// hasPipe: pipe2 succeeded, and the process makes workers.
func (s *State) hasPipe() {
	for i, is := range []Result{Signals, Lifeline} {
		s.cells = append(s.cells, Cell{s.peer.Lo + 4*int64(i), 4, s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: maxFD}, Result: is})})
	}
	s.hasPeer()
	s.phase = Making
}

// callAffinity asks which processors the process may use.
func (s *State) callAffinity() { s.clobber(s.regs[x86.RDX], s.length(x86.RSI)) }
