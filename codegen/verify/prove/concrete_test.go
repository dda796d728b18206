package prove

import (
	"bytes"
	"debug/elf"
	"fmt"
	"testing"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
	"github.com/verbosel/verbosel/codegen/x64"
)

// assembled makes the ELF file of a few instructions, with a table of bytes before data.
func assembled(t testing.TB, items []x64.Item, data ...x64.Datum) []byte {
	t.Helper()
	table := make([]byte, 64)
	for i := range table {
		table[i] = byte(7 * i)
	}
	p := &x64.Program{
		Items: append([]x64.Item{x64.Label{Name: "_start", Doc: []string{""}}}, items...),
		Data:  append([]x64.Datum{{Label: "table", Fields: []x64.Field{x64.Bytes{B: table}}}}, data...),
	}
	o, err := x64.Assemble(p)
	if err != nil {
		t.Fatal(err)
	}
	img, err := elf64.Link(o, elf64.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := img.Bytes(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// imageOf is an ELF file as it lies in memory.
func imageOf(t testing.TB, b []byte) Image {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	img := Image{Entry: f.Entry}
	for _, p := range f.Progs {
		switch {
		case p.Type != elf.PT_LOAD:
		case p.Flags&elf.PF_X != 0:
			img.TextAddr, img.Text = p.Vaddr, make([]byte, p.Filesz)
			if _, err := p.ReadAt(img.Text, 0); err != nil {
				t.Fatal(err)
			}
		default:
			img.Data = append(img.Data, Segment{p.Vaddr, p.Filesz, p})
		}
	}
	return img
}

// concrete is a running machine beside the states that are to contain it.
type concrete struct {
	*isa.Machine
	top  uint64 // rsp at the entry
	bias uint64
}

// in says what of the machine a state does not contain, and nothing where it does.
func (c *concrete) in(s *state) error {
	var known [zone.Vars]bool
	var vals [zone.Vars]int64
	known[zone.Zero] = true
	for v := firstReg; v < firstRegion; v++ {
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
			if most := s.zone.Max(d); ok && most < zone.Inf && vals[v]-vals[w] > most && fits(vals[v], vals[w]) {
				return fmt.Errorf("%s - %s is %d, at most %d", varName(zone.Var(v)), varName(zone.Var(w)), vals[v]-vals[w], most)
			}
		}
	}
	return c.memory(s, known, vals)
}

// fits: a difference is no overflow.
func fits(a, b int64) bool { return (a < 0) == (b < 0) || (a-b < 0) == (a < 0) }

// memory checks the facts, and what was written.
func (c *concrete) memory(s *state, known [zone.Vars]bool, vals [zone.Vars]int64) error {
	for _, f := range s.zone.Facts() {
		sum, ok := f.C, true
		for _, t := range f.Terms() {
			ok = ok && known[t.Var] && vals[t.Var] > -zone.Inf/64 && vals[t.Var] < zone.Inf/64
			sum += int64(t.Coef) * vals[t.Var]
		}
		if ok && sum > 0 {
			return fmt.Errorf("%s is %d", linString(f), sum)
		}
	}
	for _, w := range s.written {
		if _, fault := c.Readable(c.top+uint64(w.lo), uint64(w.hi-w.lo)); fault != nil {
			return fmt.Errorf("written from %d to %d: %v", w.lo, w.hi, fault)
		}
	}
	for i, r := range s.regions {
		end := s.zone.Lo(endOf(i))
		if !r.live || end <= r.base {
			continue
		}
		if _, fault := c.Readable(c.top+uint64(r.base), uint64(end-r.base)); fault != nil {
			return fmt.Errorf("written from %d to %d at least: %v", r.base, end, fault)
		}
	}
	return nil
}

// variable is the value of a variable of the state, where the machine says which it is.
func (c *concrete) variable(s *state, v zone.Var) (int64, bool, error) {
	var x uint64
	width := uint8(8)
	if v < firstSlot {
		x = c.Regs[v-firstReg]
	} else {
		sl := s.slots[v-firstSlot]
		if sl.size == 0 {
			return 0, false, nil
		}
		b, fault := c.Readable(c.top+uint64(sl.off), uint64(sl.size))
		if fault != nil {
			return 0, false, fmt.Errorf("the variable at %d: %v", sl.off, fault)
		}
		width = sl.size
		for i := range b {
			x |= uint64(b[i]) << (8 * i)
		}
	}
	return c.value(s, v, x, width)
}

// value checks what is known of a value by itself.
func (c *concrete) value(s *state, v zone.Var, x uint64, width uint8) (int64, bool, error) {
	val := s.vals[v]
	if val.MayBeNull() && x == 0 {
		return 0, false, nil // whatever the variable says
	}
	switch {
	case val.IsSome(meaning.Stack):
		x -= c.top
	case val.IsSome(meaning.Image):
		x -= c.bias
	case val.IsNumber():
		if x&val.zeros != 0 || ^x&val.ones != 0 {
			return 0, false, fmt.Errorf("%s is %#x: zeros %#x, ones %#x", varName(v), x, val.zeros, val.ones)
		}
	default:
		return 0, false, nil
	}
	lo, hi := s.zone.Lo(v), s.zone.Hi(v)
	if !val.IsLow() {
		if y := int64(x); lo <= -zone.Inf && hi >= zone.Inf && (y <= -far || y >= far) {
			return 0, false, nil // beyond what bounds are about
		} else if y < lo && lo > -zone.Inf || y > hi && hi < zone.Inf {
			return 0, false, fmt.Errorf("%s is %d, not in [%s, %s]", varName(v), y, bound(lo), bound(hi))
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
	first := low + (lo-low)/word32*word32
	var found []int64
	for y := first - word32; y <= hi && len(found) < 2; y += word32 {
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
