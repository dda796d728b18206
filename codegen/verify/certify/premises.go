package certify

import (
	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/certify/farkas"
)

// premises are those by which a sum is at most 0.
func premises(s *cert.State, goal linear.Sum) ([]linear.Premise, bool) {
	if s.Range(goal).Hi <= 0 {
		return nil, true
	}
	if p, ok := farkas.Find(s.Facts(), goal, s.Bounds); ok {
		return p, true
	}
	n, p := byRows(s.Facts(), goal, s.Range, s.Bounds)
	return p, n <= 0
}

// most is the least bound of a sum that can be shown.
func most(s *cert.State, sum linear.Sum) (int64, []linear.Premise, bool) {
	n, p := farkas.Least(s.Facts(), sum, s.Bounds)
	if hi, by := byRows(s.Facts(), sum, s.Range, s.Bounds); hi < n {
		n, p = hi, by
	}
	if hi := s.Range(sum).Hi; hi <= n {
		return hi, nil, hi != linear.NoBound
	}
	return n, p, n != linear.NoBound
}

// byRows is the least bound of a sum that one premise shows with what variables of a choice are together, as within knows: package
// farkas knows the bounds of each.
func byRows(facts []linear.Sum, sum linear.Sum, within func(linear.Sum) linear.Bounds, of func(linear.Var) linear.Bounds) (least int64, by []linear.Premise) {
	least = linear.NoBound
	for i, f := range facts {
		for _, t := range f.Terms {
			k := sum.Coef(t.Var)
			if k == 0 || k%t.Coef != 0 || k/t.Coef < 0 {
				continue
			}
			rest, ok := sum.Plus(f, -k/t.Coef)
			if ok && len(rest.Terms) > 1 && within(rest).Hi < least && within(rest).Hi < rest.Range(of).Hi {
				least, by = within(rest).Hi, []linear.Premise{{Fact: i, Factor: k / t.Coef}}
			}
		}
	}
	return least, by
}
