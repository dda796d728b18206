package search

import (
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
)

// TestAgenda visits a loop until it has settled, in rounds, before what follows.
func TestAgenda(t *testing.T) {
	s := &code.Schedule{Inside: []int32{0, 1, 1, 1, 0}, Loops: []code.LoopPlaces{{First: 0, End: code.Placed, Outer: 0}, {First: 1, End: 4, Outer: 0}}}
	nodes := make([]*Node, 5)
	for i := range nodes {
		nodes[i] = &Node{Order: i, Number: i}
	}
	a := agenda{Schedule: s}
	var got []int
	for _, more := range [][]int{{0}, {1, 4}, {2, 3}, {1}, {1}, {3}, nil, nil, nil} { // what is added before each visit
		for _, n := range more {
			a.add(nodes[n])
		}
		if n := a.next(); n != nil {
			got = append(got, n.Order)
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
	nodes := make([]*Node, 6)
	for i, key := range []NodeKey{{phase: domain.Listening}, {loop: domain.HandedAlone, phase: domain.Reading}, {loop: domain.Looping, phase: domain.Serving},
		{loop: domain.Looping, phase: domain.Reading}, {loop: domain.Looping, phase: domain.Picked}, {loop: domain.HandedOver, phase: domain.Forked}} {
		nodes[i] = &Node{Key: key, Order: i, Number: i}
	}
	a := agenda{Schedule: &code.Schedule{Inside: make([]int32, len(nodes)), Loops: []code.LoopPlaces{{First: 0, End: code.Placed, Outer: 0}}}}
	var got []int
	for _, more := range [][]int{{0, 1, 2, 3, 4, 5}, nil, nil, {4}, nil, nil, nil, nil} { // what is added before each visit
		for _, n := range more {
			a.add(nodes[n])
		}
		if n := a.next(); n != nil {
			got = append(got, n.Order)
		}
	}
	if want := []int{0, 4, 2, 3, 4, 5, 1}; !slices.Equal(got, want) {
		t.Errorf("visited in the order %v, not %v", got, want)
	}
}

// TestPlace finds the site of a routine by its call, and without the calls around that.
func TestPlace(t *testing.T) {
	c := code.NewCalls()
	inner := c.Push(0, 0x20)
	s := &code.Schedule{Calls: c, Places: map[code.Site]int{{PC: 0x40, Calls: inner}: 3, {PC: 0x40, Calls: 0}: 5}}
	for _, test := range []struct {
		frames []domain.Frame
		want   int
	}{
		{[]domain.Frame{{To: 0x20}}, 3},
		{[]domain.Frame{{To: 0x30}, {To: 0x20}, {Saved: true, To: 0x99}}, 3},
		{[]domain.Frame{{To: 0x30}}, 5},
		{nil, 5},
	} {
		if got := place(s, 0x40, test.frames); got != test.want {
			t.Errorf("%v: place %d, not %d", test.frames, got, test.want)
		}
	}
	if place(s, 0x50, nil) != 0 {
		t.Error("an unknown instruction has a place")
	}
}
