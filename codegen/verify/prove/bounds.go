package prove

import (
	"fmt"
	"math"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Worst says how long a server takes at most.
//
// Counted are instructions as they are executed; rep movsb is one of them, and moves no
// more than the bytes of the frame. What a system call takes is the kernel's, and how long
// it waits is what the socket's timeouts say.
type Worst struct {
	Boot    Run // from the entry to the first accept
	Parent  Run // that accepts
	Child   Run // that serves a connection
	Handler Run // of a signal

	// Idle is how many system calls a process makes in a row, the boot apart, of which none
	// reads or writes a byte. A call that fails with EINTR did nothing, and does not count.
	// How many calls a connection makes is up to its client: where r bytes are read and w
	// written, it is at most (Idle+1) * (r+w+1), unless Clock. It is -1 where something in
	// a loop of such calls may count them, but is not known to: that is not refused. A
	// loop that changes nothing between such calls is.
	Idle int64

	// Clock says that calls that move no byte go on for longer, in a loop that looks at the
	// clock each time: Idle counts what is made between two looks. When the clock ends it
	// is not proved.
	Clock bool

	Stack int64 // bytes, at the deepest
}

// Run is the longest run of instructions between two system calls, the one that ends it
// included. From is where it begins: the entry, or the instruction behind a system call.
type Run struct {
	Instructions int64
	From         uint64
}

// Bounds finds a server's worst cases (rule bounds): every loop that makes no system call
// has an end, and one whose calls may move no byte has something that may count them, or
// looks at the clock. An error is a *Failure.
func (r *Result) Bounds() (*Worst, error) {
	f, err := r.engine.newFlow()
	if err != nil {
		return nil, err
	}
	w := &Worst{Stack: r.Stack}
	if err := w.runs(f); err != nil {
		return nil, err
	}
	return w, w.calls(f)
}

// runs bounds the instructions between two system calls.
func (w *Worst) runs(f *flow) error {
	a := &account{
		flow: f,
		cost: func(e *edge) int64 { return e.count },
		cut:  func(e *edge) bool { return e.to != none && f.vertices[e.to].node == nil },
	}
	if err := a.settle(); err != nil {
		return err
	}
	if err := a.errEndless("the loop is not known to end"); err != nil {
		return err
	}
	a.measure()
	for i, v := range f.vertices {
		if v.gone || !v.starts() {
			continue
		}
		run := w.of(v.state.phase)
		if n := a.most(i); n > run.Instructions {
			*run = Run{n, v.pc}
		}
		if run.Instructions > maxRun {
			return run.errLong()
		}
	}
	return nil
}

// maxRun is far above what any server takes, and about a second of a processor: what may
// take longer has no worst case worth the name.
const maxRun = math.MaxUint32

func (r *Run) errLong() error {
	n := fmt.Sprintf("up to %d", r.Instructions)
	if r.Instructions >= zone.Inf {
		n = "more than can be counted"
	}
	return &Failure{Rule: rules.Bounds, Addr: r.From, Msg: fmt.Sprintf("the instructions from here to the next system call end, but are %s: more than %d are no bound", n, int64(maxRun))}
}

// starts says that a run of instructions begins at a vertex.
func (v *vertex) starts() bool { return v.node == nil || v.first }

// of is the run that belongs to a phase.
func (w *Worst) of(p phase) *Run {
	switch {
	case p.booting():
		return &w.Boot
	case p == interrupted:
		return &w.Handler
	case p < forked:
		return &w.Parent
	}
	return &w.Child
}

// calls bounds the system calls that move no byte.
func (w *Worst) calls(f *flow) error {
	a, err := w.idle(f, func(*edge) bool { return false })
	if err == nil && len(a.loops) > 0 {
		w.Clock = true
		a, err = w.idle(f, func(e *edge) bool { return e.clock })
	}
	if err != nil || len(a.loops) == 0 {
		return err
	}
	w.Idle, w.Clock = -1, false
	if slices.ContainsFunc(a.loops, func(l *loop) bool { return len(l.tried) == 0 && !l.stores }) {
		return a.errEndless("the loop goes on with system calls that may move no byte")
	}
	return nil
}

// idle counts them up to where an edge ends that is cut.
func (w *Worst) idle(f *flow, cut func(*edge) bool) (*account, error) {
	a := &account{
		flow: f,
		cost: func(e *edge) int64 {
			n := int64(0)
			if f.vertices[e.from].node == nil && !f.accepts(e.from) && !e.interrupted && !e.moves {
				n++
			}
			if e.to == none {
				n++ // exit
			}
			return n
		},
		cut: func(e *edge) bool { return f.accepts(e.to) || e.moves || cut(e) },
	}
	if err := a.settle(); err != nil || len(a.loops) > 0 {
		return a, err
	}
	a.measure()
	for i, v := range f.vertices {
		if !v.gone && !v.state.phase.booting() {
			w.Idle = max(w.Idle, a.most(i))
		}
	}
	return a, nil
}

// accepts: at a vertex accept has returned.
func (f *flow) accepts(v int) bool {
	return v != none && f.vertices[v].node == nil && !f.vertices[v].first && f.vertices[v].call.number == sysAccept
}
