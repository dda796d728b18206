package code

import (
	"fmt"
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Scan decodes what is reachable, and finds where ways meet and which come back.
func (p *Program) Scan() error {
	todo := []uint64{p.Entry}
	preds := map[uint64]int{}
	for len(todo) > 0 {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if p.Insts[addr] != nil {
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
	p.Plan = p.newSchedule()
	return p.findRequests()
}

// maxRoutines bounds how many places are called: servers have some twenty.
const maxRoutines = 256

func (p *Program) countRoutines() error {
	called := map[uint64]bool{}
	for _, in := range p.Insts {
		if in.Op == isa.CALL {
			called[in.Target] = true
		}
	}
	if len(called) > maxRoutines {
		return data.TooLarge(p.Entry, "more than %d routines are called", maxRoutines)
	}
	return nil
}

// divisors demands that each division is by a register that the instruction in front of it
// sets to a constant other than 0, and that no way leads between the two.
func (p *Program) divisors() error {
	targets := p.Targets()
	for addr, in := range p.Insts {
		if in.Op != isa.DIV {
			continue
		}
		set := p.Before[addr]
		if set == nil || targets[addr] || set.Op != isa.MOV || in.Dst.Kind != isa.RegOperand || set.Dst != in.Dst ||
			set.Src.Kind != isa.ImmOperand || set.Src.Imm == 0 {
			return &data.Failure{Rule: rules.Decode, Addr: addr, Msg: "the division is not by a constant that the instruction in front puts into its register"}
		}
	}
	return nil
}

// overlap demands that no byte belongs to two instructions.
func (p *Program) overlap() error {
	addrs := slices.Sorted(maps.Keys(p.Insts))
	for _, in := range p.Insts {
		p.Before[in.Next()] = in
	}
	for i := 1; i < len(addrs); i++ {
		if before := p.Insts[addrs[i-1]]; before.Next() > addrs[i] {
			return &data.Failure{Rule: rules.Decode, Addr: addrs[i], Msg: fmt.Sprintf("the instruction begins within the one at %#x", before.Addr)}
		}
	}
	return nil
}

func (p *Program) inText(addr uint64) bool {
	return addr >= p.TextAddr && addr-p.TextAddr < uint64(len(p.Text))
}

// decode reads the instruction at an address and keeps it.
func (p *Program) decode(addr uint64) (*Decoded, error) {
	if !p.inText(addr) {
		return nil, &data.Failure{Rule: rules.Decode, Addr: addr, Msg: "execution leaves the text"}
	}
	in, err := isa.Decode(p.Text[addr-p.TextAddr:], addr)
	if err != nil {
		return nil, &data.Failure{Rule: rules.Decode, Addr: addr, Msg: err.Error()}
	}
	d := &Decoded{Inst: in, Steps: in.Steps()}
	d.Uses, _ = registers(d)
	p.Insts[addr] = d
	return d, nil
}

// successors are where execution may go on; a call's are its target and, because it
// comes back, the next instruction.
func successors(in *Decoded) []uint64 {
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
func inside(in *Decoded) []uint64 {
	if in.Op == isa.CALL {
		return []uint64{in.Next()}
	}
	return successors(in)
}

// findExits marks the system calls that end the process, as the instructions in front of them say. What
// stands behind one is no way on: of what that reads nothing is alive there, and it does not return. Where
// a process has one client they are not looked for, as in findLive.
func (p *Program) findExits() {
	many := p.servesMany()
	x := &exchanges{Program: p, targets: p.Targets()}
	for addr, in := range p.Insts {
		p.exits[addr] = many && in.Op == isa.SYSCALL && x.call(addr) == SysExit
	}
}

// goesOn are some successors of an instruction, none where it ends the process.
func (p *Program) goesOn(in *Decoded, successors []uint64) []uint64 {
	if p.exits[in.Addr] {
		return nil
	}
	return successors
}

// findReturns marks the instructions from which the routine's return can be reached.
func (p *Program) findReturns() {
	back := map[uint64][]uint64{}
	var todo []uint64
	for addr, in := range p.Insts {
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
		if !p.Returns[addr] {
			p.Returns[addr] = true
			todo = append(todo, back[addr]...)
		}
	}
}

// findFlags marks where flags are alive: set before, and asked for behind.
func (p *Program) findFlags() {
	back := map[uint64][]uint64{}
	var todo []uint64
	for addr, in := range p.Insts {
		for _, to := range p.goesOn(in, successors(in)) {
			if !writesFlags(in) && in.Op != isa.CALL {
				back[to] = append(back[to], addr)
			}
		}
		if in.Cond != isa.Always {
			p.Flags[addr] = asks(in.Cond)
			todo = append(todo, addr)
		}
	}
	for _, in := range p.Insts {
		if in.Op == isa.CALL {
			back[in.Next()] = append(back[in.Next()], p.retsOf(in.Target)...)
		}
	}
	for len(todo) > 0 {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, from := range back[addr] {
			if all := p.Flags[from] | p.Flags[addr]; all != p.Flags[from] {
				p.Flags[from] = all
				todo = append(todo, from)
			}
		}
	}
}

func writesFlags(in *Decoded) bool {
	for _, s := range in.Steps {
		if s.Op == isa.SetFlags || s.Op == isa.Syscall {
			return true
		}
	}
	return false
}
