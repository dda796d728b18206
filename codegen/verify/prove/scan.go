package prove

import (
	"fmt"
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// scan decodes what is reachable, and finds where ways meet and which come back.
func (p *program) scan() error {
	todo := []uint64{p.Entry}
	preds := map[uint64]int{}
	for len(todo) > 0 {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if p.insts[addr] != nil {
			continue
		}
		in, err := p.decode(addr)
		if err != nil {
			return err
		}
		for _, to := range successors(in) {
			preds[to]++
			todo = append(todo, to)
		}
		if in.Op == isa.CALL {
			preds[in.Next()]++ // its returns meet there
		}
		if in.Op == isa.LEA && in.Src.Mem.Base == isa.NoReg && in.Src.Mem.Index == isa.NoReg && p.inText(uint64(in.Src.Mem.Disp)) {
			todo = append(todo, uint64(in.Src.Mem.Disp)) // may become a signal's handler
			preds[uint64(in.Src.Mem.Disp)] += 2
		}
	}
	if err := p.overlap(); err != nil {
		return err
	}
	if err := p.countRoutines(); err != nil {
		return err
	}
	p.sort()
	p.findReturns()
	p.findFlags()
	p.findFlagBits()
	p.findJoins(preds)
	p.findUnrolled()
	p.findSteps()
	p.findLive()
	p.plan = p.newSchedule()
	return p.findRequests()
}

// maxRoutines bounds how many places are called: servers have some twenty.
const maxRoutines = 256

func (p *program) countRoutines() error {
	called := map[uint64]bool{}
	for _, in := range p.insts {
		if in.Op == isa.CALL {
			called[in.Target] = true
		}
	}
	if len(called) > maxRoutines {
		return &Failure{Rule: RuleBounds, Addr: p.Entry, Msg: fmt.Sprintf("more than %d routines are called: the program is too large to be proved", maxRoutines)}
	}
	return nil
}

// overlap demands that no byte belongs to two instructions.
func (p *program) overlap() error {
	addrs := slices.Sorted(maps.Keys(p.insts))
	for _, in := range p.insts {
		p.before[in.Next()] = in
	}
	for i := 1; i < len(addrs); i++ {
		if before := p.insts[addrs[i-1]]; before.Next() > addrs[i] {
			return &Failure{Rule: RuleDecode, Addr: addrs[i], Msg: fmt.Sprintf("the instruction begins within the one at %#x", before.Addr)}
		}
	}
	return nil
}

func (p *program) inText(addr uint64) bool {
	return addr >= p.TextAddr && addr-p.TextAddr < uint64(len(p.Text))
}

// decode reads the instruction at an address and keeps it.
func (p *program) decode(addr uint64) (*decoded, error) {
	if !p.inText(addr) {
		return nil, &Failure{Rule: RuleDecode, Addr: addr, Msg: "execution leaves the text"}
	}
	in, err := isa.Decode(p.Text[addr-p.TextAddr:], addr)
	if err != nil {
		return nil, &Failure{Rule: RuleDecode, Addr: addr, Msg: err.Error()}
	}
	d := &decoded{in, in.Steps()}
	p.insts[addr] = d
	return d, nil
}

// successors are where execution may go on; a call's are its target and, because it
// comes back, the next instruction.
func successors(in *decoded) []uint64 {
	switch in.Op {
	case isa.JMP:
		return []uint64{in.Target}
	case isa.JCC, isa.CALL:
		return []uint64{in.Target, in.Next()}
	case isa.RET, isa.UD2:
		return nil
	}
	return []uint64{in.Next()}
}

// inside are the successors within a routine: a call is stepped over.
func inside(in *decoded) []uint64 {
	if in.Op == isa.CALL {
		return []uint64{in.Next()}
	}
	return successors(in)
}

// sort numbers the instructions so that, loops apart, each comes before those that
// follow it, and what a call does before what comes behind the call.
func (p *program) sort() {
	type visit struct {
		addr uint64
		next []uint64
	}
	seen := map[uint64]bool{}
	var order []uint64
	for _, root := range p.roots() {
		if seen[root] {
			continue
		}
		seen[root] = true
		stack := []visit{{root, p.deepFirst(root)}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.next) == 0 {
				order = append(order, top.addr)
				stack = stack[:len(stack)-1]
				continue
			}
			to := top.next[0]
			top.next = top.next[1:]
			if !seen[to] {
				seen[to] = true
				stack = append(stack, visit{to, p.deepFirst(to)})
			}
		}
	}
	slices.Reverse(order)
	for i, addr := range order {
		p.order[addr] = i
	}
}

