package farkas

import (
	"cmp"
	"math"
	"math/bits"
)

// wide is a whole number of 128 bits, hi<<64 + lo. Nothing here asks whether it fits: simplex.limit
// sees to that.
type wide struct {
	hi int64
	lo uint64
}

func wideOf(a int64) wide { return wide{a >> 63, uint64(a)} }

// product is a * b.
func product(a, b int64) wide {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return wide{int64(hi) - a>>63&b - b>>63&a, lo}
}

// times is a * k.
func (a wide) times(k int64) wide {
	hi, lo := bits.Mul64(a.lo, uint64(k))
	return wide{int64(hi) - k>>63&int64(a.lo) + a.hi*k, lo}
}

func (a wide) plus(b wide) wide {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	return wide{a.hi + b.hi + int64(carry), lo}
}

func (a wide) minus(b wide) wide {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	return wide{a.hi - b.hi - int64(borrow), lo}
}

// over is a / d, rounded to 0, for d above 0; false where it does not fit.
func (a wide) over(d int64) (int64, bool) {
	if a.hi == int64(a.lo)>>63 {
		return int64(a.lo) / d, true
	}
	m := a
	if a.hi < 0 {
		m = wide{}.minus(a)
	}
	if uint64(m.hi) >= uint64(d) {
		return 0, false
	}
	q, _ := bits.Div64(uint64(m.hi), m.lo, uint64(d))
	if a.hi < 0 {
		return -int64(q), q <= math.MaxInt64
	}
	return int64(q), q <= math.MaxInt64
}

// floor is a / d, rounded down.
func (a wide) floor(d int64) (int64, bool) {
	q, ok := a.over(d)
	if ok && product(q, d).compare(a) > 0 {
		q--
	}
	return q, ok
}

// float is a, nearly.
func (a wide) float() float64 {
	if a.hi < 0 {
		return -wide{}.minus(a).float()
	}
	return float64(a.hi)*(1<<64) + float64(a.lo)
}

func (a wide) compare(b wide) int {
	if c := cmp.Compare(a.hi, b.hi); c != 0 {
		return c
	}
	return cmp.Compare(a.lo, b.lo)
}

// amount is inf*M + c, where M is above each number.
type amount struct {
	inf int64
	c   wide
}

func (a amount) plus(b amount, k int64) amount {
	return amount{a.inf + b.inf*k, a.c.plus(b.c.times(k))}
}

func (a amount) compare(b amount) int {
	if c := cmp.Compare(a.inf, b.inf); c != 0 {
		return c
	}
	return a.c.compare(b.c)
}

func (a amount) sign() int { return a.compare(amount{}) }
