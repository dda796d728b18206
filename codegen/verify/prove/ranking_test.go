package prove

import "testing"

// TestFarCredit: what counters stand for is no overflow, however many there are.
func TestFarCredit(t *testing.T) {
	r := &ranking{cost: []int64{1}, graph: digraph{n: 1, arcs: []arc{{0, 0, 0}}}}
	for range 1 << 11 {
		r.counters = append(r.counters, &counter{lo: []int64{-1 << 10}, hi: []int64{1 << 10}, gain: []int64{-1}, rate: maxWorth >> 10})
	}
	if most, least := r.credit(0, true), r.credit(0, false); most != beyond || least != -beyond {
		t.Errorf("from %d to %d", least, most)
	}
	for _, c := range r.counters {
		c.gain[0] = -1 << 20 // along an edge that nothing takes
	}
	if r.weigh(); r.graph.arcs[0].weight != beyond {
		t.Errorf("the edge weighs %d", r.graph.arcs[0].weight)
	}
}
