package prove

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// TestPast follows old values through assignments.
func TestPast(t *testing.T) {
	a, b, c := regVar(isa.RAX), regVar(isa.RBX), regVar(isa.RCX)
	s := &state{zone: zone.New()}
	for _, v := range []zone.Var{a, b, c} {
		s.assign(v, between(0, 100))
	}
	diff, _ := zone.Of(b).Plus(zone.Of(c), -1)
	s.past = newPast([]zone.Lin{zone.Of(a), zone.Of(b), diff})
	plus := func(v zone.Var, n int64) term { return term{lin: zone.Of(v).PlusConst(n)} }
	s.assign(a, plus(a, 3))
	s.assign(c, plus(a, 1)) // 4 above the old a
	s.assign(a, unknown(8))
	s.assign(b, term{lin: zone.Of(b), lo: 1, hi: 2})
	for _, w := range []struct {
		row  int
		v    zone.Var
		want interval
	}{{0, c, interval{4, 4}}, {1, b, interval{1, 2}}, {1, zone.Zero, interval{-100, 0}}, {1, a, everything}} {
		if got := s.past.rows[w.row].change(s.zone, w.v); got != w.want {
			t.Errorf("variable %d less the old value %d is in %v, want %v", w.v, w.row, got, w.want)
		}
	}
}

// TestPastSum follows a difference: what b is less c is kept where both move alike.
func TestPastSum(t *testing.T) {
	a, b, c := regVar(isa.RAX), regVar(isa.RBX), regVar(isa.RCX)
	s := &state{zone: zone.New()}
	for _, v := range []zone.Var{a, b, c} {
		s.assign(v, between(0, 100))
	}
	diff, _ := zone.Of(b).Plus(zone.Of(c), -1)
	s.past = newPast([]zone.Lin{diff})
	sum, _ := zone.Of(b).Plus(zone.Of(a), 1)
	s.assign(b, term{lin: sum})
	more, _ := zone.Of(c).Plus(zone.Of(a), 1)
	s.assign(c, term{lin: more})
	r := &s.past.rows[0]
	got := r.drift(s.zone, &diff, func(v zone.Var) interval { return r.change(s.zone, v) })
	if got != (interval{}) {
		t.Errorf("b - c changed by %v", got)
	}
	s.assign(c, unknown(8))
	if got := r.drift(s.zone, &diff, func(v zone.Var) interval { return r.change(s.zone, v) }); got.known() {
		t.Errorf("b - c changed by %v, though c is lost", got)
	}
}
