package code

import (
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
)

// TestWeaken puts the example of Bourdoncle's paper in order: 1 2 (3 4 (5 6) 7) 8.
func TestWeaken(t *testing.T) {
	w := weaken([][]int32{1: {2}, 2: {3, 8}, 3: {4}, 4: {5, 7}, 5: {6}, 6: {5, 7}, 7: {3, 8}, 8: nil})
	slices.Reverse(w.order)
	if want := []int32{1, 2, 3, 4, 5, 6, 7, 8}; !slices.Equal(w.order[:8], want) {
		t.Errorf("the order is %v", w.order)
	}
	if want := []int32{0, 0, 0, 1, 1, 2, 2, 1, 0}; !slices.Equal(w.inside, want) {
		t.Errorf("the loops are %v, not %v", w.inside, want)
	}
	if len(w.loops) != 3 || w.loops[2].Outer != 1 || w.loops[2].End-w.loops[2].First != 2 || w.loops[1].End-w.loops[1].First != 5 {
		t.Errorf("the loops are at %v", w.loops)
	}
}

// TestSitesAreBounded: a program whose calls nest without end is put in order all the same.
func TestSitesAreBounded(t *testing.T) {
	p := NewProgram(data.Image{Entry: 0})
	call := &Decoded{Inst: isa.Inst{Inst: x86.Inst{Op: isa.CALL, Addr: 0, Len: 5, Target: 0}}}
	ret := &Decoded{Inst: isa.Inst{Inst: x86.Inst{Op: isa.RET, Addr: 5, Len: 1}}}
	p.Insts[0], p.Insts[5] = call, ret
	p.findReturns()
	if s := p.newSchedule(); len(s.Places) != maxSites {
		t.Errorf("%d sites", len(s.Places))
	}
}
