package x86

// arg is where an operand is and how wide, after the Intel SDM, volume 2, appendix A.2.
type arg struct {
	place place
	width width
}

type place uint8

const (
	noPlace     place = iota
	rmEither          // E, W: ModRM's r/m, a register or memory
	rmMemory          // M: memory only
	rmReg             // R, U: a register only
	regField          // G, V: ModRM's reg
	opcodeReg         // Z: the opcode's last three bits
	accumulator       // rAX
	count             // CL
	one               // 1
	signed            // I: an immediate with its sign
	unsigned          // I: a byte without one
	relative          // J: from the next instruction
)

// width is a size in bytes, or what decides it.
type width uint8

const (
	byPrefix width = 100 + iota // v: 2 with prefix 66, 8 with REX.W, else 4
	byREX                       // y: 8 with REX.W, else 4
	atMost4                     // z: v, but never 8
	low8                        // a vector register's, or 8 bytes of memory
)

// The operands in use. A vector register has 16 bytes.
var (
	eb, ew, ed = arg{rmEither, 1}, arg{rmEither, 2}, arg{rmEither, 4}
	ev, ey     = arg{rmEither, byPrefix}, arg{rmEither, byREX}
	rv, ry, m  = arg{rmReg, byPrefix}, arg{rmReg, byREX}, arg{rmMemory, 0}
	gb, gd     = arg{regField, 1}, arg{regField, 4}
	gv, gy     = arg{regField, byPrefix}, arg{regField, byREX}
	zb, zv     = arg{opcodeReg, 1}, arg{opcodeReg, byPrefix}
	zy, zq     = arg{opcodeReg, byREX}, arg{opcodeReg, 8}
	al, ax     = arg{accumulator, 1}, arg{accumulator, byPrefix}
	cl, by1    = arg{count, 1}, arg{one, 1}
	ib, iu     = arg{signed, 1}, arg{unsigned, 1}
	id, iz, iv = arg{signed, 4}, arg{signed, atMost4}, arg{signed, byPrefix}
	jb, jd     = arg{relative, 1}, arg{relative, 4}
	vx, wx, ux = arg{regField, 16}, arg{rmEither, 16}, arg{rmReg, 16}
	wl         = arg{rmEither, low8}
)

// row is the operation and the operands of an encoding.
type row struct {
	op   Op
	cond Cond
	args [3]arg
}

// opcode is what an opcode, with the prefix that is a part of it, such as 0x660fef, is by the digit in
// ModRM's reg, as far as it has a ModRM byte.
type opcode struct {
	modrm bool
	rows  [8]*row
}

// opcodes is the table.
var opcodes = func() map[uint32]*opcode {
	t := table{}
	t.moves()
	t.arithmetic()
	t.bits()
	t.control()
	t.vectors()
	return t
}()

type table map[uint32]*opcode

// eachDigit says that a row is for each digit.
const eachDigit = -1

// add adds a row of an opcode whatever the digit.
func (t table) add(code uint32, op Op, args ...arg) { t.when(code, eachDigit, op, Always, args...) }

// digit adds a row of an opcode with a digit.
func (t table) digit(code uint32, digit int, op Op, args ...arg) {
	t.when(code, digit, op, Always, args...)
}

func (t table) when(code uint32, digit int, op Op, cond Cond, args ...arg) {
	o := t[code]
	if o == nil {
		o = new(opcode)
		t[code] = o
	}
	r := &row{op: op, cond: cond}
	copy(r.args[:], args)
	for _, a := range args {
		o.modrm = o.modrm || a.place >= rmEither && a.place <= regField
	}
	for d := range o.rows {
		if d == digit || digit == eachDigit {
			o.rows[d] = r
		}
	}
}

func (t table) moves() {
	t.add(0x88, MOV, eb, gb)
	t.add(0x89, MOV, ev, gv)
	t.add(0x8a, MOV, gb, eb)
	t.add(0x8b, MOV, gv, ev)
	t.digit(0xc6, 0, MOV, eb, ib)
	t.digit(0xc7, 0, MOV, ev, iz)
	t.add(0x0fb6, MOVZX, gv, eb)
	t.add(0x0fb7, MOVZX, gv, ew)
	t.add(0x0fbe, MOVSX, gv, eb)
	t.add(0x0fbf, MOVSX, gv, ew)
	t.add(0x63, MOVSX, gy, ed)
	t.add(0x8d, LEA, gv, m)
	t.add(0x86, XCHG, eb, gb)
	t.add(0x87, XCHG, ev, gv)
	t.add(0x6a, PUSH, ib)
	t.add(0x68, PUSH, id)
	for r := range uint32(8) {
		t.add(0xb0+r, MOV, zb, ib)
		t.add(0xb8+r, MOV, zv, iv)
		t.add(0x50+r, PUSH, zq)
		t.add(0x58+r, POP, zq)
		t.add(0x0fc8+r, BSWAP, zy)
	}
}

