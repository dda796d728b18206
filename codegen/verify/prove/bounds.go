package prove

import (
	"fmt"
	"math"

	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Worst says how long a server takes at most.
//
// Counted are instructions as they are executed; rep movsb is one of them, and moves no
// more than the bytes of the frame. What a system call takes is the kernel's, and how long
// it waits is what the socket's timeouts say.
type Worst struct {
	Boot    Run // from the entry to the first accept; all of a probe
	Parent  Run // that accepts
	Child   Run // that serves a connection
	Handler Run // of a signal

	// Calls is how many system calls a process makes at most for one request, and Requests
	// how many it serves, one after the other. A call that fails with EINTR did nothing, and
	// does not count.
	Calls, Requests int64

	Stack int64 // bytes, at the deepest
}

// Run is the longest run of instructions between two system calls, the one that ends it
// included. From is where it begins: the entry, or the instruction behind a system call.
type Run struct {
	Instructions int64
	From         uint64
}

// Bounds finds a server's worst cases (rule bounds): every loop has an end, but for the one
// that accepts. An error is a *Failure.
func (r *Result) Bounds() (*Worst, error) {
	f := r.flow
	if r.flow = nil; f == nil {
		var err error
		if f, err = r.engine.newFlow(); err != nil {
			return nil, err
		}
	}
	w := &Worst{Stack: r.Stack}
	f, err := w.runs(f)
	if err != nil {
		return nil, err
	}
	return w, w.calls(f)
}

// runs bounds the instructions between two system calls. It returns the flow to go on with.
func (w *Worst) runs(f *flow) (*flow, error) {
	a := f.runs()
	if err := w.measure(a); err != nil {
		return nil, err
	}
	if a.loose() {
		var err error
		if f, err = w.tighten(a); err != nil {
			return nil, err
		}
	}
	for _, run := range []*Run{&w.Boot, &w.Parent, &w.Child, &w.Handler} {
		if run.Instructions > maxRun {
			return nil, run.errLong()
		}
	}
	return f, nil
}

// runs is the account of instructions between two system calls.
func (f *flow) runs() *account {
	return &account{
		flow: f,
		cost: func(e *edge) int64 { return e.count },
		cut:  func(e *edge) bool { return e.to != none && f.vertices[e.to].node == nil },
	}
}

// tighten looks closer for what runs are bounded by, with half of the room and work that is left.
// Where that finds nothing, or takes more, what was found before stands; the flow, which may have
// been told apart in part then, is made anew.
func (w *Worst) tighten(a *account) (*flow, error) {
	f, full := a.flow, a.budget
	f.mostWork, f.mostHeld = (full.work+full.mostWork)/2, (full.held+full.mostHeld)/2
	a.closer = true
	closer := &Worst{}
	err := closer.measure(a)
	f.mostWork, f.mostHeld = full.mostWork, full.mostHeld
	if err != nil {
		f.failure = nil
		f.hold(-f.own)
		return f.newFlow()
	}
	if closer.Child.Instructions < w.Child.Instructions {
		w.Boot, w.Parent, w.Child, w.Handler = closer.Boot, closer.Parent, closer.Child, closer.Handler
	}
	return f, nil
}

// measure finds the longest runs by an account of instructions.
func (w *Worst) measure(a *account) error {
	if err := a.ended("the loop is not known to end"); err != nil {
		return err
	}
	for i, v := range a.vertices {
		if v.gone || !v.starts() {
			continue
		}
		if run, n := w.of(v.state.phase), a.most(i); n > run.Instructions {
			*run = Run{n, v.pc}
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
	case p.booting() || p == connecting || p == connected:
		return &w.Boot
	case p == interrupted:
		return &w.Handler
	case p < forked || p == waiting || p == picked || p == making || p == splitting:
		return &w.Parent
	}
	return &w.Child
}

// calls bounds the system calls of a connection: those for one request, and the requests.
func (w *Worst) calls(f *flow) error {
	a := &account{flow: f, cost: f.callsOn, cut: func(e *edge) bool { return f.accepts(e.to) || e.crosses }, plain: true}
	if err := a.tellApart(); err != nil {
		return err
	}
	n, err := a.total("the loop goes on with system calls")
	if err != nil {
		return err
	}
	if n >= zone.Inf {
		return &Failure{Rule: rules.Bounds, Addr: f.engine.Entry, Msg: "the system calls for a request end, but are more than can be counted"}
	}
	w.Calls = n
	a = &account{flow: f, cost: f.requestsOn, cut: func(e *edge) bool { return f.accepts(e.to) }, plain: true}
	n, err = a.total("the loop goes on with requests")
	w.Requests = n + 1 // that does not come behind another one
	return err
}

// total is the most that comes behind any vertex of a process that serves.
func (a *account) total(endless string) (int64, error) {
	if err := a.ended(endless); err != nil {
		return 0, err
	}
	most := int64(0)
	for i, v := range a.vertices {
		if !v.gone && !v.state.phase.booting() {
			most = max(most, a.most(i))
		}
	}
	return most, nil
}

// callsOn counts the system calls that an edge stands for.
func (f *flow) callsOn(e *edge) int64 {
	n := int64(0)
	if f.vertices[e.from].node == nil && !f.accepts(e.from) && !e.interrupted {
		n++
	}
	if e.to == none {
		n++ // exit
	}
	return n
}

// requestsOn counts the requests that begin behind an edge.
func (f *flow) requestsOn(e *edge) int64 {
	if e.crosses {
		return 1
	}
	return 0
}

// accepts: at a vertex accept has returned, or the wait of a process that serves many connections, or the pause of one that
// makes workers.
func (f *flow) accepts(v int) bool {
	if v != none && f.vertices[v].node == nil && !f.vertices[v].first && f.vertices[v].call.number == sysPoll && f.vertices[v].state.phase == making {
		return true
	}
	return v != none && f.vertices[v].node == nil && !f.vertices[v].first && (f.vertices[v].call.number == sysAccept || f.vertices[v].call.number == sysEpollPwait)
}
