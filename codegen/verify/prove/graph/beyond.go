package graph

import (
	"math/bits"
)

// What a loop costs is bounded from above. Where that leaves what can be counted it is beyond,
// and stays so; where it is less than can be counted, a little more is a bound as well. So the
// numbers below saturate, upwards for good.

// Beyond is more than any bound, and still far from an overflow; unreached is less than any
// sum.
const (
	Beyond    = 1 << 60
	Unreached = -Beyond
)

// Sum is an upper bound of a + b, if each is one, from unreached up to beyond.
func Sum(a, b int64) int64 {
	if a >= Beyond || b >= Beyond {
		return Beyond
	}
	return max(Unreached+1, min(Beyond, max(Unreached, a)+max(Unreached, b)))
}

// Product is an upper bound of a times b. Each may be any number.
func Product(a, b int64) int64 {
	over, n := bits.Mul64(magnitude(a), magnitude(b))
	switch far := over != 0 || n >= Beyond; {
	case (a < 0) == (b < 0) && far:
		return Beyond
	case (a < 0) == (b < 0):
		return int64(n)
	case far:
		return Unreached + 1
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
