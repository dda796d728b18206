package cert

import (
	"encoding/binary"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// maxStack bounds the stack in bytes: far below RLIMIT_STACK's usual 8 MiB.
const maxStack = 1 << 20

// maxFrames bounds the depth of calls and pushes.
const maxFrames = 32

// load is the number of width bytes at an address.
func (s *State) load(addr linear.Sum, width uint8) linear.Sum {
	if off, ok := s.relative(addr, ImageBase); ok {
		return s.loadData(off, width)
	}
	if is, ok := s.environment(addr, width); ok {
		return is
	}
	off, ok := s.offset(addr)
	if !ok {
		s.refuse(rules.Reads, "%v is neither on the stack nor in the data", addr)
	}
	end := s.plusConst(off, int64(width))
	if !s.isEntry(off, width) {
		s.demandWritten(off, end)
	}
	if off.IsConst() {
		return s.cell(off.C, width)
	}
	is := s.anything(width, max(s.made(off), s.marked(off, end)))
	s.loads = append(s.loads, loaded{is: is.Terms[0].Var, at: off, width: width, and: ^uint64(0)})
	return is
}

// cell is the number of width bytes at a fixed place of the stack.
func (s *State) cell(off int64, width uint8) linear.Sum {
	for _, c := range s.cells {
		if c.Off == off && c.Width >= width {
			return s.cut(c.Sum, width)
		}
	}
	for _, t := range s.texts {
		if at := off - t.At.C; t.At.IsConst() && width <= 8 && at >= 0 && at+int64(width) <= int64(len(t.Bytes)) {
			var n [8]byte
			copy(n[:], t.Bytes[at:at+int64(width)])
			return linear.Const(int64(binary.LittleEndian.Uint64(n[:])))
		}
	}
	is := s.anything(width, s.marked(linear.Const(off), linear.Const(off+int64(width))))
	if width <= 8 {
		s.cells = append(s.cells, Cell{off, width, is})
	}
	return is
}

// loadData is load for the file's data, at an address of the file.
func (s *State) loadData(addr linear.Sum, width uint8) linear.Sum {
	if addr.IsConst() {
		n, ok := s.check.number(addr.C, width)
		if !ok {
			s.refuse(rules.Reads, "%#x is not in the data", addr.C)
		}
		return linear.Const(int64(n))
	}
	if c, factors, ok := s.choose(addr); ok && width <= 8 {
		a, ok := s.column(c, s.made(addr), func(row []int64) (int64, bool) {
			at, fits := sumOfRow(factors, row, addr.C)
			n, is := s.check.number(at, width)
			return int64(n), fits && is && n < 1<<62
		})
		if ok {
			return a
		}
	}
	s.demandData(addr, s.plusConst(addr, int64(width)))
	return s.anything(width, s.made(addr))
}

// demandData demands that the bytes from lo to hi are in the data.
func (s *State) demandData(lo, hi linear.Sum) {
	from, to := s.check.dataAddr, s.check.dataAddr+int64(len(s.check.data))
	if s.least(lo) < from || s.most(hi) > to {
		s.refuse(rules.Reads, "the bytes from %v to %v are not known to be in the data", lo, hi)
	}
}

// demandWritten demands that the bytes of the stack from lo to hi were written.
func (s *State) demandWritten(lo, hi linear.Sum) {
	if !s.IsWritten(lo, hi) {
		s.refuse(rules.Reads, "the bytes of the stack from %v to %v are not known to be written", lo, hi)
	}
}

// IsWritten says that they are known to be; of no bytes there is nothing to know.
func (s *State) IsWritten(lo, hi linear.Sum) bool {
	a, b := s.rangeOf(lo), s.rangeOf(hi)
	if linear.Equal(lo, hi) {
		return true
	}
	for _, w := range s.bytes {
		if a.Lo >= s.rangeOf(w.Lo).Hi && b.Hi <= s.rangeOf(w.Hi).Lo && a.Lo != -linear.NoBound && b.Hi != linear.NoBound {
			return true
		}
	}
	_, ok := s.around(lo, hi)
	return ok
}

// around is a range of bytes that were written in which those from lo to hi lie, as the certificate says.
func (s *State) around(lo, hi linear.Sum) (w Range, ok bool) {
	i, ok := s.check.guide.Bytes(s, lo, hi)
	if !ok || i < 0 || i >= len(s.bytes) {
		return w, false
	}
	w = s.bytes[i]
	return w, s.atMost(w.Lo, lo) && s.atMost(hi, w.Hi)
}

// marked is what bytes from lo to hi may tell of.
func (s *State) marked(lo, hi linear.Sum) (made Trace) {
	for _, m := range s.marks {
		if m.Made > made && !s.atMost(hi, linear.Const(m.Lo)) && !s.atMost(linear.Const(m.Hi), lo) {
			made = m.Made
		}
	}
	return made
}

// storeBytes stores width bytes at what may be no fixed place: a number, or anything.
func (s *State) storeBytes(addr linear.Sum, width int64, a *linear.Sum, made Trace) {
	off, at := s.puts(addr, linear.Const(width), a)
	s.mark(at, made)
	s.wrote(off, s.plusConst(off, width))
}

// store puts a sum modulo 1<<(8*width) at an address.
func (s *State) store(addr linear.Sum, width uint8, a linear.Sum) {
	if off, ok := s.offset(addr); !ok || !off.IsConst() {
		s.storeBytes(addr, int64(width), &a, s.made(a))
		return
	}
	off, at := s.puts(addr, linear.Const(int64(width)), &a)
	s.marks = unmark(s.marks, at, Address)
	s.mark(at, s.made(a))
	s.cells = append(s.cells, Cell{off.C, width, s.cut(a, width)})
	s.wrote(off, s.plusConst(off, int64(width)))
}

// clobber demands that the bytes from addr on, as many as n says, may be written: they are in
// the frame, and no return address or saved register. What was known of their content is
// forgotten. It gives their offset, and where they can be at the most.
func (s *State) clobber(addr, n linear.Sum) (off linear.Sum, at Span) { return s.puts(addr, n, nil) }

// puts is clobber where a number is stored, or nil for anything.
func (s *State) puts(addr, n linear.Sum, a *linear.Sum) (off linear.Sum, at Span) {
	off, ok := s.offset(addr)
	if !ok {
		s.refuse(rules.Writes, "%v is no place on the stack", addr)
	}
	top, ok := s.offset(s.regs[x86.RSP])
	at = Span{s.least(off), s.most(s.plus(off, n, 1))}
	switch {
	case s.made(off) != Nothing:
		s.refuse(rules.Writes, "where is written is made of an address")
	case !ok || !top.IsConst():
		s.refuse(rules.Writes, "the stack pointer is not known")
	case at.Lo < top.C || at.Hi > 0:
		s.refuse(rules.Writes, "the bytes of the stack from %d to %d are not all in the frame, from %d to 0", at.Lo, at.Hi, top.C)
	}
	for _, f := range s.frames {
		s.demand(!at.meets(Span{f.Off, f.Off + 8}), rules.Writes, "a return address or saved register may be written")
	}
	s.cells = slices.DeleteFunc(s.cells, func(c Cell) bool { return c.span().meets(at) })
	s.first, s.waits = subtract(s.first, at), subtract(s.waits, at)
	s.loseEvents(at)
	if at.meets(s.peer) {
		s.peer = Span{}
	}
	s.demandEntries(off, n, at, a)
	s.overwritten(off, n)
	return off, at
}

// wrote notes that the bytes of the stack from lo to hi are written. One range with fixed ends
// takes in what overlaps or touches it, and what begins where another ends, or in it, goes on with it.
func (s *State) wrote(lo, hi linear.Sum) {
	if i := slices.IndexFunc(s.bytes, func(w Range) bool { return linear.Equal(w.Hi, lo) }); i < 0 && !lo.IsConst() {
		if w, ok := s.around(lo, lo); ok {
			lo = w.Lo
		}
	}
	for i, w := range s.bytes {
		if linear.Equal(w.Hi, lo) {
			lo = w.Lo
			if !w.Lo.IsConst() || !w.Hi.IsConst() { // else it may be a variable on its own
				s.bytes = slices.Delete(s.bytes, i, i+1)
			}
			break
		}
	}
	if lo.IsConst() && hi.IsConst() {
		rest := s.bytes[:0]
		for _, w := range s.bytes {
			if w.Lo.IsConst() && w.Hi.IsConst() && w.Lo.C <= hi.C && lo.C <= w.Hi.C {
				lo, hi = linear.Const(min(lo.C, w.Lo.C)), linear.Const(max(hi.C, w.Hi.C))
			} else {
				rest = append(rest, w)
			}
		}
		s.bytes = rest
	}
	s.bytes = append(s.bytes, Range{lo, hi})
}

// mark notes that bytes may tell of something, of which some may be what they were.
func (s *State) mark(at Span, made Trace) {
	if made != Nothing {
		s.marks = append(unmark(s.marks, at, made), Mark{at, made})
	}
}

// unmark are the marks of bytes that are not in a span, and those of more than most.
func unmark(list []Mark, w Span, most Trace) (out []Mark) {
	for _, m := range list {
		if m.Made > most || !m.meets(w) {
			out = append(out, m)
			continue
		}
		for _, x := range subtract([]Span{m.Span}, w) {
			out = append(out, Mark{x, m.Made})
		}
	}
	return out
}

// subtract are the bytes of a list that are not in one span.
func subtract(list []Span, w Span) []Span {
	var out []Span
	for _, x := range list {
		if x.Lo < min(x.Hi, w.Lo) {
			out = append(out, Span{x.Lo, min(x.Hi, w.Lo)})
		}
		if max(x.Lo, w.Hi) < x.Hi {
			out = append(out, Span{max(x.Lo, w.Hi), x.Hi})
		}
	}
	return out
}

// push is a push of a register, or with to a call.
func (s *State) push(a linear.Sum, to uint64) {
	s.demand(len(s.frames) < maxFrames, rules.Bounds, "calls and pushes are too deep")
	top := s.plusConst(s.regs[x86.RSP], -8)
	s.moveStack(top)
	s.regs[x86.RSP] = top
	s.store(top, 8, a)
	off, _ := s.offset(top)
	s.frames = append(s.frames, Frame{off.C, to})
}

// pop takes back what was pushed, at a return its address.
func (s *State) pop(ret uint64) linear.Sum {
	top, ok := s.offset(s.regs[x86.RSP])
	n := len(s.frames) - 1
	s.demand(ok && n >= 0 && top.Is(s.frames[n].Off) && (s.frames[n].To != 0) == (ret != 0), rules.Decode, "rsp is not where the last push or call left it")
	a := s.cell(top.C, 8) // push wrote it, and nothing else may
	s.frames = s.frames[:n]
	up := s.plusConst(s.regs[x86.RSP], 8)
	s.moveStack(up)
	s.regs[x86.RSP] = up
	return a
}

// moveStack is a new stack pointer: a fixed place, below which nothing is known.
func (s *State) moveStack(a linear.Sum) {
	off, ok := s.offset(a)
	s.demand(ok && off.IsConst() && -maxStack <= off.C && off.C <= 0, rules.Bounds, "the stack pointer is moved to no fixed place in the stack")
	if n := len(s.frames) - 1; n >= 0 && off.C > s.frames[n].Off { // nobody returns then, and nothing is restored
		s.demand(off.C >= s.frames[0].Off+8, rules.Writes, "the stack pointer is moved over a return address or saved register, and not over all")
		s.frames = nil
	}
	p := s.check.proof
	s.demand(s.phase.Booting() || off.C <= p.Ages.Lo && off.C <= p.Counts.Lo, rules.Writes, "the stack pointer is moved over what is remembered of clients")
	s.check.figures.Stack = max(s.check.figures.Stack, -off.C)
	s.cells = slices.DeleteFunc(s.cells, func(c Cell) bool { return c.Off < off.C })
	for i := range s.bytes {
		if w := &s.bytes[i]; w.Lo.IsConst() && w.Hi.IsConst() && w.Hi.C > off.C {
			w.Lo.C = max(w.Lo.C, off.C)
		}
	}
	s.bytes = slices.DeleteFunc(s.bytes, func(w Range) bool {
		_, above := s.begins(w)
		return !above && s.rangeOf(w.Lo).Lo < off.C
	})
	s.texts = slices.DeleteFunc(s.texts, func(t Text) bool { return s.rangeOf(t.At).Lo < off.C })
	s.loads = slices.DeleteFunc(s.loads, func(l loaded) bool { return s.rangeOf(l.at).Lo < off.C })
	s.marks = unmark(s.marks, Span{-linear.NoBound, off.C}, Address)
	s.loseGiven(Span{-linear.NoBound, off.C})
	s.loseEvents(Span{-linear.NoBound, off.C})
	if s.input != nil && s.rangeOf(s.input.at).Lo < off.C {
		s.input = nil
	}
	if s.peer.Lo < off.C {
		s.peer = Span{}
	}
}
