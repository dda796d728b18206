package rank

import (
	"fmt"
	"math"

	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
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

// Runs bounds the instructions between two system calls. It returns the flow to go on with.
func (w *Worst) Runs(f *flow.Flow) (*flow.Flow, error) {
	a := NewRuns(f)
	if err := w.Measure(a); err != nil {
		return nil, err
	}
	if a.loose() {
		var err error
		if f, err = w.Tighten(a); err != nil {
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

// NewRuns is the account of instructions between two system calls.
func NewRuns(f *flow.Flow) *account {
	return &account{
		Flow: f,
		cost: func(e *flow.Edge) int64 { return e.Count },
		cut:  func(e *flow.Edge) bool { return e.To != flow.None && f.Vertices[e.To].Node == nil },
	}
}

// Tighten looks closer for what runs are bounded by, with half of the room and work that is left.
// Where that finds nothing, or takes more, what was found before stands; the flow, which may have
// been told apart in part then, is made anew.
func (w *Worst) Tighten(a *account) (*flow.Flow, error) {
	f, full := a.Flow, a.Budget
	f.MostWork, f.MostHeld = (full.Work+full.MostWork)/2, (full.Held+full.MostHeld)/2
	a.closer = true
	closer := &Worst{}
	err := closer.Measure(a)
	f.MostWork, f.MostHeld = full.MostWork, full.MostHeld
	if err != nil {
		f.Failure = nil
		f.Hold(-f.Own)
		return flow.NewFlow(f.Engine)
	}
	if closer.Child.Instructions < w.Child.Instructions {
		w.Boot, w.Parent, w.Child, w.Handler = closer.Boot, closer.Parent, closer.Child, closer.Handler
	}
	return f, nil
}

// Measure finds the longest runs by an account of instructions.
func (w *Worst) Measure(a *account) error {
	if err := a.ended("the loop is not known to end"); err != nil {
		return err
	}
	for i, v := range a.Vertices {
		if v.Gone || !v.Starts() {
			continue
		}
		if run, n := w.of(v.State.Phase), a.most(i); n > run.Instructions {
			*run = Run{n, v.PC}
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
	return &data.Failure{Rule: rules.Bounds, Addr: r.From, Msg: fmt.Sprintf("the instructions from here to the next system call end, but are %s: more than %d are no bound", n, int64(maxRun))}
}

// of is the run that belongs to a phase.
func (w *Worst) of(p domain.Phase) *Run {
	switch {
	case p.Booting() || p == domain.Connecting || p == domain.Connected:
		return &w.Boot
	case p == domain.Interrupted:
		return &w.Handler
	case p < domain.Forked || p == domain.Waiting || p == domain.Picked || p == domain.Making || p == domain.Splitting:
		return &w.Parent
	}
	return &w.Child
}

// MeasureCalls bounds the system calls of a connection: those for one request, and the requests.
func (w *Worst) MeasureCalls(f *flow.Flow) error {
	a := &account{Flow: f, cost: f.CallsOn, cut: func(e *flow.Edge) bool { return f.Accepts(e.To) || e.Crosses }, plain: true}
	if err := a.tellApart(); err != nil {
		return err
	}
	n, err := a.total("the loop goes on with system calls")
	if err != nil {
		return err
	}
	if n >= zone.Inf {
		return &data.Failure{Rule: rules.Bounds, Addr: f.Engine.Entry, Msg: "the system calls for a request end, but are more than can be counted"}
	}
	w.Calls = n
	a = &account{Flow: f, cost: f.RequestsOn, cut: func(e *flow.Edge) bool { return f.Accepts(e.To) }, plain: true}
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
	for i, v := range a.Vertices {
		if !v.Gone && !v.State.Phase.Booting() {
			most = max(most, a.most(i))
		}
	}
	return most, nil
}
