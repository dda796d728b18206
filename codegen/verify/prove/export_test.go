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
