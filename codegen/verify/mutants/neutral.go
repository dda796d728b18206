package mutants

import (
	"bytes"
	"reflect"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// neutral reports whether a patch changes nothing: the same bytes, instructions with the
// same effect, or two that may stand in either order. Such a mutant does not count.
func (p *program) neutral(c patch) bool {
	if bytes.Equal(p.file[c.off:c.off+len(c.bytes)], c.bytes) {
		return true
	}
	i := p.at(c.off)
	if i < 0 {
		return false
	}
	from, end := p.insts[i].off-p.start, c.off+len(c.bytes)-p.start
	old, ok := steps(p.text, p.base, from, end)
	changed, fits := steps(p.apply(c)[p.start:p.start+len(p.text)], p.base, from, end)
	if !ok || !fits {
		return false
	}
	if len(old) == 2 && len(changed) == 2 && reflect.DeepEqual(old[0], changed[1]) && reflect.DeepEqual(old[1], changed[0]) {
		return independent(old[0], old[1])
	}
	return reflect.DeepEqual(old, changed)
}

// steps spells out the instructions between two offsets of the text, without those that
// do nothing, and reports whether they end at the second one.
func steps(text []byte, base uint64, from, end int) (out [][]isa.Step, ok bool) {
	for from < end {
		in, err := isa.Decode(text[from:], base+uint64(from))
		if err != nil {
			return nil, false
		}
		if s := in.Steps(); len(s) > 0 {
			out = append(out, s)
		}
		from += int(in.Len)
	}
	return out, from == end
}

// effects are what instructions read and write: bits by register, then one for the
// flags and one for everything else.
type effects struct{ reads, writes uint64 }

const (
	flagsBit = 1 << (isa.NoReg + 1)
	worldBit = 1 << (isa.NoReg + 2)
)

// independent reports whether two instructions have the same effect in either order.
func independent(a, b []isa.Step) bool {
	x, y := effectsOf(a), effectsOf(b)
	return x.writes&(y.reads|y.writes) == 0 && y.writes&x.reads == 0
}

func effectsOf(list []isa.Step) (e effects) {
	for i := range list {
		e.add(&list[i])
	}
	return e
}

func (e *effects) add(s *isa.Step) {
	for _, v := range []isa.Val{s.A, s.B, s.C} {
		if v.Kind == isa.RegVal {
			e.reads |= 1 << v.Reg
		}
	}
	switch s.Op {
	case isa.Load, isa.Store, isa.Addr:
		e.reads |= 1<<s.Mem.Base | 1<<s.Mem.Index // NoReg has a bit that nobody writes
	}
	switch s.Op {
	case isa.Set:
		e.writes |= 1 << s.Dst.Reg
	case isa.SetFlags:
		e.writes |= flagsBit
	case isa.CondBit, isa.Select, isa.Adc, isa.Sbb, isa.Jump:
		e.reads |= flagsBit
	case isa.Load:
		e.reads |= worldBit
	case isa.Store:
		e.writes |= worldBit
	case isa.Push, isa.Pop, isa.Call, isa.Ret, isa.Syscall, isa.TimeStamp, isa.RepMoveB, isa.Trap:
		e.reads, e.writes = ^uint64(0), ^uint64(0)
	}
}
