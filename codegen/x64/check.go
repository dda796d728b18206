package x64

import (
	"errors"
	"fmt"
	"strings"
)

// maxErrors is how many errors of a program are reported in one go: one mistake in a
// helper of the code generator repeats at each of its uses.
const maxErrors = 20

// maxItems bounds a program: an instruction has at most 15 bytes (SDM volume 2, 2.3.11), and the
// assembler's offsets have 31 bits.
const maxItems = 1 << 24

// check finds the form of every instruction and looks for mistakes in labels. The
// result has one element for each item; labels and sections have none.
func check(p *Program) ([]*form, error) {
	if len(p.Items) > maxItems {
		return nil, fmt.Errorf("%d items: a program has at most %d, so that offsets fit 32 bits", len(p.Items), maxItems)
	}
	c := checker{labels: make(map[string]int, len(p.Data)+len(p.Items)/8)}
	c.define(p)
	chosen := make([]*form, len(p.Items))
	for i, item := range p.Items {
		inst, ok := item.(Inst)
		if !ok {
			continue
		}
		f, err := choose(inst)
		if err == nil {
			err = c.target(inst)
		}
		c.add(i, inst, err)
		chosen[i] = f
	}
	return chosen, errors.Join(c.errs...)
}

type checker struct {
	labels map[string]int // item that defines the label; -1 for data
	errs   []error
}

// add collects an error about an item, with its place.
func (c *checker) add(i int, item Item, err error) {
	if err != nil && len(c.errs) < maxErrors {
		c.errs = append(c.errs, fmt.Errorf("%s: %w", place(i, item), err))
	}
}

// define collects the labels. A name stands for one place: a datum's counts too, as a
// memory operand may refer to either.
func (c *checker) define(p *Program) {
	for n, d := range p.Data {
		if _, dup := c.labels[d.Label]; dup && len(c.errs) < maxErrors {
			c.errs = append(c.errs, fmt.Errorf("datum %d: label %s is defined before: rename one", n, d.Label))
		}
		c.labels[d.Label] = -1
	}
	for i, item := range p.Items {
		switch item := item.(type) {
		case Section, Inst:
		case Label:
			c.add(i, item, c.defineLabel(i, item.Name))
		default:
			c.add(i, item, fmt.Errorf("an item is a Section, a Label or an Inst, not %T", item))
		}
	}
}

func (c *checker) defineLabel(i int, name string) error {
	if name == "" {
		return errors.New("label without a name")
	}
	first, dup := c.labels[name]
	c.labels[name] = i
	switch {
	case dup && first < 0:
		return fmt.Errorf("label %s is the name of a datum too: rename one", name)
	case dup:
		return fmt.Errorf("label %s is defined before, by item %d: rename one", name, first)
	}
	return nil
}

// target checks that a jump or a call goes to a label of the text.
func (c *checker) target(inst Inst) error {
	t, ok := inst.Dst.(Target)
	if !ok {
		return nil
	}
	i, defined := c.labels[string(t)]
	switch {
	case !defined:
		return fmt.Errorf("%v: label %q is not defined", inst, string(t))
	case i < 0:
		return fmt.Errorf("%v: %s is data, not a label of the text", inst, t)
	}
	return nil
}

// place names an item for an error: the spec's position if there is one, the item's
// index, its note.
func place(i int, item Item) string {
	s := fmt.Sprintf("item %d", i)
	inst, _ := item.(Inst)
	if inst.Pos != "" {
		s = inst.Pos + ": " + s
	}
	if inst.Note != "" {
		s += " (" + inst.Note + ")"
	}
	return s
}

// choose finds the form of an instruction in the table.
func choose(i Inst) (*form, error) {
	if i.Op == NoOp || i.Op >= numOps {
		return nil, fmt.Errorf("%v is no operation", i.Op)
	}
	var near *form // takes the operands, but not the immediate's value
	for n := range forms[i.Op] {
		f := &forms[i.Op][n]
		if !f.dst.takes(i.Dst) || !f.src.takes(i.Src) {
			continue
		}
		if f.dst.inRange(i.Dst) && f.src.inRange(i.Src) {
			return f, checkOperands(i)
		}
		near = f
	}
	if near != nil {
		return nil, rangeError(i, near)
	}
	return nil, fmt.Errorf("%v: no such form; there is %s", i, formsOf(i.Op))
}

// formsOf lists the forms of an operation: "movzx r32, r8 | movzx r32, m8".
func formsOf(op Op) string {
	var s []string
	for _, f := range forms[op] {
		s = append(s, f.String())
	}
	return strings.Join(s, " | ")
}

// String is the form as manuals write it: "mov r32, imm32".
func (f form) String() string {
	s := f.op.String()
	if f.dst != none {
		s += " " + f.dst.String()
	}
	if f.src != none {
		s += ", " + f.src.String()
	}
	return s
}

func rangeError(i Inst, f *form) error {
	if f.src == imm64 {
		short := Inst{Op: MOV, Dst: i.Dst.(Reg).As(4), Src: i.Src}
		return fmt.Errorf("%v: the value fits 32 bits: write %v, which clears the upper half", i, short)
	}
	s, v := f.src, i.Src
	if s == none {
		s, v = f.dst, i.Dst
	}
	least, most := s.limits()
	return fmt.Errorf("%v: immediate %d is out of range: %v takes %d to %d", i, v, *f, least, most)
}

// checkOperands refuses what the table cannot tell: memory operands that do not
// exist, and the encodings that mean something else.
func checkOperands(i Inst) error {
	for _, o := range []Operand{i.Dst, i.Src} {
		var err error
		switch o := o.(type) {
		case Reg:
			err = checkReg(o)
		case Mem:
			err = checkMem(o)
		}
		if err != nil {
			return fmt.Errorf("%v: %w", i, err)
		}
	}
	if i.Op == XCHG && i.Dst == i.Src {
		return fmt.Errorf("%v: exchanging a register with itself is encoded as nop: leave it out", i)
	}
	return nil
}

func checkReg(r Reg) error {
	if r == SPL {
		return errors.New("spl is not known to the assembler: use rsp or esp")
	}
	return nil
}

// checkMem refuses addresses that do not exist or would be encoded as others.
func checkMem(m Mem) error {
	switch {
	case m.Sym != "" && (m.Base != NoReg || m.Index != NoReg || m.Scale != 0):
		return errors.New("an address relative to rip has no base and no index: lea it first")
	case m.Sym != "":
		return nil
	case m.Base == NoReg:
		return errors.New("an address needs a base register or a symbol: the image has no fixed address")
	case m.Base.Width() != 8 || m.Index != NoReg && m.Index.Width() != 8:
		return errors.New("an address is made of 64-bit registers")
	case m.Index == RSP:
		return errors.New("rsp cannot be an index: exchange base and index")
	case m.Index == NoReg && m.Scale != 0:
		return errors.New("a scale needs an index")
	case m.Index != NoReg && m.Scale != 1 && m.Scale != 2 && m.Scale != 4 && m.Scale != 8:
		return fmt.Errorf("scale %d: an index is scaled by 1, 2, 4 or 8", m.Scale)
	}
	return nil
}
