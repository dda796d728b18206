package prove

import (
	"iter"
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
)

// regSet is a set of general registers, by their numbers.
type regSet uint16

const allRegs = ^regSet(0)

func (s *regSet) add(r isa.Reg) {
	if r < isa.XMM0 {
		*s |= 1 << r
	}
}

// alive is what may be read before it is written: registers, and variables of the frame
// that lie at a constant distance from rbp, by the numbers that numberSlots gives them; and
// whether a response was written, as a read asks.
type alive struct {
	regs     regSet
	slots    uint64
	answered bool
}

// unread is the number of a variable that no instruction reads by its name.
const unread = -1

// numberSlots numbers the variables that are read, by their places: what is only stored needs
// no number, and of what is left behind the 64th nothing is known.
func (p *program) numberSlots() {
	loaded := map[int64]bool{}
	for _, in := range p.insts {
		for s, disp := range named(in) {
			p.slotSizes[disp] = max(p.slotSizes[disp], s.Width)
			loaded[disp] = loaded[disp] || s.Op == isa.Load
			p.stepped[disp] = p.stepped[disp] || in.Op == isa.DEC || in.Op == isa.INC
		}
	}
	n := 0
	for _, disp := range slices.Sorted(maps.Keys(loaded)) {
		p.slotNumbers[disp] = unread
		if loaded[disp] {
			p.slotNumbers[disp] = n
			n++
		}
	}
}

// named are the steps of an instruction that load from [rbp + disp] or store there.
func named(in *decoded) iter.Seq2[isa.Step, int64] {
	return func(yield func(isa.Step, int64) bool) {
		for _, s := range in.steps {
			if (s.Op == isa.Load || s.Op == isa.Store) && s.Mem.Base == isa.RBP && s.Mem.Index == isa.NoReg && !yield(s, s.Mem.Disp) {
				return
			}
		}
	}
}

// slotBit is the number of the variable at [rbp + disp], as a bit; none where it has none.
func (p *program) slotBit(disp int64) uint64 {
	if n := p.slotNumbers[disp]; n != unread && n < 64 {
		return 1 << n
	}
	return 0
}

// liveness is what is alive in front of an instruction: what may be read before the routine
// returns, and what may come to its return unwritten, which is alive if it is behind the call; and what may be read behind any call of the routine.
type liveness struct{ reads, passes, anywhere alive }

// findLive computes it for each instruction. What is known of registers and variables that are not
// alive is dropped where states are joined: that is a matter of time alone. Where a process has one client, and at boot,
// all is alive that is so behind any call of the routine: with less, worst cases are found that are far
// higher (TestObserved/spa), and states of a boot are joined that differ in where the port's text is.
func (p *program) findLive() {
	p.numberSlots()
	uses, sets := map[uint64]alive{}, map[uint64]alive{}
	var todo []uint64
	x := &exchanges{program: p, targets: p.targets()}
	for addr, in := range p.insts {
		uses[addr], sets[addr] = p.effect(in)
		if in.Op == isa.SYSCALL {
			does := x.ofSyscall(addr)
			uses[addr], sets[addr] = uses[addr].asks(does == reads || does == both), sets[addr].asks(does == writes)
		}
		todo = append(todo, addr)
	}
	p.liveAnywhere(uses, sets, slices.Clone(todo))
	if p.many = p.servesMany(); !p.many {
		return
	}
	back := map[uint64][]uint64{}
	for addr, in := range p.insts {
		if in.Op == isa.SYSCALL {
			uses[addr] = uses[addr].without(alive{regs: unasked(x.call(addr))})
		}
		for _, to := range p.goesOn(in, successors(in)) {
			back[to] = append(back[to], addr)
		}
	}
	for len(todo) > 0 {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		after, now := p.liveBehind(p.insts[addr]), p.live[addr]
		now.reads, now.passes = uses[addr].or(after.reads.without(sets[addr])), after.passes.without(sets[addr])
		if now != p.live[addr] {
			p.live[addr] = now
			todo = append(todo, back[addr]...)
		}
	}
}

// liveAnywhere computes what is alive behind any call of the routine.
func (p *program) liveAnywhere(uses, sets map[uint64]alive, todo []uint64) {
	back := map[uint64][]uint64{}
	for addr, in := range p.insts {
		for _, to := range successors(in) {
			if in.Op != isa.CALL || to == in.Target {
				back[to] = append(back[to], addr)
			}
		}
		if in.Op == isa.CALL {
			back[in.Next()] = append(back[in.Next()], p.retsOf(in.Target)...)
		}
	}
	after := map[uint64]alive{}
	for len(todo) > 0 {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		now := uses[addr].or(after[addr].without(sets[addr]))
		if old, seen := p.live[addr]; seen && now.or(old.anywhere) == old.anywhere {
			continue
		}
		p.live[addr] = liveness{anywhere: p.live[addr].anywhere.or(now)}
		for _, from := range back[addr] {
			if all := after[from].or(now); all != after[from] {
				after[from] = all
				todo = append(todo, from)
			}
		}
	}
}

