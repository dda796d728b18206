package prove

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// findJoins marks where states are joined: where ways meet, unless only a few moves
// between registers follow: these are executed for each way by itself.
func (p *program) findJoins(preds map[uint64]int) {
	for addr, n := range preds {
		if n > 1 {
			p.joins[addr] = true
		}
	}
	for addr, in := range p.insts {
		for _, to := range successors(in) {
			if p.order[to] <= p.order[addr] {
				p.joins[to], p.loops[to] = true, true
			}
		}
	}
	pinned := map[uint64]bool{}
	for _, addr := range slices.Sorted(maps.Keys(p.joins)) {
		end, ok := p.shortBlock(addr, preds)
		if !ok || pinned[addr] || end == addr {
			continue
		}
		if p.loops[addr] { // the loop's states are joined behind it instead
			p.joins[end], p.loops[end], pinned[end] = true, true, true
		}
		delete(p.joins, addr)
		delete(p.loops, addr)
	}
}

// findUnrolled marks the heads of loops whose rounds are told apart: they take a number's
// digits by division, or count to a small constant while they write, and where they write
// does not follow from the count alone.
func (p *program) findUnrolled() {
	for addr := range p.loops {
		if c, ok := p.unrolled(addr); ok {
			p.unroll[addr] = c
		}
	}
}

// maxUnrolled bounds the count.
const maxUnrolled = 64

// unrolled follows a loop from its head to the jump back, which must lie behind it. Of one
// that divides, where it writes is what tells its rounds apart.
func (p *program) unrolled(head uint64) (counter isa.Reg, ok bool) {
	counter = isa.NoReg
	divides, writes, to := false, false, isa.NoReg
	for pc := head; ; {
		in := p.insts[pc]
		if in == nil || in.Op == isa.CALL || in.Op == isa.RET {
			return counter, false
		}
		divides = divides || in.Op == isa.DIV
		if in.Dst.Kind == isa.MemOperand && in.Dst.Mem.Base != isa.RBP && in.Dst.Mem.Base != isa.RSP {
			writes, to = true, in.Dst.Mem.Base
		}
		if in.Op == isa.CMP && in.Dst.Kind == isa.RegOperand && in.Src.Kind == isa.ImmOperand && in.Src.Imm <= maxUnrolled {
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
func (p *program) shortBlock(addr uint64, preds map[uint64]int) (end uint64, ok bool) {
	for i := range shortBlock {
		in := p.insts[addr]
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

func touchesMemory(in *decoded) bool {
	for _, s := range in.steps {
		switch s.Op {
		case isa.Load, isa.Store, isa.Push, isa.Pop, isa.Syscall, isa.RepMoveB, isa.Trap:
			return true
		}
	}
	return false
}
