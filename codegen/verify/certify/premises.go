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
	return farkas.Find(s.Facts(), goal, s.Bounds)
}

// most is the least bound of a sum that can be shown.
func most(s *cert.State, sum linear.Sum) (int64, []linear.Premise, bool) {
	n, p := farkas.Least(s.Facts(), sum, s.Bounds)
	if hi := s.Range(sum).Hi; hi <= n {
		return hi, nil, hi != linear.NoBound
	}
	return n, p, n != linear.NoBound
}
