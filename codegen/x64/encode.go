package x64

import (
	"errors"
	"fmt"

	"github.com/twitchyliquid64/golang-asm/obj"
	"github.com/twitchyliquid64/golang-asm/obj/x86"
)

// A chain is a program as golang-asm's list of Progs, made for one assembly.
type chain struct {
	ctxt   *obj.Link
	progs  []obj.Prog
	starts []int          // for each item, the index of its first Prog
	labels map[string]int // the index of its Prog
	syms   map[string]*obj.LSym
	long   map[int]bool // items: jumps that are written in their long form
	sym    *obj.LSym    // the result
}

// encodeOnce assembles a checked program.
func encodeOnce(p *Program, chosen []*form, long map[int]bool) (*chain, error) {
	c := newChain(p, chosen, long)
	for i, item := range p.Items {
		if inst, ok := item.(Inst); ok {
			c.fill(i, inst, chosen[i])
		}
	}
	for i := 1; i < len(c.progs); i++ {
		c.progs[i-1].Link = &c.progs[i]
	}
	if len(c.progs) == 0 {
		c.sym = &obj.LSym{}
		return c, nil
	}
	var err error
	c.sym, err = run(c.ctxt, &c.progs[0])
	return c, c.blame(p, err)
}

// newChain makes empty Progs, as jumps point at them: one for each item, one more for
// a prefix and for a long jump. Labels and sections stay empty.
func newChain(p *Program, chosen []*form, long map[int]bool) *chain {
	c := &chain{
		ctxt:   newContext(),
		starts: make([]int, len(p.Items)),
		labels: make(map[string]int),
		syms:   make(map[string]*obj.LSym),
		long:   long,
	}
	n := 0
	for i, item := range p.Items {
		c.starts[i] = n
		if l, ok := item.(Label); ok {
			c.labels[l.Name] = n
		}
		n++
		if long[i] || chosen[i] != nil && chosen[i].slots == prefix {
			n++
		}
	}
	c.progs = make([]obj.Prog, n)
	for i := range c.progs {
		c.progs[i] = obj.Prog{Ctxt: c.ctxt, As: obj.ANOP}
	}
	return c
}

// fill makes the Progs of an instruction by the slots of its form.
func (c *chain) fill(i int, inst Inst, f *form) {
	p := &c.progs[c.starts[i]]
	p.As = f.as
	switch f.slots {
	case dstTo:
		p.To, p.From = c.addr(inst.Dst, f.dst), c.addr(inst.Src, f.src)
	case dstFrom:
		p.From, p.To = c.addr(inst.Dst, f.dst), c.addr(inst.Src, f.src)
	case branch:
		if c.long[i] {
			c.fillLong(i, inst.Op)
			return
		}
		p.To.Type = obj.TYPE_BRANCH
		p.To.SetTarget(&c.progs[c.labels[string(inst.Dst.(Target))]])
	case call:
		sym := c.symbol(string(inst.Dst.(Target)))
		p.To = obj.Addr{Type: obj.TYPE_BRANCH, Name: obj.NAME_EXTERN, Sym: sym}
	case opcode:
		p.From = constant(0x90)
	case prefix:
		p.As = x86.AREP
		c.progs[c.starts[i]+1].As = f.as
	default:
		panic(fmt.Sprintf("BUG: form %v has unknown slots", f))
	}
}

func constant(v int64) obj.Addr { return obj.Addr{Type: obj.TYPE_CONST, Offset: v} }

// addr is an operand as golang-asm has it.
func (c *chain) addr(o Operand, s shape) obj.Addr {
	switch o := o.(type) {
	case nil:
		return obj.Addr{}
	case Reg:
		return obj.Addr{Type: obj.TYPE_REG, Reg: register(o)}
	case Imm:
		return constant(s.normal(o))
	case Mem:
		return c.memory(o)
	}
	panic(fmt.Sprintf("BUG: operand %T got through the check", o))
}

// register is a register as golang-asm numbers it. It tells only bytes from the other
// general registers: the opcode says 16, 32 or 64.
func register(r Reg) int16 {
	switch r.Width() {
	case 0:
		return x86.REG_NONE
	case 1:
		return x86.REG_AL + int16(r.Number())
	case 16:
		return x86.REG_X0 + int16(r.Number())
	}
	return x86.REG_AX + int16(r.Number())
}

func (c *chain) memory(m Mem) obj.Addr {
	if m.Sym != "" {
		return obj.Addr{Type: obj.TYPE_MEM, Name: obj.NAME_EXTERN, Sym: c.symbol(m.Sym), Offset: int64(m.Disp)}
	}
	return obj.Addr{
		Type: obj.TYPE_MEM, Offset: int64(m.Disp),
		Reg: register(m.Base), Index: register(m.Index), Scale: int16(m.Scale),
	}
}

func (c *chain) symbol(name string) *obj.LSym {
	s := c.syms[name]
	if s == nil {
		s = &obj.LSym{Name: name}
		c.syms[name] = s
	}
	return s
}

// blame puts the place in front of what golang-asm said, where it said which Prog.
func (c *chain) blame(p *Program, err error) error {
	var d diagnosis
	if !errors.As(err, &d) || d.prog == nil {
		return err
	}
	for i, start := range c.starts {
		if &c.progs[start] == d.prog {
			return fmt.Errorf("%s: %v: %w", place(i, p.Items[i]), p.Items[i], err)
		}
	}
	return err
}
