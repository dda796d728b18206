package x64

import (
	"fmt"
	"strconv"
	"strings"
)

// parseInst reads an instruction in the syntax that Inst.String writes, so that data
// files can hold instructions as text.
func parseInst(s string) (Inst, error) {
	op, rest := parseOp(s)
	if op == NoOp {
		return Inst{}, fmt.Errorf("%q: no operation", s)
	}
	i := Inst{Op: op}
	if rest == "" {
		return i, nil
	}
	dst, src, two := strings.Cut(rest, ", ")
	i.Dst = parseOperand(op, dst)
	if two {
		i.Src = parseOperand(op, src)
	}
	i.Dst, i.Src = sized(i, i.Dst, i.Src), sized(i, i.Src, i.Dst)
	if got := i.String(); got != s {
		return i, fmt.Errorf("%q is written as %q", s, got)
	}
	return i, nil
}

func parseOp(s string) (Op, string) {
	for op := NoOp + 1; op < numOps; op++ {
		if rest, ok := strings.CutPrefix(s, op.String()); ok && (rest == "" || rest[0] == ' ') {
			return op, strings.TrimPrefix(rest, " ")
		}
	}
	return NoOp, ""
}

// sized gives a memory operand without a size keyword the width of the register
// beside it; LEA's has none.
func sized(i Inst, o, other Operand) Operand {
	m, ok := o.(Mem)
	r, isReg := other.(Reg)
	if ok && isReg && m.Width == 0 && i.Op != LEA {
		m.Width = r.Width()
	}
	if ok {
		return m
	}
	return o
}

func parseOperand(op Op, s string) Operand {
	if r := parseReg(s); r != NoReg {
		return r
	}
	for w, keyword := range map[uint8]string{1: "byte ", 2: "word ", 4: "dword ", 8: "qword ", 16: "oword ", 0: ""} {
		if rest, ok := strings.CutPrefix(s, keyword+"["); ok {
			return parseMem(w, strings.TrimSuffix(rest, "]"))
		}
	}
	if v, ok := parseNumber(s); ok {
		return Imm(v)
	}
	return Target(s)
}

func parseReg(s string) Reg {
	for r := RAX; r <= XMM7; r++ {
		if r.String() == s {
			return r
		}
	}
	return NoReg
}

func parseNumber(s string) (int64, bool) {
	if v, err := strconv.ParseUint(s, 0, 64); err == nil {
		return int64(v), true
	}
	v, err := strconv.ParseInt(s, 0, 64)
	return v, err == nil
}

func parseMem(width uint8, s string) Mem {
	m := Mem{Width: width}
	for _, term := range strings.Split(strings.ReplaceAll(s, " - ", " + -"), " + ") {
		index, scale, scaled := strings.Cut(term, "*")
		r := parseReg(index)
		switch v, isNumber := parseNumber(term); {
		case isNumber:
			m.Disp = int32(v)
		case scaled:
			n, _ := parseNumber(scale)
			m.Index, m.Scale = r, uint8(n)
		case r != NoReg && m.Base == NoReg:
			m.Base = r
		case r != NoReg:
			m.Index, m.Scale = r, 1
		default:
			m.Sym = strings.TrimPrefix(term, "rel ")
		}
	}
	return m
}
