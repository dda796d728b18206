package flow

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A drift has room for what is known at both ends of an edge and comparable, and says of all
// else that it may be any number.
func TestDriftShape(t *testing.T) {
	a, b, end := Place{Reg: value.RegVar(isa.RAX)}, Place{Reg: value.RegVar(isa.RBX)}, Place{Reg: value.RegVar(isa.R14)}
	qs := []Quantity{{Plus: a}, {Plus: end, Minus: a}, {Plus: b}, {Plus: end, Minus: b}, {Plus: b, Minus: a}}
	values := []zone.Lin{zone.Of(a.Reg), zone.Of(b.Reg), zone.Of(b.Reg), {}, zone.Of(b.Reg)} // the fourth is not known at the beginning
	d := newShape(qs, values, []bool{true, true, false, true, true})                         // nor the third at the end
	for i := range d.by {
		d.by[i] = value.Interval{Lo: int64(i), Hi: int64(i)}
	}
	want := map[[2]int]int64{{0, 0}: 0, {1, 1}: 1, {1, 3}: 2, {2, 0}: 3, {4, 4}: 4}
	for from := range qs {
		for to := range qs {
			n, there := want[[2]int{from, to}]
			if got := d.Of(from, to); there && got != (value.Interval{Lo: n, Hi: n}) || !there && got != value.Everything {
				t.Errorf("from %v to %v: %v, at %d: %v", qs[from], qs[to], got, n, there)
			}
		}
	}
	if len(d.by) != len(want) || d.held() != len(want)*intervalBytes+len(qs)*quantityBytes {
		t.Errorf("%d numbers, %d bytes for %d", len(d.by), d.held(), len(want))
	}
}
