package cert

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// The environment: what the kernel puts above the stack pointer at the entry (AMD64 psABI, 3.4.1). There are
// argc, as many pointers, a null pointer, pointers to the environment's strings, a null pointer, and elsewhere
// the strings, each to its NUL. It is read at the boot alone, and of what it tells nothing is left behind that.

// Bounds of what the kernel puts there, in bytes: strings and pointers are at most 6 MiB together (execve(2)),
// beside argc and two null pointers, and addresses of a process have at most 56 bits (Linux, 5-level paging).
const (
	maxEnvironment = 6 << 20
	maxAddress     = 1 << 56
)

// environment is what a load of the environment gives; false where an address is not known to be there.
func (s *State) environment(addr linear.Sum, width uint8) (is linear.Sum, ok bool) {
	off, ok := addr.Plus(linear.Of(StackBase), -1)
	switch {
	case !ok || !s.phase.Booting():
		return is, false
	case width == 8 && off.Is(0):
		return s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: maxEnvironment / 8}, Made: s.traceOfRead(), Result: Argc}), true
	case width == 8 && s.ResultOf(off) == Element:
		s.know(s.plusConst(off, -maxEnvironment-16)) // what is impossible goes nowhere behind the next branch
		is = s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: maxAddress}, Made: Address, Result: String})
	case width == 1:
		k, ok := s.inString(addr, linear.Const(1))
		if !ok {
			return is, false
		}
		is = s.anything(1, max(s.made(k), s.traceOfRead()))
	default:
		return is, false
	}
	s.loads = append(s.loads, loaded{is: is.Terms[0].Var, at: off, width: width, and: ^uint64(0)})
	return is, true
}

// traceOfRead is what the instruction reads of the environment tells of: a secret, unless clients may get it, or nothing is left of it.
func (s *State) traceOfRead() Trace {
	if p := s.check.proof; p.Kept == (Span{}) || slices.Contains(p.Shown, s.pc) {
		return Nothing
	}
	return Secret
}

// isElement: a place, from StackBase on, has a pointer of the environment, or the null that ends these: the
// first one, behind argc pointers, or the one behind a pointer that is not null.
func (s *State) isElement(off linear.Sum) bool {
	if len(off.Terms) != 1 {
		return false
	}
	t := off.Terms[0]
	switch s.vars[t.Var].Result {
	case Argc:
		return t.Coef == 8 && off.C == 16
	case Element:
		for _, l := range s.loads {
			if v, ok := plain(l.at); t.Coef == 1 && off.C == 8 && ok && v == t.Var && l.width == 8 && l.isWhole() && s.vars[l.is].Lo > 0 {
				return true
			}
		}
	}
	return false
}

// isWhole says that the variable is what stands there, not made of it.
func (l *loaded) isWhole() bool { return l.and == ^uint64(0) && l.xor == 0 }

// ofString: it is a byte of a string of the environment, where nothing is stored. What stands in the frame is at no place with StackBase.
func (l *loaded) ofString() bool { return l.at.Coef(StackBase) != 0 }

// begins is the pointer to the string of which a range says that bytes may be read.
func (s *State) begins(w Range) (linear.Var, bool) {
	p, ok := w.Lo.Plus(linear.Of(StackBase), 1)
	v, isVar := plain(p)
	return v, ok && isVar && s.vars[v].Result == String
}

// inString: n bytes from addr on are of a string, as far as that is known; k is how far from its pointer.
func (s *State) inString(addr, n linear.Sum) (k linear.Sum, ok bool) {
	for _, w := range s.bytes {
		v, is := s.begins(w)
		if is && addr.Coef(v) == 1 && s.phase.Booting() {
			off := s.plus(addr, linear.Of(StackBase), -1)
			return s.plus(addr, linear.Of(v), -1), s.atMost(w.Lo, off) && s.atMost(s.plus(off, n, 1), w.Hi)
		}
	}
	return k, false
}

// strings notes what may be read: the first byte at a pointer that is not null, and the one behind a byte that
// is not NUL. All bytes of such a range but the last one are known to be none.
func (s *State) strings() {
	for v := range s.vars {
		if s.vars[v].Result != String || s.vars[v].Lo <= 0 {
			continue
		}
		lo, _ := linear.Of(linear.Var(v)).Plus(linear.Of(StackBase), -1)
		if !slices.ContainsFunc(s.bytes, func(w Range) bool { return linear.Equal(w.Lo, lo) }) {
			s.bytes = append(s.bytes, Range{lo, s.plusConst(lo, 1)})
		}
	}
	for i := range s.bytes {
		w := &s.bytes[i]
		if _, ok := s.begins(*w); !ok {
			continue
		}
		for _, l := range s.loads {
			next := s.plusConst(l.at, 1)
			if l.width == 1 && l.isWhole() && s.vars[l.is].Hi < 256 && linear.Equal(w.Hi, next) && s.atMost(linear.Const(1), linear.Of(l.is)) {
				w.Hi = s.plusConst(next, 1)
				break
			}
		}
	}
}

// forgetEnvironment leaves, where the boot is done, of all that may tell of the environment nothing but what
// is a constant, an address of the stack or of the image, or the listener: these were not made of it. Other bytes are left where the
// certificate says, and tell of what they told of.
func (s *State) forgetEnvironment() {
	for r := range s.regs {
		if !s.isClean(s.regs[r]) {
			s.regs[r] = s.anything(8, Address)
		}
	}
	for i := range s.vecs {
		if !s.vecs[i].Known {
			s.vecs[i] = vector{made: Address}
		}
	}
	for _, f := range s.frames { // a pop reads what was pushed, whatever is known to be written
		if f.To == 0 {
			s.mark(Span{f.Off, f.Off + 8}, Address)
		}
	}
	s.first = fixed(s.bytes)
	rest := s.first
	for _, c := range s.cells {
		if s.isClean(c.Sum) {
			rest = subtract(rest, c.span())
		}
	}
	s.cells = slices.DeleteFunc(s.cells, func(c Cell) bool { return !s.isClean(c.Sum) })
	for _, t := range s.texts {
		if t.At.IsConst() {
			rest = subtract(rest, Span{t.At.C, t.At.C + int64(len(t.Bytes))})
		}
	}
	for _, w := range subtract(rest, s.check.proof.Kept) {
		s.first = subtract(s.first, w)
	}
}

func (s *State) isClean(a linear.Sum) bool {
	for _, t := range a.Terms {
		if t.Var >= FirstVar && !slices.Contains([]Result{Listener, Poller, Signals}, s.vars[t.Var].Result) {
			return false
		}
	}
	return true
}
