package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Constant bytes whose place on the stack is known: 16 zeros behind what was read, and
// the CR and LF that end a line. A byte of another value is not at that place: so the
// comparisons of the parser bound its cursor.

const zeroBytes = 16

// stands notes that the byte at addr has a value of the set.
func (s *state) stands(addr zone.Lin, values *byteSet) {
	if !values[0] {
		s.isAged(addr)
	}
	if s.line {
		if !values['\r'] {
			s.differs(addr, 0)
		}
		if !values['\n'] {
			s.differs(addr, 1)
		}
	}
	if !s.zeros || values[0] {
		return
	}
	diff, ok := addr.Plus(zone.Of(zerosVar), -1)
	if !ok {
		return
	}
	if hi := s.zone.Max(diff); hi >= 0 && hi < zeroBytes { // not among them, so in front of all
		s.require(diff.PlusConst(1))
	}
	if lo := s.zone.Min(diff); lo >= 0 && lo < zeroBytes { // behind all
		if neg, ok := (zone.Lin{}).Plus(diff, -1); ok {
			s.require(neg.PlusConst(zeroBytes))
		}
	}
}

func (s *state) differs(addr zone.Lin, i int64) {
	s.apart(addr, zone.Of(lineVar).PlusConst(i))
}

// apart notes that two places are different, which says something where one is known
// to be not behind the other.
func (s *state) apart(a, b zone.Lin) {
	diff, ok := a.Plus(b, -1)
	if !ok {
		return
	}
	if s.zone.Max(diff) == 0 {
		s.require(diff.PlusConst(1))
	}
	if s.zone.Min(diff) == 0 {
		if neg, ok := (zone.Lin{}).Plus(diff, -1); ok {
			s.require(neg.PlusConst(1))
		}
	}
}

// overwrite drops the content that a store from addr up to end may change.
func (s *state) overwrite(addr, end zone.Lin) {
	if s.zeros && s.mayOverlap(addr, end, zone.Of(zerosVar), zeroBytes) {
		s.zeros = false
	}
	if s.line && s.mayOverlap(addr, end, zone.Of(lineVar), 2) {
		s.line = false
	}
}

// mayOverlap: [addr, end) and [at, at+n) are not known to be apart.
func (s *state) mayOverlap(addr, end, at zone.Lin, n int64) bool {
	if before, ok := end.Plus(at, -1); ok && s.zone.Max(before) <= 0 {
		return false
	}
	behind, ok := at.PlusConst(n).Plus(addr, -1)
	return !ok || s.zone.Max(behind) > 0
}

// place notes where content stands from now on.
func (s *state) place(v zone.Var, addr zone.Lin) {
	s.assign(v, term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: addr})
}
