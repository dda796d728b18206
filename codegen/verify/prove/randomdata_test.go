package prove

import (
	"encoding/binary"
	"fmt"

	. "github.com/verbosel/verbosel/codegen/x64"
)

// dataGenerator makes random programs that, beside what a generator's do, choose records
// of the data and compute with their numbers, look at bytes in vectors, copy, and ask for
// the flags of pointers and of constants.
type dataGenerator struct{ generator }

// The data: where each record is, from the first one, and the records of four numbers, with
// room behind them.
const (
	recordCount = 8
	recordSize  = 16
)

func (g *dataGenerator) data() []Datum {
	var places, numbers []byte
	for range recordCount {
		places = binary.LittleEndian.AppendUint32(places, uint32(recordSize*g.rng.IntN(recordCount)))
	}
	for i := range recordCount * recordSize / 4 {
		n := uint32(interesting(g.rng))
		if i%4 == 0 { // the first of a record fits into the frame
			n = uint32(g.rng.IntN(frameSize / 4))
		}
		numbers = binary.LittleEndian.AppendUint32(numbers, n)
	}
	return []Datum{
		{Label: "places", Fields: []Field{Bytes{B: places}}},
		{Label: "records", Fields: []Field{Bytes{B: numbers}}},
		{Label: "behind", Fields: []Field{Bytes{B: make([]byte, 3*recordSize)}}},
	}
}

func (g *dataGenerator) program() []Item {
	return g.around(40, 6+g.rng.IntN(8), func(i, n int) {
		if i == 0 {
			g.add(PXOR, XMM1, XMM1)
		}
		pick(&g.generator, []func(i, n int){
			g.instruction, g.instruction, g.record, g.record, g.pointer, g.constant, g.vector, g.copies,
		})(i, n)
	})
}

// jump is one to any place behind the i-th of n, on any condition.
func (g *generator) jump(i, n int) {
	g.add(pick(g, jumps), Target(fmt.Sprint("l", i+1+g.rng.IntN(n-i))), nil)
}

// others are different registers.
func (g *generator) others(n int) []Reg {
	var out []Reg
	for _, i := range g.rng.Perm(len(general))[:n] {
		out = append(out, general[i])
	}
	return out
}

// wordOrQuad is a width of numbers that are computed with.
func (g *generator) wordOrQuad() uint8 { return pick(g, []uint8{4, 8}) }

// choice puts the offset of one of the records into r.
func (g *dataGenerator) choice(r Reg) {
	g.add(RDTSC, nil, nil)
	g.add(AND, EAX, pick(&g.generator, []Imm{1, 3, recordCount - 1}))
	g.add(LEA, R11, Mem{Sym: "places"})
	g.add(MOV, r.As(4), Mem{Base: R11, Index: RAX, Scale: 4, Width: 4})
}

// record chooses one, computes with its numbers, and asks for what comes out; or it does so
// with the choice itself.
func (g *dataGenerator) record(i, n int) {
	regs := g.others(3)
	r, x, y := regs[0], regs[1], regs[2]
	g.choice(r)
	if g.rng.IntN(4) == 0 {
		g.reckon(r, x)
		g.ask(r, x)
		g.jump(i, n)
		return
	}
	g.add(LEA, R11, Mem{Sym: "records"})
	g.add(ADD, r, R11)
	if g.rng.IntN(4) == 0 {
		g.perhapsNull(r, i)
	}
	g.field(x, r)
	g.field(y, r)
	g.reckon(x, y)
	switch g.rng.IntN(4) {
	case 0:
		g.add(CMP, M(4, r, int32(4*g.rng.IntN(4))), Imm(g.rng.IntN(40)))
	case 1:
		g.add(ADD, r, pick(&g.generator, []Imm{4, recordSize, -recordSize}))
		g.field(y, r)
		g.ask(x, y)
	default:
		g.ask(x, y)
	}
	g.jump(i, n)
	if g.rng.IntN(2) == 0 {
		g.storeAt(x, y, i)
	}
}

// perhapsNull makes null of a pointer on a condition, and goes on where it is none.
func (g *dataGenerator) perhapsNull(r Reg, i int) {
	g.add(CMP, g.reg(4), Imm(g.rng.IntN(40)))
	g.add(MOV, R11D, Imm(0))
	g.add(pick(&g.generator, moves), r, R11)
	g.add(TEST, r, r)
	g.add(JE, Target(fmt.Sprint("l", i+1)), nil)
}

