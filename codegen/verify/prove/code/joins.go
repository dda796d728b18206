package code

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// findJoins marks where states are joined: where ways meet, unless only a few moves
// between registers follow: these are executed for each way by itself.
func (p *Program) findJoins(preds map[uint64]int) {
	for addr, n := range preds {
		if n > 1 {
			p.Joins[addr] = true
		}
	}
	for addr, in := range p.Insts {
		for _, to := range successors(in) {
			if p.Order[to] <= p.Order[addr] {
				p.Joins[to], p.Loops[to] = true, true
			}
		}
	}
	pinned := map[uint64]bool{}
	for _, addr := range slices.Sorted(maps.Keys(p.Joins)) {
		end, ok := p.shortBlock(addr, preds)
		if !ok || pinned[addr] || end == addr {
			continue
		}
		if p.Loops[addr] { // the loop's states are joined behind it instead
			p.Joins[end], p.Loops[end], pinned[end] = true, true, true
		}
		delete(p.Joins, addr)
		delete(p.Loops, addr)
	}
}

// findUnrolled marks the heads of loops whose rounds are told apart: they take a number's
// digits by division, or count to a small constant while they write, and where they write
// does not follow from the count alone.
func (p *Program) findUnrolled() {
	for addr := range p.Loops {
		if c, ok := p.unrolled(addr); ok {
			p.Unroll[addr] = c
		}
	}
}

// MaxUnrolled bounds the count.
const MaxUnrolled = 64

// unrolled follows a loop from its head to the jump back, which must lie behind it. Of one
// that divides, where it writes is what tells its rounds apart.
func (p *Program) unrolled(head uint64) (counter isa.Reg, ok bool) {
	counter = isa.NoReg
	divides, writes, to := false, false, isa.NoReg
	for pc := head; ; {
		in := p.Insts[pc]
		if in == nil || in.Op == isa.CALL || in.Op == isa.RET {
			return counter, false
		}
		divides = divides || in.Op == isa.DIV
		if in.Dst.Kind == isa.MemOperand && in.Dst.Mem.Base != isa.RBP && in.Dst.Mem.Base != isa.RSP {
			writes, to = true, in.Dst.Mem.Base
		}
		if in.Op == isa.CMP && in.Dst.Kind == isa.RegOperand && in.Src.Kind == isa.ImmOperand && in.Src.Imm <= MaxUnrolled {
			counter = in.Dst.Reg
		}
		back := in.Op == isa.JMP || in.Op == isa.JCC
		switch {
		case back && in.Target == head && divides:
			return to, true
		case back && in.Target == head && writes && counter != isa.NoReg:
			return counter, true
		case in.Op == isa.JMP || back && in.Target == head:
			return counter, false
		}
		pc = in.Next()
	}
}

const shortBlock = 6

// shortBlock: a few instructions without memory follow, and then a jump or another
// meeting, which is at end.
func (p *Program) shortBlock(addr uint64, preds map[uint64]int) (end uint64, ok bool) {
	for i := range shortBlock {
		in := p.Insts[addr]
		switch {
		case in == nil:
			return 0, false
		case i > 0 && preds[addr] > 1:
			return addr, true
		case in.Op == isa.JMP:
			return in.Target, true
		case in.Op == isa.JCC || in.Op == isa.CALL || in.Op == isa.RET || touchesMemory(in):
			return 0, false
		}
		addr = in.Next()
	}
	return 0, false
}

func touchesMemory(in *Decoded) bool {
	for _, s := range in.Steps {
		switch s.Op {
		case isa.Load, isa.Store, isa.Push, isa.Pop, isa.Syscall, isa.RepMoveB, isa.Trap:
			return true
		}
	}
	return false
}
