package prove

import (
	"fmt"
	"math/rand/v2"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/x64"
)

// generator makes random programs: a frame of 64 bytes of which most is written, then
// instructions, branches forwards among them, and perhaps a loop around all.
type generator struct {
	rng   *rand.Rand
	items []x64.Item
}

const frameSize = 64

var general = []x64.Reg{x64.RAX, x64.RCX, x64.RDX, x64.RBX, x64.RSI, x64.RDI, x64.R8, x64.R9}

func (g *generator) add(op x64.Op, dst, src x64.Operand) {
	g.items = append(g.items, x64.Inst{Op: op, Dst: dst, Src: src})
}

func (g *generator) data() []x64.Datum { return nil }

func (g *generator) program() []x64.Item { return g.around(4, 4+g.rng.IntN(16), g.instruction) }

// around is a program of n parts, the i-th of which part adds. One of gaps words of the frame
// is not written.
func (g *generator) around(gaps, n int, part func(i, n int)) []x64.Item {
	g.add(x64.SUB, x64.RSP, x64.Imm(frameSize))
	for off := int32(0); off < frameSize; off += 8 {
		if g.rng.IntN(gaps) > 0 {
			g.add(x64.MOV, x64.M(8, x64.RSP, off), x64.Imm(g.rng.IntN(1<<16)))
		}
	}
	loop := g.rng.IntN(3) == 0
	if loop {
		g.add(x64.MOV, x64.R10D, x64.Imm(1+g.rng.IntN(10)))
		g.label("again")
	}
	for i := range n {
		g.label(fmt.Sprint("l", i))
		part(i, n)
	}
	g.label(fmt.Sprint("l", n))
	if loop {
		g.add(x64.DEC, x64.R10D, nil)
		g.add(x64.JNE, x64.Target("again"), nil)
	}
	g.label("exit")
	g.add(x64.XOR, x64.EDI, x64.EDI)
	g.add(x64.MOV, x64.EAX, x64.Imm(code.SysExit))
	g.add(x64.SYSCALL, nil, nil)
	g.add(x64.JMP, x64.Target("exit"), nil) // a prover follows every syscall
	return g.items
}

func (g *generator) label(name string) { g.items = append(g.items, x64.Label{Name: name}) }

// reg is a random register of a width.
func (g *generator) reg(width uint8) x64.Reg { return general[g.rng.IntN(len(general))].As(width) }

// width is 4 more often than others.
func (g *generator) width() uint8 { return []uint8{1, 2, 4, 4, 4, 8, 8}[g.rng.IntN(7)] }

func (g *generator) imm(width uint8) x64.Imm {
	limit := 1 << min(8*int(width)-1, 31)
	switch g.rng.IntN(4) {
	case 0:
		return x64.Imm(g.rng.IntN(limit))
	case 1:
		return x64.Imm(-1 - g.rng.IntN(min(limit, 40)))
	}
	return x64.Imm(g.rng.IntN(40))
}

// slot is a variable of the frame.
func (g *generator) slot(width uint8) x64.Mem {
	if g.rng.IntN(5) == 0 {
		return x64.M(width, x64.RSP, int32(g.rng.IntN(frameSize-int(width)+1)))
	}
	return x64.M(width, x64.RSP, int32(g.rng.IntN(frameSize/8)*8))
}

var (
	binary2 = []x64.Op{x64.ADD, x64.SUB, x64.AND, x64.OR, x64.XOR, x64.MOV, x64.CMP, x64.TEST}
	unary   = []x64.Op{x64.INC, x64.DEC, x64.NEG, x64.NOT}
	jumps   = []x64.Op{
		x64.JO, x64.JNO, x64.JB, x64.JAE, x64.JE, x64.JNE, x64.JBE, x64.JA, x64.JS, x64.JNS, x64.JL, x64.JGE, x64.JLE, x64.JG,
	}
	moves = []x64.Op{x64.CMOVB, x64.CMOVAE, x64.CMOVE, x64.CMOVNE, x64.CMOVBE, x64.CMOVA, x64.CMOVS, x64.CMOVL, x64.CMOVG}
)

func pick[T any](g *generator, list []T) T { return list[g.rng.IntN(len(list))] }

// instruction adds the i-th of n, or a few that belong together.
func (g *generator) instruction(i, n int) {
	w := g.width()
	switch g.rng.IntN(16) {
	case 0, 1, 2:
		g.add(pick(g, binary2), g.reg(w), g.reg(w))
	case 3, 4:
		g.withImm(pick(g, binary2), w)
	case 5:
		g.add(pick(g, unary), g.reg(w), nil)
	case 6:
		g.add(pick(g, []x64.Op{x64.SHL, x64.SHR}), g.reg(w), x64.Imm(1+g.rng.IntN(8*int(w)-1)))
	case 7, 8, 9:
		g.withImm(pick(g, binary2), w)
		g.add(pick(g, jumps), x64.Target(fmt.Sprint("l", i+1+g.rng.IntN(n-i))), nil)
	case 10:
		g.memory()
	case 11:
		g.indexed()
	case 12:
		g.wide()
	case 13:
		g.bits()
	case 14:
		g.add(x64.CMP, g.reg(w), g.reg(w))
		w = []uint8{4, 8}[g.rng.IntN(2)]
		g.add(pick(g, moves), g.reg(w), g.reg(w))
	case 15:
		g.stack()
	}
}

