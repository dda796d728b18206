package prove

import (
	"fmt"
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
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
	if err := p.divisors(); err != nil {
		return err
	}
	p.sort()
	p.findExits()
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
		return &Failure{Rule: rules.Bounds, Addr: p.Entry, Msg: fmt.Sprintf("more than %d routines are called: the program is too large to be proved", maxRoutines)}
	}
	return nil
}

// divisors demands that each division is by a register that the instruction in front of it
// sets to a constant other than 0, and that no way leads between the two.
func (p *program) divisors() error {
	targets := p.targets()
	for addr, in := range p.insts {
		if in.Op != isa.DIV {
			continue
		}
		set := p.before[addr]
		if set == nil || targets[addr] || set.Op != isa.MOV || in.Dst.Kind != isa.RegOperand || set.Dst != in.Dst ||
			set.Src.Kind != isa.ImmOperand || set.Src.Imm == 0 {
			return &Failure{Rule: rules.Decode, Addr: addr, Msg: "the division is not by a constant that the instruction in front puts into its register"}
		}
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
			return &Failure{Rule: rules.Decode, Addr: addrs[i], Msg: fmt.Sprintf("the instruction begins within the one at %#x", before.Addr)}
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
		return nil, &Failure{Rule: rules.Decode, Addr: addr, Msg: "execution leaves the text"}
	}
	in, err := isa.Decode(p.Text[addr-p.TextAddr:], addr)
	if err != nil {
		return nil, &Failure{Rule: rules.Decode, Addr: addr, Msg: err.Error()}
	}
	d := &decoded{Inst: in, steps: in.Steps()}
	d.uses, _ = registers(d)
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

// findExits marks the system calls that end the process, as the instructions in front of them say. What
// stands behind one is no way on: of what that reads nothing is alive there, and it does not return. Where
// a process has one client they are not looked for, as in findLive.
func (p *program) findExits() {
	many := p.servesMany()
	x := &exchanges{program: p, targets: p.targets()}
	for addr, in := range p.insts {
		p.exits[addr] = many && in.Op == isa.SYSCALL && x.call(addr) == sysExit
	}
}

// goesOn are some successors of an instruction, none where it ends the process.
func (p *program) goesOn(in *decoded, successors []uint64) []uint64 {
	if p.exits[in.Addr] {
		return nil
	}
	return successors
}

// findReturns marks the instructions from which the routine's return can be reached.
func (p *program) findReturns() {
	back := map[uint64][]uint64{}
	var todo []uint64
	for addr, in := range p.insts {
		for _, to := range p.goesOn(in, inside(in)) {
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
		for _, to := range p.goesOn(in, successors(in)) {
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
