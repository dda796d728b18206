package x86

import "fmt"

// Error says why bytes are no instruction that servers have.
type Error struct {
	Addr  uint64
	Bytes []byte // the first few from there on
	Msg   string
}

func (e *Error) Error() string {
	return fmt.Sprintf("at %#x: bytes % x: %s", e.Addr, e.Bytes, e.Msg)
}

// The parts of a REX prefix, each with the effect that it must have (Intel SDM, volume 2,
// 2.2.1.2), and beside them what prefix 66 must have.
const (
	rexB     = 0x01 // a fourth bit of the base, of ModRM's r/m or of the opcode's register
	rexX     = 0x02 // of the index
	rexR     = 0x04 // of ModRM's reg
	rexW     = 0x08 // 8 bytes
	rexBytes = 0x40 // spl, bpl, sil and dil in place of ah, ch, dh and bh
	size16   = 0x80 // 2 bytes
)

// Prefixes and the escape that an opcode may begin with, and the opcode of indirect branches.
const (
	dataSize = 0x66
	repeat   = 0xf3
	twoBytes = 0x0f
	indirect = 0xff
)

// decoder reads an instruction.
type decoder struct {
	code   []byte
	at     int   // how many bytes were read
	short  bool  // there were not enough
	given  uint8 // what prefixes ask for: REX's bits and size16
	used   uint8 // what had an effect
	opcode byte  // the last byte of it
	modrm  byte
	mem    Mem    // where ModRM says memory
	rip    bool   // its displacement counts from the next instruction
	rel    int64  // a branch's
	msg    string // what is wrong first
}

// Decode reads the instruction that code begins with; addr is the address of its first
// byte. An error is an *Error.
func Decode(code []byte, addr uint64) (Inst, error) {
	d := decoder{code: code}
	in := d.instruction()
	if d.used&d.given&(rexB|rexX|rexR|rexW) != 0 {
		d.used |= rexBytes
	}
	switch {
	case d.short:
		d.msg = "truncated: the code ends inside the instruction"
	case d.msg == "" && d.given&^d.used != 0:
		d.msg = "a prefix, or a bit of one, without effect"
	}
	if d.msg != "" {
		return Inst{}, &Error{addr, code[:min(len(code), 8)], d.msg}
	}
	in.Addr, in.Len = addr, uint8(d.at)
	in.resolve(d.rel, d.rip)
	return in, nil
}

// resolve adds the address of the next instruction where that is what an operand counts from.
func (in *Inst) resolve(rel int64, rip bool) {
	if in.Op == JMP || in.Op == JCC || in.Op == CALL {
		in.Target = in.Next() + uint64(rel)
	}
	for _, o := range []*Operand{&in.Dst, &in.Src} {
		if rip && o.Kind == MemOperand {
			o.Mem.Disp += int64(in.Next())
		}
	}
}

// instruction reads everything but what counts from the next address.
func (d *decoder) instruction() (in Inst) {
	r := d.row()
	if r == nil {
		return in
	}
	in.Op, in.Cond = r.op, r.cond
	if in.Op == MOVD && d.given&rexW != 0 {
		in.Op = MOVQ
	}
	for i, o := range []*Operand{&in.Dst, &in.Src, &in.Third} {
		if r.args[i].place != noPlace {
			*o = d.operand(r.args[i])
		}
		if o.Kind == ImmOperand {
			o.Width = in.Dst.Width
			if in.Op == PUSH {
				o.Width = 8
			}
			o.Imm &= 1<<(8*o.Width-1)<<1 - 1
		}
	}
	return in
}

// row reads up to the ModRM byte with its address, and finds the row, nil where there is none.
func (d *decoder) row() *row {
	b := d.byte()
	var prefix uint32
	if b == dataSize || b == repeat {
		prefix, b = uint32(b), d.byte()
	}
	if b&0xf0 == rexBytes {
		d.given, b = b&(rexBytes|rexW|rexR|rexX|rexB), d.byte()
	}
	code := uint32(b)
	if b == twoBytes {
		b = d.byte()
		code = code<<8 | uint32(b)
	}
	d.opcode = b
	o := opcodes[prefixed(prefix, code)]
	if o == nil && prefix == dataSize {
		d.given |= size16
		o = opcodes[code]
	}
	end, digit := d.at, byte(0)
	if o == nil {
		d.fail("no server has this opcode or prefix: % x", d.code[:end])
		return nil
	}
	if o.modrm {
		d.address()
		digit = d.modrm >> 3 & 7
	}
	if code == indirect && digit >= 2 && digit <= 5 {
		d.fail("a branch to where a register or memory says")
	}
	if o.rows[digit] == nil {
		d.fail("no server has this opcode: % x /%d", d.code[:end], digit)
	}
	return o.rows[digit]
}

