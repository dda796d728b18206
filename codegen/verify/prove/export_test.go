package prove

import (
	"maps"
	"slices"
	"testing"
)

// FormsOf are the forms of the instructions of a program that can be reached.
func FormsOf(t testing.TB, img Image) []string {
	t.Helper()
	p := newProgram(img)
	if err := p.scan(); err != nil {
		t.Fatal(err)
	}
	forms := map[string]bool{}
	for _, in := range p.insts {
		forms[in.Form()] = true
	}
	return slices.Sorted(maps.Keys(forms))
}

// ImageOf is imageOf for the tests outside of the package.
var ImageOf = imageOf

// Spent is which parts of its budget the proof took: of the work, and of what may be held.
func (r *Result) Spent() (work, held float64) {
	b := &r.engine.budget
	return float64(b.work) / float64(b.mostWork), float64(b.peak) / float64(b.mostHeld)
}

// Held is how many bytes the proof held at most.
func (r *Result) Held() int64 { return r.engine.peak }

// ShortOfWork is Bounds where looking closer for what runs take needs more work than is left,
// which is as much as three flows take.
func (r *Result) ShortOfWork() (*Worst, error) {
	e := r.engine
	before, most := e.work, e.mostWork
	f, err := e.newFlow()
	if err != nil {
		return nil, err
	}
	flow, w, a := e.work-before, &Worst{}, f.runs()
	if err := w.measure(a); err != nil {
		return nil, err
	}
	e.mostWork = e.work + 3*flow
	f, err = w.tighten(a)
	if e.mostWork = most; err != nil {
		return nil, err
	}
	return w, w.calls(f)
}

// FlowOrder is the numbers of the nodes in the order in which a flow has them.
func (r *Result) FlowOrder() ([]int, error) {
	f, err := r.engine.newFlow()
	if err != nil {
		return nil, err
	}
	var order []int
	for _, v := range f.vertices {
		if v.node != nil {
			order = append(order, v.node.number)
		}
	}
	return order, nil
}