// withImm is an operation with a constant, in the one form that the assembler takes.
func (g *generator) withImm(op x64.Op, w uint8) {
	r, imm := g.reg(w), g.imm(w)
	if op == x64.MOV && w == 8 && imm >= 0 {
		r = r.As(4)
	}
	g.add(op, r, imm)
}

// memory loads or stores a variable.
func (g *generator) memory() {
	w := g.width()
	if g.rng.IntN(2) == 0 {
		g.add(x64.MOV, g.slot(w), g.reg(w))
		return
	}
	op, r := pick(g, binary2), g.reg(w)
	if op == x64.TEST { // has its operand in memory first
		g.add(op, g.slot(w), r)
		return
	}
	g.add(op, r, g.slot(w))
}

// indexed bounds a register and makes it part of an address.
func (g *generator) indexed() {
	r := pick(g, general)
	switch g.rng.IntN(3) {
	case 0:
		g.add(x64.AND, r.As(4), x64.Imm(g.rng.IntN(32)))
	case 1:
		g.add(x64.MOVZX, r.As(4), g.reg(1))
		g.add(x64.SHR, r.As(4), x64.Imm(2+g.rng.IntN(3)))
	case 2:
		g.add(x64.MOV, r.As(4), x64.Imm(g.rng.IntN(56)))
	}
	w := g.width()
	at := x64.Mem{Base: x64.RSP, Index: r, Scale: 1, Width: w}
	switch g.rng.IntN(4) {
	case 0:
		g.add(x64.MOV, at, g.reg(w))
	case 1:
		g.add(x64.MOV, g.reg(w), at)
	case 2:
		g.add(x64.LEA, g.reg(8), x64.Mem{Base: x64.RSP, Index: r, Scale: 1})
	case 3:
		g.add(x64.LEA, x64.R11, x64.Mem{Sym: "table"})
		g.add(x64.TEST, x64.Mem{Base: x64.R11, Index: r, Scale: 1, Width: 1}, g.imm(1))
		g.add(x64.MOVZX, g.reg(4), x64.Mem{Base: x64.R11, Index: r, Scale: 1, Width: 1})
	}
}

// wide changes widths.
func (g *generator) wide() {
	switch g.rng.IntN(5) {
	case 0:
		g.add(x64.MOVZX, g.reg(4), g.reg(1))
	case 1:
		g.add(x64.MOVSX, g.reg(4), g.reg([]uint8{1, 2}[g.rng.IntN(2)]))
	case 2:
		g.add(x64.MOVSXD, g.reg(8), g.reg(4))
	case 3:
		g.add(x64.LEA, g.reg([]uint8{4, 8}[g.rng.IntN(2)]),
			x64.Mem{Base: pick(g, general), Index: pick(g, general), Scale: []uint8{1, 2, 4, 8}[g.rng.IntN(4)], Disp: int32(g.imm(1))})
	case 4:
		w := g.width()
		i := g.rng.IntN(len(general))
		j := (i + 1 + g.rng.IntN(len(general)-1)) % len(general) // another one: with itself it would be a nop
		g.add(x64.XCHG, general[i].As(w), general[j].As(w))
	}
}

// bits sets, tests and finds them.
func (g *generator) bits() {
	w := []uint8{4, 8}[g.rng.IntN(2)]
	switch g.rng.IntN(5) {
	case 0:
		g.add(x64.BTS, g.reg(w), x64.Imm(g.rng.IntN(8*int(w))))
	case 1:
		g.add(x64.BT, g.reg(w), x64.Imm(g.rng.IntN(8*int(w))))
	case 2:
		g.add(x64.BSF, g.reg(w), g.reg(w))
	case 3:
		g.add(x64.RDTSC, nil, nil)
	case 4:
		g.add(x64.XOR, x64.EDX, x64.EDX)
		g.add(x64.MOV, x64.ECX, x64.Imm(1+g.rng.IntN(20)))
		g.add(x64.DIV, x64.ECX, nil)
	}
}

// stack pushes and pops, or makes a pointer of half the width.
func (g *generator) stack() {
	switch g.rng.IntN(3) {
	case 0:
		g.add(x64.PUSH, g.reg(8), nil)
		g.withImm(pick(g, binary2), 8)
		g.add(x64.POP, g.reg(8), nil)
	case 1:
		g.add(x64.MOV, g.reg(4), x64.ESP)
	case 2:
		r, s := g.reg(8), g.reg(8)
		g.add(x64.MOV, r, x64.RSP)
		g.add(x64.SUB, s, r)
	}
}
