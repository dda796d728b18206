// Package asmtext assembles programs that tests have as text, as those of testdata/verify.
package asmtext

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/x64"
)

// Assemble makes an image of a program as text: NASM's syntax as x64 writes it, with
// labels on lines of their own in .text and before db, dw, dd and dq in .data.
func Assemble(source []string, note *elf64.Note) (*elf64.Image, error) {
	p := &x64.Program{}
	inData := false
	for _, line := range source {
		var err error
		switch {
		case strings.HasPrefix(line, "section "):
			inData = line == "section .data"
		case inData:
			err = addData(p, line)
		default:
			err = addText(p, line)
		}
		if err != nil {
			return nil, fmt.Errorf("%q: %w", line, err)
		}
	}
	object, err := x64.Assemble(p)
	if err != nil {
		return nil, err
	}
	return elf64.Link(object, elf64.Options{Note: note})
}

// Lines gives the lines of a program without comments, with single blanks.
func Lines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, ";")
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func addText(p *x64.Program, line string) error {
	if name, ok := strings.CutSuffix(line, ":"); ok {
		p.Items = append(p.Items, x64.Label{Name: name})
		return nil
	}
	inst, err := parseInst(line)
	p.Items = append(p.Items, inst)
	return err
}

// dataSizes are the sizes in bytes of what the directives define.
var dataSizes = map[string]int{"db": 1, "dw": 2, "dd": 4, "dq": 8}

func addData(p *x64.Program, line string) error {
	name, rest, ok := strings.Cut(line, ": ")
	directive, values, _ := strings.Cut(rest, " ")
	size := dataSizes[directive]
	if !ok || size == 0 {
		return fmt.Errorf("not a label and db, dw, dd or dq")
	}
	var b []byte
	for _, v := range strings.Split(values, ", ") {
		if text, err := strconv.Unquote(v); err == nil {
			b = append(b, text...)
			continue
		}
		n, err := strconv.ParseUint(v, 0, 8*size)
		if err != nil {
			return err
		}
		b = append(b, binary.LittleEndian.AppendUint64(nil, n)[:size]...)
	}
	p.Data = append(p.Data, x64.Datum{Label: name, Fields: []x64.Field{x64.Bytes{B: b}}})
	return nil
}

// ops are the operations by name, the first of several with one name.
var ops = func() map[string]x64.Op {
	m := map[string]x64.Op{}
	for op := x64.NoOp + 1; op.String() != "(unknown op)"; op++ {
		m[op.String()] = op
	}
	return m
}()

// parseInst reads an instruction, and makes sure that it read what is meant: the
// instruction must be written as it was read.
func parseInst(s string) (x64.Inst, error) {
	name, rest, _ := strings.Cut(s, " ")
	if name == "rep" {
		name, rest = s, ""
	}
	i := x64.Inst{Op: ops[name]}
	if i.Op == x64.NoOp {
		return i, fmt.Errorf("no operation")
	}
	if rest != "" {
		dst, src, two := strings.Cut(rest, ", ")
		i.Dst = parseOperand(dst)
		if two {
			i.Src = parseOperand(src)
		}
		i.Dst, i.Src = sized(i.Op, i.Dst, i.Src), sized(i.Op, i.Src, i.Dst)
	}
	if got := i.String(); got != s {
		return i, fmt.Errorf("written as %q", got)
	}
	return i, nil
}

// sized gives a memory operand without a size the width of the register beside it;
// lea's has none.
func sized(op x64.Op, o, other x64.Operand) x64.Operand {
	m, ok := o.(x64.Mem)
	if r, isReg := other.(x64.Reg); ok && isReg && m.Width == 0 && op != x64.LEA {
		m.Width = r.Width()
		return m
	}
	return o
}

func parseOperand(s string) x64.Operand {
	for r := x64.RAX; r <= x64.XMM7; r++ {
		if r.String() == s {
			return r
		}
	}
	if size, rest, ok := strings.Cut(s, "["); ok {
		width := slices.Index([]string{"", "byte ", "word ", "", "dword ", "", "", "", "qword "}, size)
		return parseMem(uint8(max(width, 0)), strings.TrimSuffix(rest, "]"))
	}
	if v, err := strconv.ParseInt(s, 0, 64); err == nil {
		return x64.Imm(v)
	}
	return x64.Target(s)
}

func parseMem(width uint8, s string) x64.Mem {
	m := x64.Mem{Width: width}
	for _, term := range strings.Split(strings.ReplaceAll(s, " - ", " + -"), " + ") {
		index, scale, scaled := strings.Cut(term, "*")
		r, isReg := parseOperand(index).(x64.Reg)
		v, err := strconv.ParseInt(term, 0, 32)
		switch {
		case err == nil:
			m.Disp = int32(v)
		case scaled:
			n, _ := strconv.Atoi(scale)
			m.Index, m.Scale = r, uint8(n)
		case isReg && m.Base == x64.NoReg:
			m.Base = r
		case isReg:
			m.Index, m.Scale = r, 1
		default:
			m.Sym = strings.TrimPrefix(term, "rel ")
		}
	}
	return m
}
