package flow

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// TestPastSum follows a difference: what b is less c is kept where both move alike.
func TestPastSum(t *testing.T) {
	a, b, c := value.RegVar(isa.RAX), value.RegVar(isa.RBX), value.RegVar(isa.RCX)
	s := &domain.State{Zone: zone.New()}
	for _, v := range []zone.Var{a, b, c} {
		s.Assign(v, value.Between(0, 100))
	}
	diff, _ := zone.Of(b).Plus(zone.Of(c), -1)
	s.Past = new(value.Past)
	s.Past.Begin([]zone.Lin{diff})
	sum, _ := zone.Of(b).Plus(zone.Of(a), 1)
	s.Assign(b, value.Term{Lin: sum})
	more, _ := zone.Of(c).Plus(zone.Of(a), 1)
	s.Assign(c, value.Term{Lin: more})
	r := &s.Past.Rows[0]
	got := driftAlong(r, s.Zone, &diff, func(v zone.Var) value.Interval { return r.Change(s.Zone, v) })
	if got != (value.Interval{}) {
		t.Errorf("b - c changed by %v", got)
	}
	s.Assign(c, value.Unknown(8))
	if got := driftAlong(r, s.Zone, &diff, func(v zone.Var) value.Interval { return r.Change(s.Zone, v) }); got.Known() {
		t.Errorf("b - c changed by %v, though c is lost", got)
	}
}
