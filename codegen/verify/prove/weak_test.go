package prove

import (
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/isa"
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
	if len(w.loops) != 3 || w.loops[2].outer != 1 || w.loops[2].end-w.loops[2].first != 2 || w.loops[1].end-w.loops[1].first != 5 {
		t.Errorf("the loops are at %v", w.loops)
	}
}

// TestAgenda visits a loop until it has settled, in rounds, before what follows.
func TestAgenda(t *testing.T) {
	s := &schedule{inside: []int32{0, 1, 1, 1, 0}, loops: []loopPlaces{{0, placed, 0}, {1, 4, 0}}}
	nodes := make([]*node, 5)
	for i := range nodes {
		nodes[i] = &node{order: i, number: i}
	}
	a := agenda{schedule: s}
	var got []int
	for _, more := range [][]int{{0}, {1, 4}, {2, 3}, {1}, {1}, {3}, nil, nil, nil} { // what is added before each visit
		for _, n := range more {
			a.add(nodes[n])
		}
		if n := a.next(); n != nil {
			got = append(got, n.order)
		}
	}
	if want := []int{0, 1, 2, 3, 1, 3, 4}; !slices.Equal(got, want) {
		t.Errorf("visited in the order %v, not %v", got, want)
	}
	if nodes[1].visits != 2 || nodes[1].queued {
		t.Errorf("the loop's head was visited %d times", nodes[1].visits)
	}
}

// TestAgendaStages: between two clients all settles before a request is handled, and what is handled before the process
// turns to another client; what a child does that has its client alone comes last.
func TestAgendaStages(t *testing.T) {
	nodes := make([]*node, 6)
	for i, key := range []nodeKey{{phase: listening}, {loop: handedAlone, phase: reading}, {loop: looping, phase: serving},
		{loop: looping, phase: reading}, {loop: looping, phase: picked}, {loop: handedOver, phase: forked}} {
		nodes[i] = &node{key: key, order: i, number: i}
	}
	a := agenda{schedule: &schedule{inside: make([]int32, len(nodes)), loops: []loopPlaces{{0, placed, 0}}}}
	var got []int
	for _, more := range [][]int{{0, 1, 2, 3, 4, 5}, nil, nil, {4}, nil, nil, nil, nil} { // what is added before each visit
		for _, n := range more {
			a.add(nodes[n])
		}
		if n := a.next(); n != nil {
			got = append(got, n.order)
		}
	}
	if want := []int{0, 4, 2, 3, 4, 5, 1}; !slices.Equal(got, want) {
		t.Errorf("visited in the order %v, not %v", got, want)
	}
}

// TestPlace finds the site of a routine by its call, and without the calls around that.
func TestPlace(t *testing.T) {
	c := newCalls()
	inner := c.push(0, 0x20)
	s := &schedule{calls: c, places: map[site]int{{0x40, inner}: 3, {0x40, 0}: 5}}
	for _, test := range []struct {
		frames []frame
		want   int
	}{
		{[]frame{{to: 0x20}}, 3},
		{[]frame{{to: 0x30}, {to: 0x20}, {saved: true, to: 0x99}}, 3},
		{[]frame{{to: 0x30}}, 5},
		{nil, 5},
	} {
		if got := s.place(0x40, test.frames); got != test.want {
			t.Errorf("%v: place %d, not %d", test.frames, got, test.want)
		}
	}
	if s.place(0x50, nil) != 0 {
		t.Error("an unknown instruction has a place")
	}
}

// TestSitesAreBounded: a program whose calls nest without end is put in order all the same.
func TestSitesAreBounded(t *testing.T) {
	p := newProgram(Image{Entry: 0})
	call := &decoded{Inst: isa.Inst{Inst: x86.Inst{Op: isa.CALL, Addr: 0, Len: 5, Target: 0}}}
	ret := &decoded{Inst: isa.Inst{Inst: x86.Inst{Op: isa.RET, Addr: 5, Len: 1}}}
	p.insts[0], p.insts[5] = call, ret
	p.findReturns()
	if s := p.newSchedule(); len(s.places) != maxSites {
		t.Errorf("%d sites", len(s.places))
	}
}