// prefixed is an opcode as rows have it, with the prefix that may be a part of it.
func prefixed(prefix, code uint32) uint32 {
	if code > 0xff {
		return prefix<<16 | code
	}
	return prefix<<8 | code
}

// address reads ModRM, and of memory SIB and displacement (Intel SDM, volume 2, 2.1.5, 2.2.1.6).
func (d *decoder) address() {
	d.modrm = d.byte()
	mod, base := d.modrm>>6, d.modrm&7
	d.mem = Mem{Base: NoReg, Index: NoReg, Scale: 1}
	if mod == 3 {
		return
	}
	d.rip = mod == 0 && base == 5
	if base == 4 {
		sib := d.byte()
		base = sib & 7
		if index := d.extended(sib>>3&7, rexX); index != RSP {
			d.mem.Index, d.mem.Scale = index, 1<<(sib>>6)
		}
		if mod == 0 && base == 5 {
			d.fail("an address without a base")
		}
	}
	if !d.rip {
		d.mem.Base = d.extended(base, rexB)
	}
	switch {
	case mod == 1:
		d.mem.Disp = d.number(1)
	case mod == 2 || d.rip:
		d.mem.Disp = d.number(4)
	}
}

// operand gives an operand.
func (d *decoder) operand(a arg) Operand {
	w := d.width(a.width)
	isMem := d.modrm>>6 != 3
	switch a.place {
	case rmEither, rmMemory, rmReg:
		if isMem && a.place == rmReg || !isMem && a.place == rmMemory {
			d.fail("no server has these operands")
		}
		if isMem {
			if w == uint8(low8) {
				w = 8
			}
			return Operand{Kind: MemOperand, Width: w, Mem: d.mem}
		}
		return d.register(d.modrm&7, rexB, w)
	case regField:
		return d.register(d.modrm>>3&7, rexR, w)
	case opcodeReg:
		return d.register(d.opcode&7, rexB, w)
	case accumulator:
		return Operand{Kind: RegOperand, Width: w, Reg: RAX}
	case count:
		return Operand{Kind: RegOperand, Width: w, Reg: RCX}
	case one:
		return Operand{Kind: ImmOperand, Imm: 1}
	case signed:
		return Operand{Kind: ImmOperand, Imm: uint64(d.number(w))}
	case unsigned:
		return Operand{Kind: ImmOperand, Imm: uint64(d.byte())}
	case relative:
		d.rel = d.number(w)
	}
	return Operand{}
}

// width is a size in bytes, and low8 for low8.
func (d *decoder) width(w width) uint8 {
	switch {
	case w < byPrefix || w == low8:
		return uint8(w)
	case d.given&rexW != 0:
		d.used |= rexW
		if w == atMost4 {
			return 4
		}
		return 8
	case w != byREX && d.given&size16 != 0:
		d.used |= size16
		return 2
	}
	return 4
}

// register is one of three bits, and a fourth in REX.
func (d *decoder) register(n byte, bit uint8, width uint8) Operand {
	r := d.extended(n, bit)
	switch {
	case width == 16 || width == uint8(low8):
		return Operand{Kind: RegOperand, Width: 16, Reg: XMM0 + r}
	case width == 1 && r >= RSP && r <= RDI:
		if d.used |= rexBytes; d.given&rexBytes == 0 {
			d.fail("no server has ah, ch, dh or bh")
		}
	}
	return Operand{Kind: RegOperand, Width: width, Reg: r}
}

func (d *decoder) extended(n byte, bit uint8) Reg {
	d.used |= bit
	if d.given&bit != 0 {
		return Reg(n) + R8
	}
	return Reg(n)
}

func (d *decoder) byte() byte {
	if d.at == len(d.code) {
		d.short = true
		return 0
	}
	d.at++
	return d.code[d.at-1]
}

// number reads a little-endian number of 1, 2, 4 or 8 bytes with its sign.
func (d *decoder) number(size uint8) (n int64) {
	for i := range size {
		n |= int64(d.byte()) << (8 * i)
	}
	shift := 64 - 8*size
	return n << shift >> shift
}

func (d *decoder) fail(format string, args ...any) {
	if d.msg == "" {
		d.msg = fmt.Sprintf(format, args...)
	}
}
