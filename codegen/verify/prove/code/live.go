package code

import (
	"iter"
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// RegSet is a set of general registers, by their numbers.
type RegSet uint16

// AllRegs is each general register.
const AllRegs = ^RegSet(0)

// Add puts a register into the set; of others than the general ones nothing is kept.
func (s *RegSet) Add(r isa.Reg) {
	if r < isa.XMM0 {
		*s |= 1 << r
	}
}

// Alive is what may be read before it is written: registers, and variables of the frame
// that lie at a constant distance from rbp, by the numbers that numberSlots gives them; and
// whether a response was written, as a read asks.
type Alive struct {
	Regs     RegSet
	Slots    uint64
	Answered bool
}

// Unread is the number of a variable that no instruction reads by its name.
const Unread = -1

// numberSlots numbers the variables that are read, by their places: what is only stored needs
// no number, and of what is left behind the 64th nothing is known.
func (p *Program) numberSlots() {
	loaded := map[int64]bool{}
	for _, in := range p.Insts {
		for s, disp := range named(in) {
			p.SlotSizes[disp] = max(p.SlotSizes[disp], s.Width)
			loaded[disp] = loaded[disp] || s.Op == isa.Load
			p.Stepped[disp] = p.Stepped[disp] || in.Op == isa.DEC || in.Op == isa.INC
		}
	}
	n := 0
	for _, disp := range slices.Sorted(maps.Keys(loaded)) {
		p.SlotNumbers[disp] = Unread
		if loaded[disp] {
			p.SlotNumbers[disp] = n
			n++
		}
	}
}

// named are the steps of an instruction that load from [rbp + disp] or store there.
func named(in *Decoded) iter.Seq2[isa.Step, int64] {
	return func(yield func(isa.Step, int64) bool) {
		for _, s := range in.Steps {
			if (s.Op == isa.Load || s.Op == isa.Store) && s.Mem.Base == isa.RBP && s.Mem.Index == isa.NoReg && !yield(s, s.Mem.Disp) {
				return
			}
		}
	}
}

// slotBit is the number of the variable at [rbp + disp], as a bit; none where it has none.
func (p *Program) slotBit(disp int64) uint64 {
	if n := p.SlotNumbers[disp]; n != Unread && n < 64 {
		return 1 << n
	}
	return 0
}

// Liveness is what is alive in front of an instruction: what may be read before the routine
// returns, and what may come to its return unwritten, which is alive if it is behind the call; and what may be read behind any call of the routine.
type Liveness struct{ Reads, Passes, Anywhere Alive }

// findLive computes it for each instruction. What is known of registers and variables that are not
// alive is dropped where states are joined: that is a matter of time alone. Where a process has one client, and at boot,
// all is alive that is so behind any call of the routine: with less, worst cases are found that are far
// higher (TestObserved/spa), and states of a boot are joined that differ in where the port's text is.
func (p *Program) findLive() {
	p.numberSlots()
	uses, sets := map[uint64]Alive{}, map[uint64]Alive{}
	var todo []uint64
	x := &exchanges{Program: p, targets: p.Targets()}
	for addr, in := range p.Insts {
		uses[addr], sets[addr] = p.effect(in)
		if in.Op == isa.SYSCALL {
			does := x.ofSyscall(addr)
			uses[addr], sets[addr] = uses[addr].asks(does == reads || does == both), sets[addr].asks(does == writes)
		}
		todo = append(todo, addr)
	}
	p.liveAnywhere(uses, sets, slices.Clone(todo))
	if p.Many = p.servesMany(); !p.Many {
		return
	}
	back := map[uint64][]uint64{}
	for addr, in := range p.Insts {
		if in.Op == isa.SYSCALL {
			uses[addr] = uses[addr].without(Alive{Regs: unasked(x.call(addr))})
		}
		for _, to := range p.goesOn(in, successors(in)) {
			back[to] = append(back[to], addr)
		}
	}
	for len(todo) > 0 {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		after, now := p.liveBehind(p.Insts[addr]), p.Live[addr]
		now.Reads, now.Passes = uses[addr].or(after.Reads.without(sets[addr])), after.Passes.without(sets[addr])
		if now != p.Live[addr] {
			p.Live[addr] = now
			todo = append(todo, back[addr]...)
		}
	}
}

// liveAnywhere computes what is alive behind any call of the routine.
func (p *Program) liveAnywhere(uses, sets map[uint64]Alive, todo []uint64) {
	back := map[uint64][]uint64{}
	for addr, in := range p.Insts {
		for _, to := range successors(in) {
			if in.Op != isa.CALL || to == in.Target {
				back[to] = append(back[to], addr)
			}
		}
		if in.Op == isa.CALL {
			back[in.Next()] = append(back[in.Next()], p.retsOf(in.Target)...)
		}
	}
	after := map[uint64]Alive{}
	for len(todo) > 0 {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		now := uses[addr].or(after[addr].without(sets[addr]))
		if old, seen := p.Live[addr]; seen && now.or(old.Anywhere) == old.Anywhere {
			continue
		}
		p.Live[addr] = Liveness{Anywhere: p.Live[addr].Anywhere.or(now)}
		for _, from := range back[addr] {
			if all := after[from].or(now); all != after[from] {
				after[from] = all
				todo = append(todo, from)
			}
		}
	}
}

// servesMany: the program waits for many clients at a time.
func (p *Program) servesMany() bool {
	x := &exchanges{Program: p, targets: p.Targets()}
	for addr, in := range p.Insts {
		if in.Op == isa.SYSCALL && x.call(addr) == SysEpollPwait {
			return true
		}
	}
	return false
}

// unasked are registers in which a system call looks for no argument.
func unasked(call int64) (out RegSet) {
	for i, r := range ArgumentRegisters {
		if n, known := ArgumentCounts[call]; known && i >= n {
			out.Add(r)
		}
	}
	return out
}

// liveBehind is what is alive behind an instruction, as far as that is known.
func (p *Program) liveBehind(in *Decoded) (out Liveness) {
	switch in.Op {
	case isa.RET:
		return Liveness{Passes: allAlive}
	case isa.CALL:
		return p.Live[in.Target].Through(p.Live[in.Next()])
	}
	for _, to := range p.goesOn(in, successors(in)) {
		l := p.Live[to]
		out.Reads, out.Passes = out.Reads.or(l.Reads), out.Passes.or(l.Passes)
	}
	return out
}

// Through is what is alive in a routine that returns to where l is.
func (r Liveness) Through(l Liveness) Liveness {
	return Liveness{Reads: r.Reads.or(r.Passes.and(l.Reads)), Passes: r.Passes.and(l.Passes)}
}

var allAlive = Alive{AllRegs, ^uint64(0), true}

func (a Alive) and(b Alive) Alive {
	return Alive{a.Regs & b.Regs, a.Slots & b.Slots, a.Answered && b.Answered}
}

func (a Alive) or(b Alive) Alive {
	return Alive{a.Regs | b.Regs, a.Slots | b.Slots, a.Answered || b.Answered}
}

func (a Alive) without(b Alive) Alive {
	return Alive{a.Regs &^ b.Regs, a.Slots &^ b.Slots, a.Answered && !b.Answered}
}

// asks is a, with whether a response was written.
func (a Alive) asks(answered bool) Alive {
	a.Answered = answered
	return a
}

// effect is what an instruction reads, and what it sets as a whole.
func (p *Program) effect(in *Decoded) (uses, sets Alive) {
	uses.Regs, sets.Regs = registers(in)
	for s, disp := range named(in) {
		if bit := p.slotBit(disp); s.Op == isa.Load {
			uses.Slots |= bit
		} else if s.Width >= 4 {
			sets.Slots |= bit
		}
	}
	sets.Slots &^= uses.Slots
	return uses, sets
}

// registers are those that an instruction reads, and those that it sets as a whole.
func registers(in *Decoded) (uses, sets RegSet) {
	uses.Add(isa.RSP)
	for _, s := range in.Steps {
		for _, v := range []isa.Val{s.A, s.B, s.C} {
			if v.Kind == isa.RegVal && !(in.Op == isa.XOR && in.Dst == in.Src) {
				uses.Add(v.Reg)
			}
		}
		switch s.Op {
		case isa.Load, isa.Store, isa.Addr:
			uses.Add(s.Mem.Base)
			uses.Add(s.Mem.Index)
		case isa.Set, isa.Pop:
			if s.Width >= 4 {
				sets.Add(s.Dst.Reg)
			} else {
				uses.Add(s.Dst.Reg)
			}
		case isa.Syscall:
			for _, r := range []isa.Reg{isa.RAX, isa.RDI, isa.RSI, isa.RDX, isa.R10, isa.R8} {
				uses.Add(r)
			}
			sets.Add(isa.RCX)
			sets.Add(isa.R11)
		case isa.TimeStamp:
			sets.Add(isa.RAX)
			sets.Add(isa.RDX)
		case isa.RepMoveB:
			uses.Add(isa.RCX)
			uses.Add(isa.RSI)
			uses.Add(isa.RDI)
		}
	}
	return uses, sets &^ uses
}

// retsOf are the returns of a routine.
func (p *Program) retsOf(entry uint64) []uint64 {
	if rets, ok := p.rets[entry]; ok {
		return rets
	}
	rets := []uint64{}
	seen := map[uint64]bool{}
	todo := []uint64{entry}
	for len(todo) > 0 {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		in := p.Insts[addr]
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

// fewSlots are the variables on the stack that a state knows where a process has one client: those of a loop
// are not among them, and each takes time and memory.
const fewSlots = 16

// MostSlots is how many a state of the program knows.
func (p *Program) MostSlots() int {
	if p.Many {
		return value.Slots
	}
	return fewSlots
}