// field loads a number of the record at r.
func (g *dataGenerator) field(x, r Reg) {
	off := int32(4 * g.rng.IntN(recordSize/4))
	switch g.rng.IntN(8) {
	case 0:
		g.add(MOVZX, x.As(4), M(pick(&g.generator, []uint8{1, 2}), r, off))
	case 1:
		g.add(MOVSX, x.As(4), M(pick(&g.generator, []uint8{1, 2}), r, off))
	case 2:
		g.add(MOVSXD, x, M(4, r, off))
	case 3:
		g.add(MOV, x, M(8, r, off&^7))
	case 4, 5:
		g.add(MOV, x.As(4), M(4, r, 0))
	default:
		g.add(MOV, x.As(4), M(4, r, off))
	}
}

// reckon computes with x, and with y beside it: factors grow until nothing could hold them.
func (g *dataGenerator) reckon(x, y Reg) {
	if g.rng.IntN(6) == 0 {
		for range 5 + g.rng.IntN(5) {
			g.add(ADD, x, x)
		}
		return
	}
	for range g.rng.IntN(5) {
		w := g.wordOrQuad()
		switch g.rng.IntN(6) {
		case 0:
			g.add(pick(&g.generator, []Op{ADD, SUB, AND, MOV}), x.As(w), y.As(w))
		case 1, 2:
			g.add(ADD, x.As(w), x.As(w))
		case 3:
			g.add(NEG, x.As(w), nil)
		case 4:
			g.add(pick(&g.generator, []Op{ADD, SUB}), x.As(w), Imm(g.rng.IntN(40)))
		case 5:
			g.add(pick(&g.generator, []Op{SHL, SHR}), x.As(w), Imm(1+g.rng.IntN(8)))
		}
	}
}

// ask compares x: with a constant, with y, or for a bit.
func (g *dataGenerator) ask(x, y Reg) {
	w := g.wordOrQuad()
	switch g.rng.IntN(3) {
	case 0:
		g.add(CMP, x.As(w), pick(&g.generator, []Imm{0, 1, 16, 300, -1}))
	case 1:
		g.add(CMP, x.As(w), y.As(w))
	case 2:
		g.add(TEST, x.As(4), Imm(1<<g.rng.IntN(8)))
	}
}

// storeAt stores y in the frame, x bytes behind its beginning, where that is in it.
func (g *dataGenerator) storeAt(x, y Reg, i int) {
	g.add(CMP, x, Imm(frameSize-8))
	g.add(JA, Target(fmt.Sprint("l", i+1)), nil)
	g.add(MOV, Mem{Base: RSP, Index: x, Scale: 1, Width: 8}, y)
}

// pointer makes one, whole or the low half of it, computes with it, and asks for flags.
func (g *dataGenerator) pointer(i, n int) {
	regs := g.others(2)
	r, s := regs[0], regs[1]
	switch g.rng.IntN(4) {
	case 0:
		g.add(LEA, r, M(0, RSP, int32(g.rng.IntN(frameSize+1))))
	case 1:
		g.add(MOV, r, RSP)
	case 2:
		g.add(LEA, r, Mem{Sym: pick(&g.generator, []string{"records", "places", "table"})})
	case 3:
		g.add(MOV, r.As(4), ESP)
	}
	if g.rng.IntN(3) == 0 {
		w := g.wordOrQuad()
		g.add(MOV, s.As(w), r.As(w))
		r, s = s, r
	}
	for range 1 + g.rng.IntN(3) {
		g.bend(r, s)
	}
	g.jump(i, n)
	if g.rng.IntN(3) == 0 {
		g.add(pick(&g.generator, moves), r, s)
	}
}

// bend changes a pointer or looks at it, often by what changes nothing but the flags.
func (g *dataGenerator) bend(r, s Reg) {
	w := pick(&g.generator, []uint8{1, 2, 4, 8, 8, 8, 8})
	switch g.rng.IntN(7) {
	case 0, 1:
		op := pick(&g.generator, []Op{ADD, SUB, AND, OR, XOR, CMP, TEST})
		g.add(op, r.As(w), pick(&g.generator, []Imm{0, 1, 8, 64, 127, -1}))
	case 2:
		g.add(pick(&g.generator, unary), r.As(w), nil)
	case 3:
		g.add(pick(&g.generator, []Op{ADD, SUB, CMP, TEST, AND, OR}), r.As(w), s.As(w))
	case 4:
		g.add(pick(&g.generator, []Op{SHL, SHR}), r.As(w), Imm(1+g.rng.IntN(8*int(w)-1)))
	case 5:
		g.add(pick(&g.generator, []Op{BT, BTS}), r.As(g.wordOrQuad()), Imm(g.rng.IntN(32)))
	case 6:
		g.add(SUB, r, RSP)
	}
}

