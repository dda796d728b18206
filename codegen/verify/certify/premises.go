package certify

import (
	"math"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/certify/farkas"
)

// premises are those by which a sum is at most 0.
func premises(s *cert.State, goal linear.Sum) ([]linear.Premise, bool) {
	if s.Range(goal).Hi <= 0 {
		return nil, true
	}
	if isWeighed(goal) {
		n, p, ok := mostWeighed(s, goal)
		return p, ok && n <= 0
	}
	return farkas.Find(s.Facts(), goal, s.Bounds)
}

// most is the least bound of a sum that can be shown.
func most(s *cert.State, sum linear.Sum) (int64, []linear.Premise, bool) {
	if isWeighed(sum) {
		n, p, ok := mostWeighed(s, sum)
		if hi := s.Range(sum).Hi; !ok || hi <= n {
			return hi, nil, hi != linear.NoBound
		}
		return n, p, true
	}
	n, p := farkas.Least(s.Facts(), sum, s.Bounds)
	if hi := s.Range(sum).Hi; hi <= n {
		return hi, nil, hi != linear.NoBound
	}
	return n, p, n != linear.NoBound
}

// isWeighed: a sum has factors that are too large to look for premises as it is, as grants have.
func isWeighed(a linear.Sum) bool {
	for _, t := range a.Terms {
		if t.Coef > farkas.MaxFactor || t.Coef < -farkas.MaxFactor {
			return true
		}
	}
	return false
}

// apart is how many times larger than those of inner levels factors of one level are at least.
const apart = 1000

// mostWeighed is most for a sum of sums with weights that are far apart: each is bounded by itself.
func mostWeighed(s *cert.State, sum linear.Sum) (int64, []linear.Premise, bool) {
	total, factors := linear.Const(sum.C), map[int]int64{}
	for rest := (linear.Sum{Terms: sum.Terms}); len(rest.Terms) > 0; {
		weight := weightOf(rest)
		var level linear.Sum
		for _, t := range rest.Terms {
			k := int64(math.Round(float64(t.Coef) / float64(weight)))
			level, _ = level.Plus(linear.Of(t.Var), k)
		}
		var ok bool
		if rest, ok = rest.Plus(level, -weight); !ok {
			return 0, nil, false
		}
		n, p := farkas.Least(s.Facts(), level, s.Bounds)
		if hi := s.Range(level).Hi; hi <= n {
			n, p = hi, nil
		}
		if total, ok = total.Plus(linear.Const(n), weight); n == linear.NoBound || !ok {
			return 0, nil, false
		}
		for _, x := range p {
			if x.Fact == len(s.Facts()) { // it is the contrary of another sum
				return 0, nil, false
			}
			factors[x.Fact] += x.Factor * weight
		}
	}
	var out []linear.Premise
	for i := range s.Facts() {
		if factors[i] > 0 {
			out = append(out, linear.Premise{Fact: i, Factor: factors[i]})
		}
	}
	return total.C, out, true
}

// weightOf is the least factor of those that are of the greatest's level, 1 where they are small.
func weightOf(a linear.Sum) int64 {
	if !isWeighed(a) {
		return 1
	}
	greatest, least := int64(0), int64(math.MaxInt64)
	for _, t := range a.Terms {
		greatest = max(greatest, t.Coef, -t.Coef)
	}
	for _, t := range a.Terms {
		if k := max(t.Coef, -t.Coef); k >= greatest/apart {
			least = min(least, k)
		}
	}
	return least
}
