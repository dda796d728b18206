package prove

import (
	"maps"
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/prove/assemble"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/rank"
)

// FormsOf are the forms of the instructions of a program that can be reached.
func FormsOf(t testing.TB, img data.Image) []string {
	t.Helper()
	p := code.NewProgram(img)
	if err := p.Scan(); err != nil {
		t.Fatal(err)
	}
	forms := map[string]bool{}
	for _, in := range p.Insts {
		forms[in.Form()] = true
	}
	return slices.Sorted(maps.Keys(forms))
}

// ImageOf is Image for the tests outside of the package.
var ImageOf = assemble.Image

// Spent is which parts of its budget the proof took: of the work, and of what may be held.
func (r *Result) Spent() (work, held float64) {
	b := &r.engine.Budget
	return float64(b.Work) / float64(b.MostWork), float64(b.Peak) / float64(b.MostHeld)
}

// Held is how many bytes the proof held at most.
func (r *Result) Held() int64 { return r.engine.Peak }

// ShortOfWork is Bounds where looking closer for what runs take needs more work than is left,
// which is as much as three flows take.
func (r *Result) ShortOfWork() (*rank.Worst, error) {
	e := r.engine
	before, most := e.Work, e.MostWork
	f, err := flow.NewFlow(e)
	if err != nil {
		return nil, err
	}
	flow, w, a := e.Work-before, &rank.Worst{}, rank.NewRuns(f)
	if err := w.Measure(a); err != nil {
		return nil, err
	}
	e.MostWork = e.Work + 3*flow
	f, err = w.Tighten(a)
	if e.MostWork = most; err != nil {
		return nil, err
	}
	return w, w.MeasureCalls(f)
}

// FlowOrder is the numbers of the nodes in the order in which a flow has them.
func (r *Result) FlowOrder() ([]int, error) {
	f, err := flow.NewFlow(r.engine)
	if err != nil {
		return nil, err
	}
	var order []int
	for _, v := range f.Vertices {
		if v.Node != nil {
			order = append(order, v.Node.Number)
		}
	}
	return order, nil
}
