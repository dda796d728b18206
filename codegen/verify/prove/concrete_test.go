package prove

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// concrete is a running machine beside the states that are to contain it.
type concrete struct {
	*isa.Machine
	top  uint64 // rsp at the entry
	bias uint64
}

// in says what of the machine a state does not contain, and nothing where it does.
func (c *concrete) in(s *domain.State) error {
	var known [zone.Vars]bool
	var vals [zone.Vars]int64
	known[zone.Zero] = true
	for v := value.FirstReg; v < value.FirstRegion; v++ {
		x, ok, err := c.variable(s, v)
		if err != nil {
			return err
		}
		known[v], vals[v] = ok, x
	}
	for v := range known {
		for w := range known {
			if !known[v] || !known[w] || v == w {
				continue
			}
			d, ok := zone.Of(zone.Var(v)).Plus(zone.Of(zone.Var(w)), -1)
			if most := s.Zone.Max(d); ok && most < zone.Inf && vals[v]-vals[w] > most && fits(vals[v], vals[w]) {
				return fmt.Errorf("%s - %s is %d, at most %d", varName(zone.Var(v)), varName(zone.Var(w)), vals[v]-vals[w], most)
			}
		}
	}
	return c.memory(s, known, vals)
}

// fits: a difference is no overflow.
func fits(a, b int64) bool { return (a < 0) == (b < 0) || (a-b < 0) == (a < 0) }

// memory checks the facts, and what was written.
func (c *concrete) memory(s *domain.State, known [zone.Vars]bool, vals [zone.Vars]int64) error {
	for _, f := range s.Zone.Facts() {
		sum, ok := f.C, true
		for _, t := range f.Terms() {
			ok = ok && known[t.Var] && vals[t.Var] > -zone.Inf/64 && vals[t.Var] < zone.Inf/64
			sum += int64(t.Coef) * vals[t.Var]
		}
		if ok && sum > 0 {
			return fmt.Errorf("%s is %d", linString(f), sum)
		}
	}
	for _, w := range s.Written {
		if _, fault := c.Readable(c.top+uint64(w.Lo), uint64(w.Hi-w.Lo)); fault != nil {
			return fmt.Errorf("written from %d to %d: %v", w.Lo, w.Hi, fault)
		}
	}
	for i, r := range s.Regions {
		end := s.Zone.Lo(domain.EndOf(i))
		if !r.Live || end <= r.Base {
			continue
		}
		if _, fault := c.Readable(c.top+uint64(r.Base), uint64(end-r.Base)); fault != nil {
			return fmt.Errorf("written from %d to %d at least: %v", r.Base, end, fault)
		}
	}
	return nil
}

// variable is the value of a variable of the state, where the machine says which it is.
func (c *concrete) variable(s *domain.State, v zone.Var) (int64, bool, error) {
	var x uint64
	width := uint8(8)
	if v < value.FirstSlot {
		x = c.Regs[v-value.FirstReg]
	} else {
		sl := s.Slots[v-value.FirstSlot]
		if sl.Size == 0 {
			return 0, false, nil
		}
		b, fault := c.Readable(c.top+uint64(sl.Off), uint64(sl.Size))
		if fault != nil {
			return 0, false, fmt.Errorf("the variable at %d: %v", sl.Off, fault)
		}
		width = sl.Size
		for i := range b {
			x |= uint64(b[i]) << (8 * i)
		}
	}
	return c.value(s, v, x, width)
}

// value checks what is known of a value by itself.
func (c *concrete) value(s *domain.State, v zone.Var, x uint64, width uint8) (int64, bool, error) {
	val := s.Vals[v]
	if val.MayBeNull() && x == 0 {
		return 0, false, nil // whatever the variable says
	}
	switch {
	case val.IsSome(meaning.Stack):
		x -= c.top
	case val.IsSome(meaning.Image):
		x -= c.bias
	case val.IsNumber():
		if x&val.Zeros != 0 || ^x&val.Ones != 0 {
			return 0, false, fmt.Errorf("%s is %#x: zeros %#x, ones %#x", varName(v), x, val.Zeros, val.Ones)
		}
	default:
		return 0, false, nil
	}
	lo, hi := s.Zone.Lo(v), s.Zone.Hi(v)
	if !val.IsLow() {
		if y := int64(x); lo <= -zone.Inf && hi >= zone.Inf && (y <= -data.Far || y >= data.Far) {
			return 0, false, nil // beyond what bounds are about
		} else if y < lo && lo > -zone.Inf || y > hi && hi < zone.Inf {
			return 0, false, fmt.Errorf("%s is %d, not in [%s, %s]", varName(v), y, step.BoundText(lo), step.BoundText(hi))
		}
		return int64(x), true, nil
	}
	return c.wrapped(v, x, val.IsNumber(), lo, hi)
}

// wrapped finds the value of a variable that is equal to what is there modulo 1<<32.
func (c *concrete) wrapped(v zone.Var, x uint64, number bool, lo, hi int64) (int64, bool, error) {
	if number && x >= 1<<32 {
		return 0, false, fmt.Errorf("%s is %#x, not below 1<<32", varName(v), x)
	}
	if lo <= -zone.Inf || hi >= zone.Inf {
		return 0, false, nil
	}
	low := int64(x & (1<<32 - 1))
	first := low + (lo-low)/data.Word32*data.Word32
	var found []int64
	for y := first - data.Word32; y <= hi && len(found) < 2; y += data.Word32 {
		if y >= lo {
			found = append(found, y)
		}
	}
	switch len(found) {
	case 0:
		return 0, false, fmt.Errorf("%s is %d modulo 1<<32, not in [%d, %d]", varName(v), low, lo, hi)
	case 1:
		return found[0], true, nil
	}
	return 0, false, nil
}
