package cert

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// Text is constant bytes at a place of the stack that need not be fixed.
type Text struct {
	At    linear.Sum // from StackBase
	Bytes []byte
}

// Loaded is a variable whose low Width bytes are those at a place of the stack.
type Loaded struct {
	Is    linear.Var
	At    linear.Sum // from StackBase
	Width uint8      // up to 8
}

// IsLoaded: a sum's low width bytes are known to be those at a place of the stack.
func (s *State) IsLoaded(a, at linear.Sum, width uint8) bool {
	if a.IsConst() {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], uint64(a.C))
		return s.stands(Text{at, b[:width]})
	}
	v, ok := plain(a)
	return ok && slices.ContainsFunc(s.loads, func(l loaded) bool {
		return l.is == v && l.width >= width && l.and == ^uint64(0) && l.xor == 0 && s.same(l.at, at)
	})
}

// loaded is a variable whose low width bytes are those at a place of the stack, and'ed and xor'ed.
type loaded struct {
	is       linear.Var
	at       linear.Sum
	width    uint8
	and, xor uint64 // of the low 8 bytes; -1 and 0 where they are as they stand
	seen     seen   // when it was looked where it does not stand
}

// mixes notes that a sum is another one with a constant, by and, or, xor or test, modulo 1<<(8*width); with what is
// no constant, which of its bits are as they were.
func (s *State) mixes(is linear.Sum, op x86.Op, a, b linear.Sum, width uint8) {
	if a.IsConst() {
		a, b = b, a
	}
	if !b.IsConst() {
		x, y := s.bitsOf(a, width), s.bitsOf(b, width)
		if op == x86.OR || op == x86.XOR {
			x.Ones, y.Ones = x.Zeros, y.Zeros
		}
		s.inherits(is, a, y.Ones)
		s.inherits(is, b, x.Ones)
		return
	}
	v, ok := plain(is)
	of, okOf := plain(a)
	if !ok || !okOf {
		return
	}
	m := uint64(b.C)
	if op == x86.OR || op == x86.XOR {
		s.inherits(is, a, ^m) // the other bits are what they were
	} else {
		s.inherits(is, a, m)
	}
	for _, l := range s.loads {
		if l.is != of {
			continue
		}
		switch op {
		case x86.OR:
			l.and, l.xor = l.and&^m, l.xor|m
		case x86.XOR:
			l.xor ^= m
		default:
			l.and, l.xor = l.and&m, l.xor&m
		}
		l.is, l.width, l.seen = v, min(l.width, width), seen{}
		s.loads = append(s.loads, l)
		return
	}
}

// apart: n bytes at one place and m at another have none in common.
func (s *State) apart(a linear.Sum, n linear.Sum, b linear.Sum, m int64) bool {
	return s.atMost(s.plus(a, n, 1), b) || s.atMost(s.plusConst(b, m), a)
}

// overwritten forgets what stood in n bytes from off on.
func (s *State) overwritten(off, n linear.Sum) {
	var texts []Text
	for _, t := range s.texts {
		switch at := t.At.C; {
		case s.apart(off, n, t.At, int64(len(t.Bytes))):
			texts = append(texts, t)
		case off.IsConst() && n.IsConst() && t.At.IsConst(): // what is in front of these bytes and behind them
			for _, w := range subtract([]Span{{at, at + int64(len(t.Bytes))}}, Span{off.C, off.C + n.C}) {
				texts = append(texts, Text{linear.Const(w.Lo), t.Bytes[w.Lo-at : w.Hi-at]})
			}
		}
	}
	s.texts = texts
	s.loads = slices.DeleteFunc(s.loads, func(l loaded) bool { return !l.ofString() && !s.apart(off, n, l.at, int64(l.width)) })
	for i := range s.vecs {
		if l := s.vecs[i].lanes; l != nil && !s.apart(off, n, l.at, 16) {
			s.vecs[i].lanes = nil
		}
	}
	s.masks = slices.DeleteFunc(s.masks, func(m mask) bool { return !s.apart(off, n, m.at, 16) })
}

