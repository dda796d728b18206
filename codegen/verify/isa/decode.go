package isa

import (
	"errors"
	"fmt"

	"golang.org/x/arch/x86/x86asm"
)

// DecodeError says why bytes are no instruction that generated code may use.
type DecodeError struct {
	Addr  uint64
	Bytes []byte // the instruction's, or the first few where its length is unknown
	Msg   string
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("at %#x: bytes % x: %s", e.Addr, e.Bytes, e.Msg)
}

// maxLen is the longest instruction in bytes (Intel SDM, volume 2, 2.3.11).
const maxLen = 15

// Decode reads the instruction that code begins with; addr is the address of its first
// byte. An error is a *DecodeError.
func Decode(code []byte, addr uint64) (Inst, error) {
	code = code[:min(len(code), maxLen)]
	x, err := Read(code)
	if err != nil {
		return Inst{}, &DecodeError{addr, code[:min(len(code), 8)], err.Error()}
	}
	in, msg := convert(&x, addr)
	if msg == "" {
		msg = in.check()
	}
	if msg != "" {
		return Inst{}, &DecodeError{addr, code[:x.Len], x86asm.IntelSyntax(x, addr, nil) + ": " + msg}
	}
	return in, nil
}

// errVEX is the refusal of a second set of encodings, with tables of its own in x86asm.
var errVEX = errors.New("generated code does not use VEX and EVEX encodings")

// Read reads the instruction that code begins with, as x86asm does. Where code ends inside
// one, that may give its first byte as an instruction without an operation; here it is an
// error. So is a VEX or EVEX encoding: in 64-bit mode the bytes that these begin with begin
// nothing else (Intel SDM, volume 2, 2.3.5 and 2.7.1).
func Read(code []byte) (x86asm.Inst, error) {
	if len(code) > 0 && (code[0] == 0xc4 || code[0] == 0xc5 || code[0] == 0x62) {
		return x86asm.Inst{}, errVEX
	}
	x, err := x86asm.Decode(code, 64)
	if err == nil && x.Op == 0 {
		err = x86asm.ErrTruncated
	}
	return x, err
}

// convert brings an instruction into our form; a message says what has none.
func convert(x *x86asm.Inst, addr uint64) (in Inst, msg string) {
	op, ok := ops[x.Op]
	if !ok {
		return in, "generated code does not use this operation"
	}
	in = Inst{Addr: addr, Len: uint8(x.Len), Op: op.op, Cond: op.cond}
	if msg := checkPrefixes(x, in.Op); msg != "" {
		return in, msg
	}
	if rel, ok := x.Args[0].(x86asm.Rel); ok {
		in.Target = in.Next() + uint64(int64(rel))
		return in, ""
	}
	if in.Op == REPMOVSB {
		return in, "" // its operands are always the same registers
	}
	for i, to := range []*Operand{&in.Dst, &in.Src, &in.Third} {
		if *to, msg = operand(x, x.Args[i], in.Next()); msg != "" {
			return in, msg
		}
	}
	if x.Args[3] != nil {
		return in, "too many operands"
	}
	in.setWidths()
	return in, ""
}

// setWidths gives immediates the width of what they go with, and lea's memory none.
func (in *Inst) setWidths() {
	if in.Op == LEA {
		in.Src.Width = 0
	}
	width := in.Dst.Width
	if in.Op == PUSH {
		width = 8
	}
	for _, o := range []*Operand{&in.Dst, &in.Src, &in.Third} {
		if o.Kind == ImmOperand {
			o.Width = width
			o.Imm &= mask(width)
		}
	}
}

