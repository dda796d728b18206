package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// near is how many instructions are shown before and behind the one at fault.
const near = 3

// maxPath bounds the branches of a path; the last ones are kept.
const maxPath = 24

// Line is an instruction of the text.
type Line struct {
	Addr  uint64
	Bytes []byte
	Text  string // NASM's syntax
}

// fail makes an Error about the instruction at addr, with a way there that the walk
// found.
func (c *code) fail(rule rules.Rule, addr uint64, format string, args ...any) *Error {
	e := fail(rule, addr, format, args...)
	e.Code, e.Path = c.around(addr), c.way(addr)
	return e
}

// Refused is an Error about the instruction at addr of a server that has passed the gate.
func (s *Server) Refused(rule rules.Rule, addr uint64, msg string) *Error {
	return &Error{Rule: rule, Addr: addr, Msg: msg, Code: s.code.around(addr), Path: s.code.way(addr)}
}

// Around gives the instruction at addr with its neighbours; nothing where addr is outside the text.
func (s *Server) Around(addr uint64) []Line { return s.code.around(addr) }

// Line is the instruction at an address of the text.
func (s *Server) Line(addr uint64) Line {
	line, _ := s.code.line(int(addr - s.code.base))
	return line
}

// Instruction says why there is no instruction at addr that can be reached, or nil.
func (s *Server) Instruction(addr uint64) error { return s.code.instruction(addr) }

// around gives the instruction at addr with its neighbours: before it those that the
// walk reached, behind it as the bytes read; nothing where addr is outside the text.
func (c *code) around(addr uint64) []Line {
	if !c.holds(addr) {
		return nil
	}
	off := int(addr - c.base)
	lines := c.before(off)
	for range near + 1 {
		line, n := c.line(off)
		lines = append(lines, line)
		if off += n; n == 0 || off >= len(c.text) {
			break
		}
	}
	return lines
}

// before gives up to near instructions that end at off, each where the next begins.
func (c *code) before(off int) []Line {
	var lines []Line
	for len(lines) < near && off > 0 {
		start := off - 1
		for start > 0 && c.size[start] == inside {
			start--
		}
		if start+int(c.size[start]) != off {
			break
		}
		line, _ := c.line(start)
		lines = append(lines, line)
		off = start
	}
	slices.Reverse(lines)
	return lines
}

// line decodes the instruction at off, and gives its length, 0 where there is none.
func (c *code) line(off int) (Line, int) {
	addr := c.base + uint64(off)
	in, err := isa.Decode(c.text[off:], addr)
	if err != nil {
		b := c.text[off:min(off+8, len(c.text))]
		return Line{addr, b, fmt.Sprintf("no instruction of a server: bytes % x", b)}, 0
	}
	n := int(in.Len)
	return Line{addr, c.text[off : off+n], in.String()}, n
}

// way is how the walk first came to addr: the last maxPath branches since the entry.
func (c *code) way(addr uint64) []Branch {
	if !c.holds(addr) {
		return nil
	}
	var path []Branch
	for off := int(addr - c.base); c.via[off] != nowhere && len(path) < maxPath; off = int(c.via[off]) {
		if step, branches := c.step(int(c.via[off]), off); branches {
			path = append(path, step)
		}
	}
	slices.Reverse(path)
	return path
}

// step is the way from one instruction to the next, by offsets, and whether it
// branches there.
func (c *code) step(from, to int) (step Branch, branches bool) {
	in, err := isa.Decode(c.text[from:], c.base+uint64(from))
	if err != nil {
		panic("BUG: a way leads over what is no instruction")
	}
	line, n := c.line(from)
	flow := flowOf(&in)
	return Branch{line.Addr, c.base + uint64(to), line.Text}, from+n != to || flow != flowNext && flow != flowSyscall
}

// instruction says why there is no instruction at addr that can be reached, or nil.
func (c *code) instruction(addr uint64) error {
	if !c.holds(addr) {
		return fmt.Errorf("%#x is outside the text [%#x, %#x)", addr, c.base, c.base+uint64(len(c.text)))
	}
	off := int(addr - c.base)
	switch c.size[off] {
	case 0:
		return fmt.Errorf("no path leads to %#x", addr)
	case inside:
		start := off
		for c.size[start] == inside {
			start--
		}
		return fmt.Errorf("%#x is inside the instruction at %#x", addr, c.base+uint64(start))
	}
	return nil
}

// WithoutPlace is a message without the address, which a decoder's has too.
func WithoutPlace(msg string, addr uint64) string {
	return strings.TrimPrefix(msg, fmt.Sprintf("at %#x: ", addr))
}