// found: a sum modulo 1<<(8*width) is a constant. Where it was loaded these bytes stand. It reports
// whether that is possible.
func (s *State) found(a linear.Sum, width uint8, value int64) bool {
	if v, ok := plain(a); ok { // it may be another one, moved by bits
		for _, c := range s.cuts {
			if w, ok := plain(c.is); ok && w == v && len(c.of.Terms) == 1 && !linear.Equal(c.of, a) && !s.foundIn(c.of, min(width, c.width), value) {
				return false
			}
		}
	}
	return s.foundIn(a, width, value)
}

func (s *State) foundIn(a linear.Sum, width uint8, value int64) bool {
	if len(a.Terms) != 1 || a.Terms[0].Coef <= 0 {
		return true
	}
	k := bits.TrailingZeros64(uint64(a.Terms[0].Coef))
	if a.Terms[0].Coef != 1<<k || k%8 != 0 || k >= 8*int(width) {
		return true
	}
	value = (value - a.C) >> k
	for _, l := range s.loads {
		if l.is != a.Terms[0].Var || !s.check.guide.Stands(s, l.at) {
			continue
		}
		n := min(l.width, width-uint8(k/8))
		if !s.differs(&l, n, func(i uint8, b byte) bool { return b == byte(value>>(8*i)) }) {
			return false
		}
		t := Text{At: l.at}
		whole := true
		for i := range n {
			t.Bytes = append(t.Bytes, byte((uint64(value)^l.xor)>>(8*i)))
			whole = whole && byte(l.and>>(8*i)) == 0xff
		}
		if whole {
			s.texts = append(s.texts, t)
		}
	}
	return true
}

// differs: bytes that something was loaded from are not where a text stands of which none can be what they
// are, and'ed and xor'ed, as can says of byte i. It reports whether that is possible.
func (s *State) differs(l *loaded, n uint8, can func(i uint8, b byte) bool) bool {
	for i := range n {
		for _, u := range s.texts {
			if slices.ContainsFunc(u.Bytes, func(x byte) bool { return can(i, x&byte(l.and>>(8*i))^byte(l.xor>>(8*i))) }) {
				continue
			}
			at := s.plusConst(l.at, int64(i))
			end := s.plusConst(u.At, int64(len(u.Bytes)))
			switch {
			case s.atMost(s.plusConst(at, 1), end):
				if !s.know(s.plusConst(s.plus(at, u.At, -1), 1)) {
					return false
				}
			case s.atMost(u.At, at):
				if !s.know(s.plus(end, at, -1)) {
					return false
				}
			}
		}
	}
	return true
}

// seen is what was known of a variable.
type seen struct {
	bounds linear.Bounds
	rows   int // of its choice
}

// excluded: where something was loaded no text stands of which no byte is in any row of its choice or, without one, if it is a byte,
// within its bounds. It reports whether that is possible.
func (s *State) excluded() bool {
	for i := range s.loads {
		l := &s.loads[i]
		is := seen{bounds: s.Bounds(l.is)}
		can := func(_ uint8, b byte) bool { return l.width > 1 || is.bounds.Lo <= int64(b) && int64(b) <= is.bounds.Hi }
		if c, _, ok := s.alone(linear.Of(l.is)); ok {
			is.rows = len(c.Rows)
			column := slices.Index(c.Vars, l.is)
			can = func(k uint8, b byte) bool {
				return slices.ContainsFunc(c.Rows, func(row []int64) bool { return b == byte(row[column]>>(8*k)) })
			}
		}
		if seen := l.seen; seen != is {
			if l.seen = is; !s.differs(l, l.width, can) {
				return false
			}
		}
	}
	return true
}

// stands: bytes stand at a place.
func (s *State) stands(t Text) bool {
	return slices.ContainsFunc(s.texts, func(x Text) bool { return bytes.HasPrefix(x.Bytes, t.Bytes) && s.same(x.At, t.At) })
}