// servesMany: the program waits for many clients at a time.
func (p *program) servesMany() bool {
	x := &exchanges{program: p, targets: p.targets()}
	for addr, in := range p.insts {
		if in.Op == isa.SYSCALL && x.call(addr) == sysEpollPwait {
			return true
		}
	}
	return false
}

// unasked are registers in which a system call looks for no argument.
func unasked(call int64) (out regSet) {
	for i, r := range argumentRegisters {
		if n, known := argumentCounts[call]; known && i >= n {
			out.add(r)
		}
	}
	return out
}

// liveBehind is what is alive behind an instruction, as far as that is known.
func (p *program) liveBehind(in *decoded) (out liveness) {
	switch in.Op {
	case isa.RET:
		return liveness{passes: allAlive}
	case isa.CALL:
		return p.live[in.Target].through(p.live[in.Next()])
	}
	for _, to := range p.goesOn(in, successors(in)) {
		l := p.live[to]
		out.reads, out.passes = out.reads.or(l.reads), out.passes.or(l.passes)
	}
	return out
}

// through is what is alive in a routine that returns to where l is.
func (r liveness) through(l liveness) liveness {
	return liveness{reads: r.reads.or(r.passes.and(l.reads)), passes: r.passes.and(l.passes)}
}

// aliveAt is what a state may read at pc before it is written.
func (p *program) aliveAt(s *state, pc uint64) alive {
	l := p.live[pc]
	if !p.many {
		return l.anywhere
	}
	for i := len(s.frames) - 1; i >= 0 && l.passes != (alive{}) && (s.frames[i].saved || s.frames[i].to != 0); i-- {
		if f := s.frames[i]; !f.saved {
			l = l.through(p.live[f.to])
		}
	}
	return l.reads
}

var allAlive = alive{allRegs, ^uint64(0), true}

func (a alive) and(b alive) alive {
	return alive{a.regs & b.regs, a.slots & b.slots, a.answered && b.answered}
}

func (a alive) or(b alive) alive {
	return alive{a.regs | b.regs, a.slots | b.slots, a.answered || b.answered}
}

func (a alive) without(b alive) alive {
	return alive{a.regs &^ b.regs, a.slots &^ b.slots, a.answered && !b.answered}
}

// asks is a, with whether a response was written.
func (a alive) asks(answered bool) alive {
	a.answered = answered
	return a
}

// effect is what an instruction reads, and what it sets as a whole.
func (p *program) effect(in *decoded) (uses, sets alive) {
	uses.regs, sets.regs = registers(in)
	for s, disp := range named(in) {
		if bit := p.slotBit(disp); s.Op == isa.Load {
			uses.slots |= bit
		} else if s.Width >= 4 {
			sets.slots |= bit
		}
	}
	sets.slots &^= uses.slots
	return uses, sets
}

// isDead says that the variable of the frame at an offset is not read before it is set.
func (p *program) isDead(s *state, off int64, now alive) bool {
	rbp := regVar(isa.RBP)
	n, ok := p.slotNumbers[off-s.zone.Lo(rbp)]
	return ok && n < 64 && s.vals[rbp].Is(meaning.Stack) && s.zone.Lo(rbp) == s.zone.Hi(rbp) && (n == unread || now.slots>>n&1 == 0)
}

// registers are those that an instruction reads, and those that it sets as a whole.
func registers(in *decoded) (uses, sets regSet) {
	uses.add(isa.RSP)
	for _, s := range in.steps {
		for _, v := range []isa.Val{s.A, s.B, s.C} {
			if v.Kind == isa.RegVal && !(in.Op == isa.XOR && in.Dst == in.Src) {
				uses.add(v.Reg)
			}
		}
		switch s.Op {
		case isa.Load, isa.Store, isa.Addr:
			uses.add(s.Mem.Base)
			uses.add(s.Mem.Index)
		case isa.Set, isa.Pop:
			if s.Width >= 4 {
				sets.add(s.Dst.Reg)
			} else {
				uses.add(s.Dst.Reg)
			}
		case isa.Syscall:
			for _, r := range []isa.Reg{isa.RAX, isa.RDI, isa.RSI, isa.RDX, isa.R10, isa.R8} {
				uses.add(r)
			}
			sets.add(isa.RCX)
			sets.add(isa.R11)
		case isa.TimeStamp:
			sets.add(isa.RAX)
			sets.add(isa.RDX)
		case isa.RepMoveB:
			uses.add(isa.RCX)
			uses.add(isa.RSI)
			uses.add(isa.RDI)
		}
	}
	return uses, sets &^ uses
}

// retsOf are the returns of a routine.
func (p *program) retsOf(entry uint64) []uint64 {
	if rets, ok := p.rets[entry]; ok {
		return rets
	}
	rets := []uint64{}
	seen := map[uint64]bool{}
	todo := []uint64{entry}
	for len(todo) > 0 {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		in := p.insts[addr]
		if in == nil || seen[addr] {
			continue
		}
		seen[addr] = true
		if in.Op == isa.RET {
			rets = append(rets, addr)
		}
		todo = append(todo, p.goesOn(in, inside(in))...)
	}
	p.rets[entry] = rets
	return rets
}