// operand converts one argument; next is the address of the next instruction.
func operand(x *x86asm.Inst, arg x86asm.Arg, next uint64) (Operand, string) {
	switch arg := arg.(type) {
	case nil:
		return Operand{}, ""
	case x86asm.Imm:
		return Operand{Kind: ImmOperand, Imm: uint64(arg)}, ""
	case x86asm.Reg:
		reg, width := register(arg)
		if width == 0 {
			return Operand{}, arg.String() + " is no register that generated code uses"
		}
		return Operand{Kind: RegOperand, Reg: reg, Width: width}, ""
	case x86asm.Mem:
		m, msg := memory(arg, next)
		return Operand{Kind: MemOperand, Width: uint8(x.MemBytes), Mem: m}, msg
	}
	return Operand{}, "an operand of an unknown kind"
}

// register splits a register into its number and its width in bytes, which is 0 for
// those that have no place here.
func register(r x86asm.Reg) (Reg, uint8) {
	switch {
	case r >= x86asm.AL && r <= x86asm.BL:
		return Reg(r - x86asm.AL), 1
	case r >= x86asm.SPB && r <= x86asm.R15B: // between them are ah, ch, dh and bh
		return RSP + Reg(r-x86asm.SPB), 1
	case r >= x86asm.AX && r <= x86asm.R15W:
		return Reg(r - x86asm.AX), 2
	case r >= x86asm.EAX && r <= x86asm.R15L:
		return Reg(r - x86asm.EAX), 4
	case r >= x86asm.RAX && r <= x86asm.R15:
		return Reg(r - x86asm.RAX), 8
	case r >= x86asm.X0 && r <= x86asm.X15:
		return XMM0 + Reg(r-x86asm.X0), 16
	}
	return NoReg, 0
}

// memory converts an address. x86asm gives some displacements of four bytes without
// their sign.
func memory(m x86asm.Mem, next uint64) (Mem, string) {
	out := Mem{Base: NoReg, Index: NoReg, Scale: 1, Disp: int64(int32(m.Disp))}
	if m.Segment != 0 {
		return out, "a segment"
	}
	if m.Base == x86asm.RIP {
		out.Disp += int64(next)
		return out, ""
	}
	base, width := register(m.Base)
	if width != 8 {
		return out, "an address without a base of 64 bits"
	}
	out.Base = base
	if m.Index != 0 {
		if out.Index, width = register(m.Index); width != 8 {
			return out, "an index that has not 64 bits"
		}
		out.Scale = m.Scale
	}
	return out, ""
}

// checkPrefixes refuses what an instruction does not need. What operand-size and
// repeat prefixes do elsewhere depends on the processor (AMD APM, volume 3, 1.2).
func checkPrefixes(x *x86asm.Inst, op Op) string {
	seen := map[x86asm.Prefix]bool{}
	for i, p := range x.Prefix {
		if p == 0 {
			break
		}
		kind := p & 0xff
		rex := kind&0xf0 == x86asm.PrefixREX
		switch {
		case rex && p&x86asm.PrefixIgnored == 0 && i+1 < len(x.Prefix) && x.Prefix[i+1] == 0:
		case kind == x86asm.PrefixDataSize && op == MOVQ && !seen[kind]: // x86asm takes REX.W to override it
		case seen[kind] || rex || p&(x86asm.PrefixIgnored|x86asm.PrefixInvalid) != 0:
			return "a prefix without effect"
		case kind == x86asm.PrefixREP && op == REPMOVSB:
		case kind == x86asm.PrefixREP && (op == MOVDQU || op == MOVQ): // part of their opcodes
		case kind == x86asm.PrefixDataSize && takesDataSize(x, op):
		default:
			return "a prefix that generated code does not use"
		}
		seen[kind] = true
	}
	if seen[x86asm.PrefixREP] && seen[x86asm.PrefixDataSize] {
		return "two prefixes that exclude each other"
	}
	if op == REPMOVSB && !seen[x86asm.PrefixREP] {
		return "without its repeat prefix"
	}
	return ""
}

// takesDataSize reports whether prefix 66 selects 16 bits here, or is part of the
// opcode of a vector operation.
func takesDataSize(x *x86asm.Inst, op Op) bool {
	return op >= MOVD || x.DataSize == 16 && rows[op].wide
}
