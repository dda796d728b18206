package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Constant bytes whose place on the stack is known: 16 zeros behind what was read, and
// the CR and LF that end a line. A byte of another value is not at that place: so the
// comparisons of the parser bound its cursor.

// stands notes that the byte at addr has a value of the set.
func (s *State) stands(addr zone.Lin, values *value.ByteSet) {
	if !values[0] {
		s.isAged(addr)
	}
	if s.Line {
		if !values['\r'] {
			s.differs(addr, 0)
		}
		if !values['\n'] {
			s.differs(addr, 1)
		}
	}
	if !s.Zeros || values[0] {
		return
	}
	diff, ok := addr.Plus(zone.Of(value.ZerosVar), -1)
	if !ok {
		return
	}
	if hi := s.Zone.Max(diff); hi >= 0 && hi < code.ZeroBytes { // not among them, so in front of all
		s.Require(diff.PlusConst(1))
	}
	if lo := s.Zone.Min(diff); lo >= 0 && lo < code.ZeroBytes { // behind all
		if neg, ok := (zone.Lin{}).Plus(diff, -1); ok {
			s.Require(neg.PlusConst(code.ZeroBytes))
		}
	}
}

func (s *State) differs(addr zone.Lin, i int64) {
	s.apart(addr, zone.Of(value.LineVar).PlusConst(i))
}

// apart notes that two places are different, which says something where one is known
// to be not behind the other.
func (s *State) apart(a, b zone.Lin) {
	diff, ok := a.Plus(b, -1)
	if !ok {
		return
	}
	if s.Zone.Max(diff) == 0 {
		s.Require(diff.PlusConst(1))
	}
	if s.Zone.Min(diff) == 0 {
		if neg, ok := (zone.Lin{}).Plus(diff, -1); ok {
			s.Require(neg.PlusConst(1))
		}
	}
}

// Overwrite drops the content that a store from addr up to end may change.
func (s *State) Overwrite(addr, end zone.Lin) {
	if s.Zeros && s.MayOverlap(addr, end, zone.Of(value.ZerosVar), code.ZeroBytes) {
		s.Zeros = false
	}
	if s.Line && s.MayOverlap(addr, end, zone.Of(value.LineVar), 2) {
		s.Line = false
	}
}

// MayOverlap: [addr, end) and [at, at+n) are not known to be apart.
func (s *State) MayOverlap(addr, end, at zone.Lin, n int64) bool {
	if before, ok := end.Plus(at, -1); ok && s.Zone.Max(before) <= 0 {
		return false
	}
	behind, ok := at.PlusConst(n).Plus(addr, -1)
	return !ok || s.Zone.Max(behind) > 0
}

// Place notes where content stands from now on.
func (s *State) Place(v zone.Var, addr zone.Lin) {
	s.Assign(v, value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: addr})
}