func (t table) arithmetic() {
	for n, op := range []Op{ADD, OR, ADC, SBB, AND, SUB, XOR, CMP} {
		code := uint32(8 * n)
		t.add(code+0, op, eb, gb)
		t.add(code+1, op, ev, gv)
		t.add(code+2, op, gb, eb)
		t.add(code+3, op, gv, ev)
		t.add(code+4, op, al, ib)
		t.add(code+5, op, ax, iz)
		t.digit(0x80, n, op, eb, ib)
		t.digit(0x81, n, op, ev, iz)
		t.digit(0x83, n, op, ev, ib)
	}
	t.add(0x84, TEST, eb, gb)
	t.add(0x85, TEST, ev, gv)
	t.add(0xa8, TEST, al, ib)
	t.add(0xa9, TEST, ax, iz)
	t.digit(0xf6, 0, TEST, eb, ib)
	t.digit(0xf7, 0, TEST, ev, iz)
	for i, a := range []arg{eb, ev} {
		c := uint32(i)
		t.digit(0xf6+c, 2, NOT, a)
		t.digit(0xf6+c, 3, NEG, a)
		t.digit(0xfe+c, 0, INC, a)
		t.digit(0xfe+c, 1, DEC, a)
	}
	t.digit(0xf7, 4, MUL, ey)
	t.digit(0xf7, 6, DIV, ey)
	t.add(0x0faf, IMUL, gv, ev)
	t.add(0x6b, IMUL, gv, ev, ib)
	t.add(0x69, IMUL, gv, ev, iz)
}

func (t table) bits() {
	for digit, op := range map[int]Op{0: ROL, 1: ROR, 4: SHL, 5: SHR, 7: SAR} {
		for i, a := range []arg{eb, ev} {
			c := uint32(i)
			t.digit(0xc0+c, digit, op, a, iu)
			t.digit(0xd0+c, digit, op, a, by1)
			t.digit(0xd2+c, digit, op, a, cl)
		}
	}
	for digit, op := range map[int]Op{4: BT, 5: BTS, 6: BTR} {
		t.digit(0x0fba, digit, op, ev, iu)
	}
	t.add(0x0fa3, BT, rv, gv)
	t.add(0x0fab, BTS, rv, gv)
	t.add(0x0fb3, BTR, rv, gv)
	t.add(0x0fbc, BSF, gy, ry)
}

func (t table) control() {
	for cond := range Always {
		c := uint32(cond)
		t.when(0x0f40+c, eachDigit, CMOVCC, cond, gv, ev)
		t.when(0x70+c, eachDigit, JCC, cond, jb)
		t.when(0x0f80+c, eachDigit, JCC, cond, jd)
		t.when(0x0f90+c, 0, SETCC, cond, eb)
	}
	t.add(0xeb, JMP, jb)
	t.add(0xe9, JMP, jd)
	t.add(0xe8, CALL, jd)
	t.add(0xc3, RET)
	t.add(0x0f05, SYSCALL)
	t.add(0x0f31, RDTSC)
	t.add(0x90, NOP)
	t.add(0x0f0b, UD2)
	t.add(0xf3a4, REPMOVSB)
}

func (t table) vectors() {
	t.add(0x660f6e, MOVD, vx, ey) // movq with REX.W
	t.add(0x660f7e, MOVD, ey, vx)
	t.add(0xf30f7e, MOVQ, vx, wl)
	t.add(0x660fd6, MOVQ, wl, vx)
	for code, op := range map[uint32]Op{0x660f6f: MOVDQA, 0xf30f6f: MOVDQU} {
		t.add(code, op, vx, wx)
		t.add(code+0x10, op, wx, vx)
	}
	t.add(0x0f10, MOVUPS, vx, wx)
	t.add(0x0f11, MOVUPS, wx, vx)
	t.add(0x660fd7, PMOVMSKB, gd, ux)
	for code, op := range map[uint32]Op{
		0x660fef: PXOR, 0x660feb: POR, 0x660fdb: PAND, 0x660fdf: PANDN,
		0x660ffc: PADDB, 0x660ff8: PSUBB, 0x660fd8: PSUBUSB, 0x660fda: PMINUB, 0x660fde: PMAXUB,
		0x660f74: PCMPEQB, 0x660f60: PUNPCKLBW, 0x660f62: PUNPCKLDQ, 0x660f6c: PUNPCKLQDQ,
	} {
		t.add(code, op, vx, wx)
	}
}
