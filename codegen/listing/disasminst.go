package listing

import (
	"fmt"
	"strings"

	"golang.org/x/arch/x86/x86asm"

	"github.com/verbosel/verbosel/codegen/x64"
)

// instruction is a decoded instruction's mnemonic and operands as NASM would have
// them.
func (d *disassembly) instruction(i *decoded) (token, []token) {
	op := token{mnemonic, prefixes(i.Inst) + strings.ToLower(i.Op.String())}
	var operands []token
	for _, arg := range i.Args {
		if arg == nil {
			break
		}
		if len(operands) > 0 {
			operands = append(operands, token{plain, ", "})
		}
		operands = append(operands, d.arg(i, arg)...)
	}
	if stringOps[i.Op] { // their operands say nothing
		operands = nil
	}
	return op, operands
}

var stringOps = opSet(
	x86asm.MOVSB, x86asm.MOVSW, x86asm.MOVSD, x86asm.MOVSQ, x86asm.STOSB, x86asm.STOSW, x86asm.STOSD, x86asm.STOSQ,
	x86asm.LODSB, x86asm.LODSW, x86asm.LODSD, x86asm.LODSQ, x86asm.SCASB, x86asm.SCASW, x86asm.SCASD, x86asm.SCASQ,
	x86asm.CMPSB, x86asm.CMPSW, x86asm.CMPSD, x86asm.CMPSQ)

// prefixes are those that are part of what an instruction does.
func prefixes(inst x86asm.Inst) string {
	s := ""
	for _, p := range inst.Prefix {
		if p == 0 {
			break
		}
		if p&(x86asm.PrefixImplicit|x86asm.PrefixIgnored) != 0 {
			continue
		}
		switch p & 0xff {
		case x86asm.PrefixLOCK:
			s += "lock "
		case x86asm.PrefixREP:
			s += "rep "
		case x86asm.PrefixREPN:
			s += "repne "
		}
	}
	return s
}

func (d *disassembly) arg(i *decoded, arg x86asm.Arg) []token {
	switch a := arg.(type) {
	case x86asm.Reg:
		return []token{{register, regName(a)}}
	case x86asm.Imm:
		return []token{{number, x64.Imm(a).String()}}
	case x86asm.Rel:
		to, _ := i.target()
		return []token{d.place(to)}
	case x86asm.Mem:
		return d.memory(i, a)
	}
	return []token{{plain, strings.ToLower(arg.String())}}
}

// place is an address in the code, by name if it has one.
func (d *disassembly) place(addr uint64) token {
	if name, ok := d.names[addr]; ok {
		return token{label, name}
	}
	return token{number, hex(addr)}
}

func (d *disassembly) memory(i *decoded, m x86asm.Mem) []token {
	var tokens []token
	if size, ok := sizeKeywords[uint8(i.MemBytes)]; ok && i.Op != x86asm.LEA && i.MemBytes <= 16 {
		tokens = append(tokens, token{directive, size}, token{plain, " "})
	}
	tokens = append(tokens, token{plain, "["})
	if m.Segment == x86asm.FS || m.Segment == x86asm.GS {
		tokens = append(tokens, token{register, regName(m.Segment)}, token{plain, ":"})
	}
	if m.Base == x86asm.RIP {
		tokens = append(tokens, token{directive, "rel"}, token{plain, " "}, d.place(i.absolute(m)))
		return append(tokens, token{plain, "]"})
	}
	return append(append(tokens, sum(m)...), token{plain, "]"})
}

// sum is base + index*scale + displacement.
func sum(m x86asm.Mem) []token {
	var tokens []token
	plus := func(sign string) {
		if len(tokens) > 0 {
			tokens = append(tokens, token{plain, " " + sign + " "})
		}
	}
	if m.Base != 0 {
		tokens = append(tokens, token{register, regName(m.Base)})
	}
	if m.Index != 0 && m.Scale != 0 {
		plus("+")
		tokens = append(tokens, token{register, regName(m.Index)})
		if m.Scale > 1 {
			tokens = append(tokens, token{plain, "*"}, token{number, fmt.Sprint(m.Scale)})
		}
	}
	switch {
	case len(tokens) == 0:
		tokens = append(tokens, token{number, hex(uint64(m.Disp))})
	case m.Disp > 0:
		plus("+")
		tokens = append(tokens, token{number, x64.Imm(m.Disp).String()})
	case m.Disp < 0:
		plus("-")
		tokens = append(tokens, token{number, x64.Imm(-m.Disp).String()})
	}
	return tokens
}

// regName is a register's name in NASM; x86asm has Plan 9's for some.
func regName(r x86asm.Reg) string {
	switch {
	case x86asm.SPB <= r && r <= x86asm.DIB:
		return strings.ToLower(strings.TrimSuffix(r.String(), "B")) + "l"
	case x86asm.R8L <= r && r <= x86asm.R15L:
		return strings.ToLower(strings.TrimSuffix(r.String(), "L")) + "d"
	case x86asm.X0 <= r && r <= x86asm.X31:
		return fmt.Sprintf("xmm%d", r-x86asm.X0)
	case x86asm.M0 <= r && r <= x86asm.M7:
		return fmt.Sprintf("mm%d", r-x86asm.M0)
	case x86asm.F0 <= r && r <= x86asm.F7:
		return fmt.Sprintf("st%d", r-x86asm.F0)
	}
	return strings.ToLower(r.String())
}
