package listing

import (
	"strings"

	"github.com/verbosel/verbosel/codegen/x64"
)

// instruction is the line of an instruction. NASM encodes all of them as x64 does; only
// jumps may need to be told their size.
func (n *nasm) instruction(i int, inst x64.Inst) {
	operands := instOperands(inst)
	if size := n.jumpSize(i, inst); size != "" {
		operands = append([]token{{directive, size}, {plain, " "}}, operands...)
	}
	n.add(line{op: token{mnemonic, inst.Op.String()}, operands: operands, comment: n.why(inst)})
}

// why is an instruction's comment: its note, and the place in the spec where that
// changes.
func (n *nasm) why(inst x64.Inst) string {
	if inst.Pos == "" || inst.Pos == n.pos {
		return note(inst.Note)
	}
	n.pos = inst.Pos
	return note(strings.TrimSpace(inst.Note + " [" + inst.Pos + "]"))
}

// jumpSize is the keyword for the i-th line where it is a jump whose size NASM may
// choose otherwise: short where it may end with the near form, near where the object
// has that although the short form reaches. It is empty for all other lines.
func (n *nasm) jumpSize(i int, inst x64.Inst) string {
	const shortJump = 2
	target, ok := inst.Dst.(x64.Target)
	if !ok || inst.Op == x64.CALL {
		return ""
	}
	l := n.obj.Lines[i]
	if l.Len == shortJump {
		if n.widen[i] {
			return "short"
		}
		return ""
	}
	distance := n.obj.Labels[string(target)] - (l.Off + shortJump)
	if distance > 0 { // the jump itself is shorter, too
		distance -= l.Len - shortJump
	}
	if distance == int(int8(distance)) {
		return "near"
	}
	return ""
}

// instOperands are an instruction's operands in Intel order.
func instOperands(inst x64.Inst) []token {
	var tokens []token
	if inst.Dst != nil {
		tokens = operand(inst, inst.Dst, inst.Src)
	}
	if inst.Src != nil {
		tokens = append(tokens, token{plain, ", "})
		tokens = append(tokens, operand(inst, inst.Src, inst.Dst)...)
	}
	return tokens
}

// operand is one operand; other is the one beside it.
func operand(inst x64.Inst, o, other x64.Operand) []token {
	switch o := o.(type) {
	case x64.Reg:
		return []token{{register, o.String()}}
	case x64.Imm:
		return []token{{number, immediate(inst, o)}}
	case x64.Target:
		return []token{{label, symbol(string(o))}}
	case x64.Mem:
		return memory(o, fixesSize(inst.Op, o, other))
	}
	panic("BUG: an operand of an unknown type")
}

// immediate writes a number as x64 does, but without a sign where all 64 bits count.
func immediate(inst x64.Inst, v x64.Imm) string {
	if r, ok := inst.Dst.(x64.Reg); ok && inst.Op == x64.MOV && r.Width() == 8 && int64(v) != int64(int32(v)) {
		return hex(uint64(v))
	}
	return v.String()
}

var sizeKeywords = map[uint8]string{1: "byte", 2: "word", 4: "dword", 8: "qword", 16: "oword"}

// fixesSize says whether the other operand tells NASM how wide the access is: a
// register of that width, unless it is a shift's count.
func fixesSize(op x64.Op, m x64.Mem, other x64.Operand) bool {
	switch op {
	case x64.SHL, x64.SHR, x64.SAR, x64.ROL, x64.ROR:
		return false
	}
	r, ok := other.(x64.Reg)
	return ok && r.Width() == m.Width
}

func memory(m x64.Mem, sized bool) []token {
	var tokens []token
	if size, ok := sizeKeywords[m.Width]; ok && !sized {
		tokens = append(tokens, token{directive, size}, token{plain, " "})
	}
	tokens = append(tokens, token{plain, "["})
	tokens = append(tokens, address(m)...)
	return append(tokens, token{plain, "]"})
}

func address(m x64.Mem) []token {
	var tokens []token
	if m.Sym != "" {
		tokens = append(tokens, token{directive, "rel"}, token{plain, " "}, token{label, symbol(m.Sym)})
	} else {
		tokens = append(tokens, token{register, m.Base.String()})
	}
	if m.Index != x64.NoReg {
		tokens = append(tokens, token{plain, " + "}, token{register, m.Index.String()})
		if m.Scale > 1 {
			tokens = append(tokens, token{plain, "*"}, token{number, x64.Imm(m.Scale).String()})
		}
	}
	switch {
	case m.Disp > 0:
		tokens = append(tokens, token{plain, " + "}, token{number, x64.Imm(m.Disp).String()})
	case m.Disp < 0:
		tokens = append(tokens, token{plain, " - "}, token{number, x64.Imm(-int64(m.Disp)).String()})
	}
	return tokens
}
