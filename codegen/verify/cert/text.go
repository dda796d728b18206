package cert

import (
	"bytes"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// Text is constant bytes at a place of the stack that need not be fixed.
type Text struct {
	At    linear.Sum // from StackBase
	Bytes []byte
}

// loaded is a variable that stands at a place of the stack.
type loaded struct {
	is    linear.Var
	at    linear.Sum
	width uint8
}

// apart: n bytes at one place and m at another have none in common.
func (s *State) apart(a linear.Sum, n linear.Sum, b linear.Sum, m int64) bool {
	return s.atMost(s.plus(a, n, 1), b) || s.atMost(s.plusConst(b, m), a)
}

// overwritten forgets what stood in n bytes from off on.
func (s *State) overwritten(off, n linear.Sum) {
	s.texts = slices.DeleteFunc(s.texts, func(t Text) bool { return !s.apart(off, n, t.At, int64(len(t.Bytes))) })
	s.loads = slices.DeleteFunc(s.loads, func(l loaded) bool { return !s.apart(off, n, l.at, int64(l.width)) })
	for i := range s.vecs {
		if l := s.vecs[i].lanes; l != nil && !s.apart(off, n, l.at, 16) {
			s.vecs[i].lanes = nil
		}
	}
	s.masks = slices.DeleteFunc(s.masks, func(m mask) bool { return !s.apart(off, n, m.at, 16) })
}

// found: a sum is a constant. Where it was loaded these bytes stand. It reports whether that is
// possible.
func (s *State) found(a linear.Sum, value int64) bool {
	if len(a.Terms) != 1 || a.Terms[0].Coef != 1 {
		return true
	}
	for _, l := range s.loads {
		if l.is != a.Terms[0].Var || !s.check.guide.Stands(s, l.at) {
			continue
		}
		t := Text{At: l.at}
		for i := range l.width {
			t.Bytes = append(t.Bytes, byte((value-a.C)>>(8*i)))
		}
		for i := range s.texts {
			if !s.differs(&t, &s.texts[i]) {
				return false
			}
		}
		s.texts = append(s.texts, t)
	}
	return true
}

// differs: what stands in a text is not where another one stands that has no such byte. It reports
// whether that is possible.
func (s *State) differs(t, u *Text) bool {
	for i, b := range t.Bytes {
		if bytes.IndexByte(u.Bytes, b) >= 0 {
			continue
		}
		at := s.plusConst(t.At, int64(i))
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
	return true
}

// stands: bytes stand at a place.
func (s *State) stands(t Text) bool {
	return slices.ContainsFunc(s.texts, func(x Text) bool { return bytes.HasPrefix(x.Bytes, t.Bytes) && s.same(x.At, t.At) })
}
