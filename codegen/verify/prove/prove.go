package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/kernel"
	"github.com/verbosel/verbosel/codegen/verify/prove/rank"
	"github.com/verbosel/verbosel/codegen/verify/prove/search"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
)

// Result is what a proof found.
type Result struct {
	Stack int64                // bytes, at the deepest
	Work  int                  // instructions interpreted
	Next  []kernel.NextRequest // where a process goes on with another request
	Calls []kernel.Call        // by number
	Shown []step.Shown         // by address

	engine *search.Engine
	flow   *flow.Flow // unless Bounds took it
}

// Prove proves the rules decode, syscalls, writes, reads and isolation; Bounds of the result
// proves bounds. An error is a *Failure.
func Prove(img data.Image) (*Result, error) {
	p := code.NewProgram(img)
	if err := p.Scan(); err != nil {
		return nil, err
	}
	r, err := prove(p, nil)
	if err != nil {
		return nil, err
	}
	return r, r.confirm()
}

// confirm interprets the program once more, from what was found.
func (r *Result) confirm() (err error) {
	e := r.engine
	if e.Leaked != nil {
		return e.Leaked
	}
	clear(e.LivesOn) // of states on the way some seem to tell of events that do not
	if r.flow, err = flow.NewFlow(e); err != nil {
		return err
	}
	if e.Leaked != nil {
		return e.Leaked
	}
	r.Next, r.Calls = e.NextRequests(), e.Called()
	return nil
}

// prove runs engines until one has all the splits that it wants. With watch each has one who
// sees every state before its instruction.
func prove(p *code.Program, watch func(*search.Engine) func(*domain.State, uint64)) (*Result, error) {
	e := search.NewEngine(p)
	for {
		if watch != nil {
			e.Watch = watch(e)
		}
		err := e.Run()
		if err == nil {
			return &Result{Stack: e.Deepest, Work: e.Steps, Next: e.NextRequests(), Calls: e.Called(), Shown: e.AllShown(), engine: e}, nil
		}
		next := search.NewEngine(p)
		switch {
		case e.WantSplit():
			next.Splits, next.Roomy = e.Splits, e.Roomy
		case !e.Roomy && e.Failed != nil && e.Failed.Zone.Crowded():
			next.Roomy = true
		default:
			return nil, err
		}
		next.Steps, next.Free = e.Steps, e.Free
		next.Hold(-len(e.Nodes) * domain.StateBytes)
		e = next
	}
}

// Bounds finds a server's worst cases (rule bounds): every loop has an end, but for the one
// that accepts. An error is a *Failure.
func (r *Result) Bounds() (*rank.Worst, error) {
	f := r.flow
	if r.flow = nil; f == nil {
		var err error
		if f, err = flow.NewFlow(r.engine); err != nil {
			return nil, err
		}
	}
	w := &rank.Worst{Stack: r.Stack}
	f, err := w.Runs(f)
	if err != nil {
		return nil, err
	}
	return w, w.MeasureCalls(f)
}