// constant computes with one, and asks twice for what is known of it: where the ways behind
// the first question meet again the second one is asked.
func (g *dataGenerator) constant(i, n int) {
	r, w := pick(&g.generator, general), g.wordOrQuad()
	g.add(MOV, r.As(4), Imm(g.rng.IntN(40)))
	for range 1 + g.rng.IntN(2) {
		switch g.rng.IntN(3) {
		case 0:
			g.add(pick(&g.generator, unary), r.As(w), nil)
		case 1:
			g.add(pick(&g.generator, []Op{ADD, SUB}), r.As(w), Imm(g.rng.IntN(60)))
		case 2:
			g.add(pick(&g.generator, []Op{SHL, SHR}), r.As(w), Imm(1+g.rng.IntN(8)))
		}
	}
	question := func() {
		if g.rng.IntN(2) == 0 {
			g.add(TEST, r.As(4), Imm(1<<g.rng.IntN(6)))
		} else {
			g.add(CMP, r.As(w), pick(&g.generator, []Imm{0, 1, 30, -1, -30}))
		}
	}
	question()
	g.add(pick(&g.generator, jumps), Target(fmt.Sprint("meet", i)), nil)
	g.add(NOP, nil, nil)
	g.label(fmt.Sprint("meet", i))
	question()
	g.jump(i, n)
}

// vector looks for bytes of the frame, 16 at a time, and for where the first one is; or it
// stores 16 bytes, and looks at one.
func (g *dataGenerator) vector(i, n int) {
	regs := g.others(2)
	r, s := regs[0], regs[1]
	at, one := M(16, RSP, int32(g.rng.IntN(frameSize-15))), M(1, RSP, int32(g.rng.IntN(frameSize)))
	if g.rng.IntN(3) == 0 {
		g.add(AND, s.As(4), Imm(31))
		at, one = Mem{Base: RSP, Index: s, Scale: 1, Width: 16}, Mem{Base: RSP, Index: s, Scale: 1, Width: 1}
	}
	if g.rng.IntN(3) == 0 {
		g.add(MOVDQU, at, pick(&g.generator, []Reg{XMM0, XMM1}))
		g.add(CMP, one, Imm(g.rng.IntN(3)))
		g.jump(i, n)
		return
	}
	g.add(MOVDQU, XMM0, at)
	for range 1 + g.rng.IntN(2) {
		g.add(pick(&g.generator, []Op{PCMPEQB, PMINUB, PMAXUB, PSUBUSB, PADDB, PAND, PXOR}), XMM0, pick(&g.generator, []Reg{XMM1, XMM0}))
	}
	g.add(PMOVMSKB, r.As(4), XMM0)
	switch g.rng.IntN(4) {
	case 0:
		g.add(NOT, r.As(4), nil)
	case 1:
		g.add(MOVZX, r.As(4), r.As(pick(&g.generator, []uint8{1, 2})))
	}
	g.add(TEST, r.As(4), r.As(4))
	g.add(JE, Target(fmt.Sprint("l", i+1)), nil)
	g.add(BSF, s.As(4), r.As(4))
	g.add(CMP, s.As(4), Imm(g.rng.IntN(20)))
	g.jump(i, n)
}

// copies copies some bytes within the frame, or from a record into it.
func (g *dataGenerator) copies(i, n int) {
	if g.rng.IntN(2) == 0 {
		g.add(LEA, RSI, M(0, RSP, int32(g.rng.IntN(16))))
	} else {
		g.choice(RSI)
		g.add(LEA, R11, Mem{Sym: "records"})
		g.add(ADD, RSI, R11)
	}
	g.add(LEA, RDI, M(0, RSP, int32(g.rng.IntN(16))))
	switch g.rng.IntN(3) {
	case 0:
		g.add(MOV, ECX, Imm(g.rng.IntN(48)))
	case 1:
		g.add(MOVZX, ECX, g.reg(1))
		g.add(SHR, ECX, Imm(3))
	case 2:
		g.add(MOV, ECX, M(4, RSI, 0))
		g.add(CMP, ECX, Imm(recordSize))
		g.add(JA, Target(fmt.Sprint("l", i+1)), nil)
	}
	g.add(REPMOVSB, nil, nil)
	g.add(CMP, pick(&g.generator, []Reg{RSI, RDI}), RSP)
	g.jump(i, n)
}
