package x64

import (
	"errors"
	"fmt"

	"golang.org/x/arch/x86/x86asm"
)

// compare decodes every instruction of an object and compares it with its Inst. The
// first that differs is the error, with its item and bytes.
func compare(o *Object) error {
	c := comparer{o: o, refs: o.Refs}
	for i, line := range o.Lines {
		code := o.Text[line.Off : line.Off+line.Len]
		inst, ok := line.Item.(Inst)
		if !ok {
			if line.Len != 0 {
				return fmt.Errorf("%s: % x stands where no instruction is", place(i, line.Item), code)
			}
			continue
		}
		if err := c.inst(inst, line.Off, code); err != nil {
			return fmt.Errorf("%s: %v: %w; bytes % x", place(i, inst), inst, err, code)
		}
	}
	if len(c.refs) != 0 {
		return fmt.Errorf("reference to %s at offset %d belongs to no instruction", c.refs[0].Sym, c.refs[0].Off)
	}
	return nil
}

// A comparer walks an object's instructions and references side by side.
type comparer struct {
	o    *Object
	refs []Ref // those of the instructions not yet seen; ordered by offset
}

func (c *comparer) inst(want Inst, off int, code []byte) error {
	got, err := x86asm.Decode(code, 64)
	if err != nil {
		return fmt.Errorf("does not decode: %w", err)
	}
	if got.Len != len(code) {
		return fmt.Errorf("decodes to %d of %d bytes: %v", got.Len, len(code), got)
	}
	if got.Op != decoded[want.Op] {
		return fmt.Errorf("decodes as %v", got)
	}
	if want.Op == REPMOVSB {
		return checkRep(got)
	}
	args := [3]Operand{want.Dst, want.Src}
	if want.Op == XCHG && got.Args[0] != decodedReg(want.Dst.(Reg)) {
		args = [3]Operand{want.Src, want.Dst} // the same: the short form has rax behind
	}
	for n, arg := range args {
		if err := c.operand(want, arg, got, n, off); err != nil {
			return fmt.Errorf("operand %d: %w", n+1, err)
		}
	}
	return nil
}

// checkRep compares REP MOVSB, whose operands are implied: the prefix must be there.
func checkRep(got x86asm.Inst) error {
	if got.Prefix[0]&0xff != x86asm.PrefixREP || got.Prefix[1] != 0 {
		return fmt.Errorf("decodes as %v, with other prefixes", got)
	}
	return nil
}

func (c *comparer) operand(inst Inst, want Operand, got x86asm.Inst, n, off int) error {
	arg := got.Args[n]
	same := false
	switch want := want.(type) {
	case nil:
		same = arg == nil
	case Reg:
		same = arg == decodedReg(want)
	case Imm:
		same = sameImm(want, arg, inst)
	case Target:
		same = arg == x86asm.Rel(c.o.Labels[string(want)]-(off+got.Len))
	case Mem:
		return c.memory(want, got, n, off)
	}
	if !same {
		return fmt.Errorf("decodes as %v", got)
	}
	return nil
}

// sameImm compares an immediate modulo the width of the operation, as -1 and
// 0xffffffff are the same for 32 bits.
func sameImm(want Imm, arg x86asm.Arg, inst Inst) bool {
	got, ok := arg.(x86asm.Imm)
	if !ok {
		return false
	}
	bits := 8 * uint(inst.width())
	if bits == 64 {
		return int64(got) == int64(want)
	}
	fits := -1<<(bits-1) <= int64(want) && int64(want) < 1<<bits
	return fits && (int64(got)-int64(want))<<(64-bits) == 0
}

// width is the size in bytes of what an instruction with an immediate works on.
func (i Inst) width() uint8 {
	switch o := i.Dst.(type) {
	case Reg:
		return o.Width()
	case Mem:
		return o.Width
	}
	return 8
}

// memory compares a memory operand, its width and, where it has a symbol, the Ref.
// x86asm leaves a negative disp32 without its sign (a disp8 has it): the lower 32 bits count.
func (c *comparer) memory(want Mem, got x86asm.Inst, n, off int) error {
	m, ok := got.Args[n].(x86asm.Mem)
	if !ok || m.Segment != 0 {
		return fmt.Errorf("decodes as %v", got)
	}
	if want.Width != 0 && got.MemBytes != int(want.Width) {
		return fmt.Errorf("decodes as an access of %d bytes: %v", got.MemBytes, got)
	}
	if want.Sym != "" {
		return c.reference(want, m, got, off)
	}
	same := m.Base == decodedReg(want.Base) && int32(m.Disp) == want.Disp && m.Index == decodedReg(want.Index) &&
		(m.Index == 0 || m.Scale == want.Scale)
	if !same {
		return fmt.Errorf("decodes as %v", got)
	}
	return nil
}

// reference compares a rip-relative operand with the next Ref. The processor counts
// from the end of the instruction, a Ref from the end of its field: the difference
// is the immediate between them. The field is zero, which is the decoder's Disp.
func (c *comparer) reference(want Mem, m x86asm.Mem, got x86asm.Inst, off int) error {
	if m.Base != x86asm.RIP || m.Index != 0 || m.Disp != 0 {
		return fmt.Errorf("decodes as %v", got)
	}
	if len(c.refs) == 0 || c.refs[0].Sym != want.Sym {
		return errors.New("has no reference to its symbol")
	}
	ref := c.refs[0]
	c.refs = c.refs[1:]
	if got.PCRel != 4 || ref.Off != off+got.PCRelOff {
		return fmt.Errorf("has its reference at offset %d instead of %d", ref.Off, off+got.PCRelOff)
	}
	behind := off + got.Len - (ref.Off + 4)
	if ref.Add != int64(want.Disp)-int64(behind) {
		return fmt.Errorf("has a reference with addend %d, and %d bytes behind it", ref.Add, behind)
	}
	return nil
}

// decodedReg is a register as x86asm numbers it.
func decodedReg(r Reg) x86asm.Reg {
	n := x86asm.Reg(r.Number())
	switch r.Width() {
	case 8:
		return x86asm.RAX + n
	case 4:
		return x86asm.EAX + n
	case 2:
		return x86asm.AX + n
	case 1:
		if n < 4 {
			return x86asm.AL + n
		}
		return x86asm.SPB + n - 4 // AH to BH stand between
	case 16:
		return x86asm.X0 + n
	}
	return 0
}