// roots are the instructions, the entry first.
func (p *program) roots() []uint64 {
	all := make([]uint64, 0, len(p.insts)+1)
	for addr := range p.insts {
		all = append(all, addr)
	}
	slices.Sort(all)
	return append([]uint64{p.Entry}, all...)
}

// deepFirst are the successors in the order in which sort visits them: what comes
// behind a call first, which numbers it last.
func (p *program) deepFirst(addr uint64) []uint64 {
	next := slices.Clone(successors(p.insts[addr]))
	slices.Reverse(next)
	return next
}

// findReturns marks the instructions from which the routine's return can be reached.
func (p *program) findReturns() {
	back := map[uint64][]uint64{}
	var todo []uint64
	for addr, in := range p.insts {
		for _, to := range inside(in) {
			back[to] = append(back[to], addr)
		}
		if in.Op == isa.RET {
			todo = append(todo, addr)
		}
	}
	for len(todo) > 0 {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !p.returns[addr] {
			p.returns[addr] = true
			todo = append(todo, back[addr]...)
		}
	}
}

// findFlags marks where flags are alive: set before, and asked for behind.
func (p *program) findFlags() {
	back := map[uint64][]uint64{}
	var todo []uint64
	for addr, in := range p.insts {
		for _, to := range successors(in) {
			if !writesFlags(in) && in.Op != isa.CALL {
				back[to] = append(back[to], addr)
			}
		}
		if in.Cond != isa.Always {
			p.flags[addr] = asks(in.Cond)
			todo = append(todo, addr)
		}
	}
	for _, in := range p.insts {
		if in.Op == isa.CALL {
			back[in.Next()] = append(back[in.Next()], p.retsOf(in.Target)...)
		}
	}
	for len(todo) > 0 {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, from := range back[addr] {
			if all := p.flags[from] | p.flags[addr]; all != p.flags[from] {
				p.flags[from] = all
				todo = append(todo, from)
			}
		}
	}
}

func writesFlags(in *decoded) bool {
	for _, s := range in.steps {
		if s.Op == isa.SetFlags || s.Op == isa.Syscall {
			return true
		}
	}
	return false
}

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

// findSteps collects the constants that numbers are compared with: the bounds of loops are
// among them; and the places of the frame. Small ones are of interest for the register
// alone that they are compared with.
func (p *program) findSteps() {
	near := []int64{-zeroBytes, -2, -1, 0, 1, 2, zeroBytes, maxErrno}
	for _, c := range p.framePlaces() { // and around them
		near = append(near, c+1, c, c-1, c-2, c-zeroBytes+1, c-zeroBytes, c-zeroBytes-1, c-zeroBytes-2)
	}
	p.near = compact(near)
	all := []int64{-maxErrno, -1, 0, 1, maxErrno, 1<<8 - 1, 1<<16 - 1, 1<<31 - 1, 1<<32 - 1}
	var own [16][]int64
	for _, in := range p.insts {
		if in.Dst.Width < 4 || in.Dst.Kind != isa.RegOperand || in.Src.Kind != isa.ImmOperand {
			continue
		}
		c := int64(in.Src.Imm)
		switch {
		case in.Op != isa.CMP && in.Op != isa.MOV || c < 0 || c > 1<<20:
		case c >= 1<<10:
			all = append(all, c-1, c, c+1)
		case in.Op == isa.CMP:
			own[in.Dst.Reg] = append(own[in.Dst.Reg], c-1, c, c+1)
		}
	}
	down := []int64{-zeroBytes, -1, 0, 1, maxErrno, 1 << 16, 1 << 32}
	for r := range own {
		p.numbersIn[r] = zone.Steps{Up: compact(slices.Concat(all, own[r])), Down: down, None: word32}
	}
	p.numbers = zone.Steps{Up: compact(all), Down: []int64{-1, 0, word32}, None: word32}
	p.places = zone.Steps{Up: compact(slices.Concat(all, near)), Down: p.near, None: zone.Inf + 1}
}

// framePlaces are the distances from the entry's stack pointer of what lea finds in the
// frame that was allocated below it.
func (p *program) framePlaces() []int64 {
	var sizes, places []int64
	for _, in := range p.insts {
		if in.Op == isa.SUB && in.Dst.Reg == isa.RSP && in.Src.Kind == isa.ImmOperand {
			sizes = append(sizes, int64(in.Src.Imm))
		}
	}
	for _, in := range p.insts {
		if in.Op == isa.LEA && in.Src.Mem.Base == isa.RSP && in.Src.Mem.Index == isa.NoReg && len(sizes) == 1 {
			places = append(places, sizes[0]-in.Src.Mem.Disp)
		}
	}
	return places
}
