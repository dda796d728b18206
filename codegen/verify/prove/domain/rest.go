package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// RestPlace is where the input begins that waits.
func (s *State) RestPlace() zone.Lin { return zone.Of(value.RestVar).PlusConst(s.RestOf) }

// IsBehind: a is not in front of b.
func (s *State) IsBehind(a, b zone.Lin) bool {
	d, ok := b.Plus(a, -1)
	return ok && s.Zone.Max(d) <= 0
}

// mayRead: a place in region i is not in front of the input that waits for this request.
func (s *State) mayRead(i int, addr zone.Lin) bool {
	if !s.Rest || s.RestOf != s.Regions[i].Base || s.IsBehind(addr, s.RestPlace()) {
		return true
	}
	s.Zone.Close() // joins leave out what follows from two distances
	return s.IsBehind(addr, s.RestPlace())
}

// afresh: bytes from lo to end were written in front of the input that waits, in the
// region that it is in: they are the input now.
func (s *State) afresh(i int, addr zone.Lin, lo int64, end zone.Lin) bool {
	if !s.Rest || s.RestOf != s.Regions[i].Base || s.IsBehind(addr, s.RestPlace()) {
		return false
	}
	s.Rest = false
	s.Regions[i].Base = lo
	s.Assign(EndOf(i), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: end})
	return true
}

// StartRest has all of the region at base wait.
func (s *State) StartRest(base int64) {
	s.Rest, s.RestOf = true, base
	s.Assign(value.RestVar, value.Constant(0))
}

// ForgetRest drops the region in which input waits.
func (s *State) ForgetRest() {
	for i, r := range s.Regions {
		if r.Live && r.Base == s.RestOf {
			s.Regions[i] = Region{}
			s.Forget(EndOf(i))
		}
	}
	s.Rest = false
	s.Forget(value.RestVar)
}

// Owns notes that bytes may be written for this request, or were for the boot.
func (s *State) Owns(at value.Span) {
	if value.Subtract([]value.Span{at}, s.Own) != nil {
		s.Own = value.AddTo(s.Own, at)
	}
}

// Unwritten is the rule that is broken by reading what is not known to have been written.
func (s *State) Unwritten() rules.Rule {
	if s.Later {
		return rules.Isolation
	}
	return rules.Reads
}

// Since says since when.
func (s *State) Since() string {
	if s.Later {
		return " since this request of the connection began"
	}
	return ""
}
