package certify

import (
	"math"
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// turn is a way of a loop that is made up: by how much what is left falls along it.
type turn struct{ a, b, costs, falls int }

// madeUp is a loop of nodes that all know how much is left, from 0 to 100, and that begins at node 0 with anything.
func madeUp(nodes int, turns []turn) *loop {
	const most = 100
	l := &loop{near: make([][]int, nodes)}
	for v := range nodes {
		l.part = append(l.part, v)
		left := quantity{is: linear.Of(cert.FirstVar), Bounds: linear.Bounds{Hi: most}, names: [][2]place{{{reg: x86.RCX}}}}
		l.quantities = append(l.quantities, []quantity{{}, left})
	}
	for i, t := range turns {
		p := &passage{a: t.a, b: t.b, falls: [][]fall{{{}, {-most, 0}}, {{0, most}, {int64(t.falls), int64(t.falls)}}}}
		p.Spent = int64(t.costs)
		l.ways = append(l.ways, p)
		l.near[t.a] = append(l.near[t.a], i)
		if t.b != t.a {
			l.near[t.b] = append(l.near[t.b], i)
		}
	}
	l.in = []*passage{{a: -1, b: 0, falls: [][]fall{{{}, {-most, 0}}}}}
	return l
}

func TestRates(t *testing.T) {
	for _, c := range []struct {
		name  string
		nodes int
		turns []turn
		want  float64 // the most; 0 if there are no rates
	}{
		{"one loop", 1, []turn{{0, 0, 7, 1}}, 700},
		{"what falls by more pays for more", 1, []turn{{0, 0, 7, 4}}, 200},
		{"two loops, one in the other, of which each goes on where the other was", 2,
			[]turn{{0, 1, 3, 0}, {1, 1, 2, 1}, {1, 0, 1, 1}}, 403},
		{"two loops of which the inner one is dearer", 2, []turn{{0, 1, 3, 0}, {1, 1, 9, 1}, {1, 0, 1, 1}}, 903},
		{"what costs nothing may go on for ever", 2, []turn{{0, 1, 0, 0}, {1, 0, 0, 0}, {0, 0, 5, 1}}, 500},
		{"a loop that stands still", 1, []turn{{0, 0, 1, 0}}, 0},
		{"a loop in which what is left grows", 2, []turn{{0, 1, 1, 1}, {1, 0, 1, -2}}, 0},
		{"two that pay each other", 1, []turn{{0, 0, 1, 1}, {0, 0, 1, -1}}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := &rates{loop: madeUp(c.nodes, c.turns), leaves: make([]float64, c.nodes)}
			whole, ok := x.solve()
			if !ok {
				if c.want != 0 {
					t.Error("no rates")
				}
				return
			}
			rate := make([]float64, len(whole))
			for i, r := range whole {
				if rate[i] = float64(r); r < 0 {
					t.Errorf("a rate is %d", r)
				}
			}
			x.times = 1
			if _, most := x.worst(rate, 0); most != c.want {
				t.Errorf("%v, not %v", most, c.want)
			}
		})
	}
}

// Whole rates that are too small are raised until they pay for each cycle; what nothing pays for is told.
func TestRaised(t *testing.T) {
	for _, c := range []struct {
		name  string
		nodes int
		turns []turn
		rate  float64
		want  float64 // what it is raised to; 0 where nothing pays
	}{
		{"nothing", 1, []turn{{0, 0, 7, 1}}, 0, 7},
		{"too little", 1, []turn{{0, 0, 7, 4}}, 1, 2},
		{"too little by less than is lost in computing with fractions", 1, []turn{{0, 0, 1e12 + 5, 1}}, 1e12, 1e12 + 5},
		{"enough", 1, []turn{{0, 0, 7, 4}}, 3, 3},
		{"two loops, one in the other", 2, []turn{{0, 1, 3, 0}, {1, 1, 2, 1}, {1, 0, 1, 1}}, 0, 4},
		{"a loop that stands still", 1, []turn{{0, 0, 7, 1}, {0, 0, 1, 0}}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := madeUp(c.nodes, c.turns)
			all := &counter{at: []int{1, 1}[:c.nodes]}
			l.measure(all)
			x := &rates{loop: l, leaves: make([]float64, c.nodes), counters: []*counter{all}, times: 1}
			rate, most := x.raised([]float64{c.rate})
			switch {
			case c.want == 0:
				if !math.IsInf(most, 1) {
					t.Errorf("%v, for %v", rate, most)
				}
			case math.IsInf(most, 1) || rate[0] != c.want:
				t.Errorf("%v, not %v", rate, c.want)
			}
		})
	}
}

// A path that nothing pays for of what has rates is paid for by counters that have none yet.
func TestRaisedByOthers(t *testing.T) {
	x := &rates{loop: madeUp(2, []turn{{0, 1, 3, 0}, {1, 1, 2, 1}, {1, 0, 1, 1}}), leaves: make([]float64, 2), times: 1}
	rate, most := x.raised(nil)
	if math.IsInf(most, 1) || len(rate) == 0 || len(rate) != len(x.counters) {
		t.Errorf("%v of %d counters cost %v", rate, len(x.counters), most)
	}
}

// A cycle that costs less than what is lost in fractions beside a dear way is taken in where rates are whole: of https-dir such were
// left to raised, and what was raised for one of them went back along another one.
func TestRounded(t *testing.T) {
	x := &rates{loop: madeUp(1, []turn{{0, 0, 1e10 + 1, 1}, {0, 0, 1e12, 100}}), leaves: make([]float64, 1)}
	all := &counter{at: []int{1}}
	x.measure(all)
	x.counters = []*counter{all}
	x.begin(1)
	rate, most := x.rounded()
	if len(rate) != 1 || rate[0] != 1e10+1 || most != 100*rate[0] {
		t.Errorf("%v cost %v", rate, most)
	}
	if !slices.ContainsFunc(x.rows, func(p path) bool { return p.in < 0 && p.cost == 1e10+1 }) {
		t.Errorf("the cycle is not among %v", x.rows)
	}
}
