package code

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// findSteps collects the constants that numbers are compared with: the bounds of loops are
// among them; and the places of the frame. Small ones are of interest for the register
// alone that they are compared with.
func (p *Program) findSteps() {
	near := []int64{-ZeroBytes, -2, -1, 0, 1, 2, ZeroBytes, MaxErrno}
	for _, c := range p.framePlaces() { // and around them
		near = append(near, c+1, c, c-1, c-2, c-ZeroBytes+1, c-ZeroBytes, c-ZeroBytes-1, c-ZeroBytes-2)
	}
	p.Near = zone.Near{Steps: data.Compact(near), Compared: p.compared()}
	all := []int64{-MaxErrno, -1, 0, 1, MaxErrno, 1<<8 - 1, 1<<16 - 1, 1<<31 - 1, 1<<32 - 1}
	var own [16][]int64
	for _, in := range p.Insts {
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
	all = append(all, p.events()...)
	down := []int64{-ZeroBytes, -1, 0, 1, MaxErrno, 1 << 16, 1 << 32}
	for r := range own {
		p.NumbersIn[r] = zone.Steps{Up: data.Compact(slices.Concat(all, own[r])), Down: down, None: data.Word32}
	}
	p.Numbers = zone.Steps{Up: data.Compact(all), Down: []int64{-1, 0, data.Word32}, None: data.Word32}
	p.Places = zone.Steps{Up: data.Compact(slices.Concat(all, near, p.bufferPlaces())), Down: p.Near.Steps, None: zone.Inf + 1}
}

// events are how many of them waits bring at most: so far those go that count them.
func (p *Program) events() (most []int64) {
	x := &exchanges{Program: p, targets: p.Targets()}
	for addr, in := range p.Insts {
		if in.Op != isa.SYSCALL || x.call(addr) != SysEpollPwait {
			continue
		}
		if set, ok := x.setter(addr, isa.RDX); ok && set.Src.Kind == isa.ImmOperand {
			most = append(most, int64(set.Src.Imm))
		}
	}
	return most
}

// compared are the registers that are compared with each other.
func (p *Program) compared() (with [zone.Vars]zone.VarSet) {
	for _, in := range p.Insts {
		if in.Op == isa.CMP && in.Dst.Kind == isa.RegOperand && in.Src.Kind == isa.RegOperand {
			a, b := value.RegVar(in.Dst.Reg), value.RegVar(in.Src.Reg)
			with[a].Add(b)
			with[b].Add(a)
		}
	}
	return with
}

// framePlaces are the distances from the entry's stack pointer of what lea finds in the
// frame that was allocated below it.
func (p *Program) framePlaces() []int64 {
	var sizes, places []int64
	for _, in := range p.Insts {
		if in.Op == isa.SUB && in.Dst.Reg == isa.RSP && in.Src.Kind == isa.ImmOperand {
			sizes = append(sizes, int64(in.Src.Imm))
		}
	}
	for _, in := range p.Insts {
		if in.Op == isa.LEA && in.Src.Mem.Base == isa.RSP && in.Src.Mem.Index == isa.NoReg && len(sizes) == 1 {
			places = append(places, sizes[0]-in.Src.Mem.Disp)
		}
	}
	return places
}

// bufferPlaces are the offsets of what lea finds in the frame by rbp, where that is set to
// one place of it: a buffer that is filled up to one of them ends there.
func (p *Program) bufferPlaces() []int64 {
	frame := p.framePlaces()
	if len(frame) != 1 {
		return nil
	}
	var places []int64
	for _, in := range p.Insts {
		if in.Op == isa.LEA && in.Src.Mem.Base == isa.RBP && in.Src.Mem.Index == isa.NoReg {
			places = append(places, in.Src.Mem.Disp-frame[0])
		}
	}
	return places
}

// ZeroBytes is how many zeros a server stores behind its input.
const ZeroBytes = 16
