package rank

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/prove/graph"
)

// TestFarCredit: what counters stand for is no overflow, however many there are.
func TestFarCredit(t *testing.T) {
	r := &ranking{cost: []int64{1}, graph: graph.Digraph{N: 1, Arcs: []graph.Arc{{From: 0, To: 0, Weight: 0}}}}
	for range 1 << 11 {
		r.counters = append(r.counters, &counter{lo: []int64{-1 << 10}, hi: []int64{1 << 10}, gain: []int64{-1}, rate: maxWorth >> 10})
	}
	if most, least := r.credit(0, true), r.credit(0, false); most != graph.Beyond || least != -graph.Beyond {
		t.Errorf("from %d to %d", least, most)
	}
	for _, c := range r.counters {
		c.gain[0] = -1 << 20 // along an edge that nothing takes
	}
	if r.weigh(); r.graph.Arcs[0].Weight != graph.Beyond {
		t.Errorf("the edge weighs %d", r.graph.Arcs[0].Weight)
	}
}
