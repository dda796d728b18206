package domain

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// TestPast follows old values through assignments.
func TestPast(t *testing.T) {
	a, b, c := value.RegVar(isa.RAX), value.RegVar(isa.RBX), value.RegVar(isa.RCX)
	s := &State{Zone: zone.New()}
	for _, v := range []zone.Var{a, b, c} {
		s.Assign(v, value.Between(0, 100))
	}
	diff, _ := zone.Of(b).Plus(zone.Of(c), -1)
	s.Past = new(value.Past)
	s.Past.Begin([]zone.Lin{zone.Of(a), zone.Of(b), diff})
	plus := func(v zone.Var, n int64) value.Term { return value.Term{Lin: zone.Of(v).PlusConst(n)} }
	s.Assign(a, plus(a, 3))
	s.Assign(c, plus(a, 1)) // 4 above the old a
	s.Assign(a, value.Unknown(8))
	s.Assign(b, value.Term{Lin: zone.Of(b), Lo: 1, Hi: 2})
	for _, w := range []struct {
		row  int
		v    zone.Var
		want value.Interval
	}{{0, c, value.Interval{Lo: 4, Hi: 4}}, {1, b, value.Interval{Lo: 1, Hi: 2}}, {1, zone.Zero, value.Interval{Lo: -100, Hi: 0}}, {1, a, value.Everything}} {
		if got := s.Past.Rows[w.row].Change(s.Zone, w.v); got != w.want {
			t.Errorf("variable %d less the old value %d is in %v, want %v", w.v, w.row, got, w.want)
		}
	}
}
