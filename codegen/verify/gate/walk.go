package gate

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// What is known of eax before an instruction: a number, or one of these.
const (
	eaxUnseen  int32 = -2 // no path comes here yet
	eaxUnknown int32 = unknownSyscall
)

// inside marks a byte of text that belongs to an instruction but does not start it.
const inside = 0xff

// nowhere is what the entry, and what was not reached, is come from.
const nowhere = -1

// code is the text on its way through a forward dataflow analysis: eax as a constant
// over the control-flow graph. Facts only weaken, from unseen to a constant to
// unknown, so each instruction is visited three times at most.
type code struct {
	base uint64
	text []byte
	size []uint8      // by offset: the length of the instruction there, 0, or inside
	eax  []int32      // by offset: eax before it
	via  []int32      // by offset: where the first path to it comes from, or nowhere
	todo []int        // offsets to visit
	call map[int]bool // offsets of syscall instructions
}

func newCode(base uint64, text []byte) *code {
	c := &code{
		base: base, text: text,
		size: make([]uint8, len(text)), eax: make([]int32, len(text)), via: make([]int32, len(text)),
		call: map[int]bool{},
	}
	for i := range text {
		c.eax[i], c.via[i] = eaxUnseen, nowhere
	}
	return c
}

// walk visits everything that is reachable from entry until no fact changes.
func (c *code) walk(entry uint64) error {
	// The kernel clears the registers at exec, but the psABI does not promise it.
	if err := c.flowTo(entry, entry, eaxUnknown); err != nil {
		return err
	}
	for len(c.todo) > 0 {
		off := c.todo[len(c.todo)-1]
		c.todo = c.todo[:len(c.todo)-1]
		if err := c.visit(off); err != nil {
			return err
		}
	}
	return nil
}

// visit carries the fact at off over its instruction to every successor.
func (c *code) visit(off int) error {
	in, err := c.decode(off)
	if err != nil {
		return err
	}
	addr := c.base + uint64(off)
	if handler, ok := taken(&in); ok && c.holds(handler) {
		if err := c.flowTo(addr, handler, eaxUnknown); err != nil {
			return err
		}
	}
	next := in.Next()
	eax := after(&in, c.eax[off])
	switch flowOf(&in) {
	case flowReturn, flowStop:
		return nil
	case flowJump:
		return c.flowTo(addr, in.Target, eax)
	case flowBranch:
		if err := c.flowTo(addr, in.Target, eax); err != nil {
			return err
		}
		return c.flowTo(addr, next, eax)
	case flowCall:
		if err := c.flowTo(addr, in.Target, eax); err != nil {
			return err
		}
		return c.flowTo(addr, next, eaxUnknown)
	case flowSyscall:
		c.call[off] = true
		if n := c.eax[off]; n == sysExit || n == sysExitGroup {
			return nil
		}
		return c.flowTo(addr, next, eaxUnknown)
	}
	return c.flowTo(addr, next, eax)
}

// flowTo merges the fact eax, which comes from the instruction at from, into the one
// at to, and notes to for a visit if that changed it.
func (c *code) flowTo(from, to uint64, eax int32) error {
	if !c.holds(to) {
		return c.fail(rules.Decode, from, "execution goes to %#x, outside the text [%#x, %#x)", to, c.base, c.base+uint64(len(c.text)))
	}
	off := int(to - c.base)
	switch old := c.eax[off]; {
	case old == eax || old == eaxUnknown:
		return nil
	case old == eaxUnseen:
		c.eax[off] = eax
		if from != to {
			c.via[off] = int32(from - c.base)
		}
	default:
		c.eax[off] = eaxUnknown
	}
	c.todo = append(c.todo, off)
	return nil
}

// decode decodes the instruction at off and claims its bytes.
func (c *code) decode(off int) (isa.Inst, error) {
	addr := c.base + uint64(off)
	in, err := isa.Decode(c.text[off:], addr)
	if err != nil {
		return in, c.fail(rules.Decode, addr, "%s", WithoutPlace(err.Error(), addr))
	}
	if c.size[off] == in.Len {
		return in, nil
	}
	for i := range int(in.Len) {
		if c.size[off+i] != 0 {
			return in, c.fail(rules.Decode, addr, "%s overlaps another reachable instruction, at the byte %#x", in, addr+uint64(i))
		}
		c.size[off+i] = inside
	}
	c.size[off] = in.Len
	return in, nil
}

// holds reports whether addr is in the text.
func (c *code) holds(addr uint64) bool {
	return addr >= c.base && addr-c.base < uint64(len(c.text))
}

// syscalls enforces rules.Syscalls on what walk has found.
func (c *code) syscalls(promised Set) ([]Syscall, error) {
	sites := map[int][]uint64{}
	for _, off := range slices.Sorted(maps.Keys(c.call)) {
		number, addr := int(c.eax[off]), c.base+uint64(off)
		if number == unknownSyscall {
			return nil, c.fail(rules.Syscalls, addr, "eax is not one known constant at this syscall")
		}
		if !promised.has(number) {
			return nil, c.fail(rules.Syscalls, addr, "%s is not among the promised system calls", SyscallName(number))
		}
		sites[number] = append(sites[number], addr)
	}
	return collect(sites), nil
}
