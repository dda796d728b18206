package prove

import "math/bits"

// What a loop costs is bounded from above. Where that leaves what can be counted it is beyond,
// and stays so; where it is less than can be counted, a little more is a bound as well. So the
// numbers below saturate, upwards for good.

// beyond is more than any bound, and still far from an overflow; unreached is less than any
// sum.
const (
	beyond    = 1 << 60
	unreached = -beyond
)

// sum is an upper bound of a + b, if each is one, from unreached up to beyond.
func sum(a, b int64) int64 {
	if a >= beyond || b >= beyond {
		return beyond
	}
	return max(unreached+1, min(beyond, max(unreached, a)+max(unreached, b)))
}

// product is an upper bound of a times b. Each may be any number.
func product(a, b int64) int64 {
	over, n := bits.Mul64(magnitude(a), magnitude(b))
	switch far := over != 0 || n >= beyond; {
	case (a < 0) == (b < 0) && far:
		return beyond
	case (a < 0) == (b < 0):
		return int64(n)
	case far:
		return unreached + 1
	}
	return -int64(n)
}

// magnitude is how far a number is from 0.
func magnitude(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}
