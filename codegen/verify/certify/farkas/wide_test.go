package farkas

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

func (a wide) big() *big.Int {
	b := new(big.Int).Lsh(big.NewInt(a.hi), 64)
	return b.Add(b, new(big.Int).SetUint64(a.lo))
}

// Numbers of 128 bits are those of math/big.
func TestWide(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 4))
	number := func() int64 {
		return []int64{math.MinInt64, math.MaxInt64, 0, -1, 1, int64(r.Uint64()), int64(r.Uint64()) >> r.IntN(64)}[r.IntN(7)]
	}
	same := func(what string, a wide, want *big.Int) {
		t.Helper()
		if a.big().Cmp(want) != 0 {
			t.Fatalf("%s: %v, not %v", what, a.big(), want)
		}
	}
	for range 200_000 {
		a, b, k := number(), number(), int64(r.IntN(1<<20)-1<<19)
		x := product(a, b)
		same("product", x, new(big.Int).Mul(big.NewInt(a), big.NewInt(b)))
		y := product(number()>>1, number()) // so that sums fit
		same("plus", x.plus(y), new(big.Int).Add(x.big(), y.big()))
		same("minus", x.minus(y), new(big.Int).Sub(x.big(), y.big()))
		same("wideOf", wideOf(a), big.NewInt(a))
		same("times", product(a, b>>20).times(k), new(big.Int).Mul(product(a, b>>20).big(), big.NewInt(k)))
		if x.compare(y) != x.big().Cmp(y.big()) {
			t.Fatalf("%v beside %v: %d", x, y, x.compare(y))
		}
		if f, _ := new(big.Float).SetInt(x.big()).Float64(); math.Abs(x.float()-f) > math.Abs(f)*1e-9+1 {
			t.Fatalf("%v: %g, not %g", x, x.float(), f)
		}
		d := max(1, number()&math.MaxInt64)
		want := new(big.Int).Quo(x.big(), big.NewInt(d))
		if q, ok := x.over(d); ok && big.NewInt(q).Cmp(want) != 0 || !ok && want.IsInt64() && want.Int64() != math.MinInt64 {
			t.Fatalf("%v / %d: %d %v, not %v", x.big(), d, q, ok, want)
		}
		want = new(big.Int).Div(x.big(), big.NewInt(d))
		if q, ok := x.floor(d); ok && big.NewInt(q).Cmp(want) != 0 {
			t.Fatalf("%v / %d: %d down, not %v", x.big(), d, q, want)
		}
	}
}
