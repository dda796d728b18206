package explain

import (
	"math"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

func TestText(t *testing.T) {
	d := &described{names: map[linear.Var]string{}}
	sum := func(c int64, terms ...linear.Term) linear.Sum { return linear.Sum{C: c, Terms: terms} }
	term := func(v, k int64) linear.Term { return linear.Term{Var: cert.FirstVar + linear.Var(v), Coef: k} }
	for _, c := range []struct{ got, want string }{
		{d.sum(sum(7)), "7"},
		{d.sum(sum(0, term(0, 1))), "a"},
		{d.sum(sum(-3, term(0, -1), term(1, 8))), "-a + 8*b - 3"},
		{d.sum(sum(math.MinInt64, term(2, math.MinInt64))), "-9223372036854775808*c - 9223372036854775808"},
		{d.sum(sum(-8, linear.Term{Var: cert.StackBase, Coef: 1}, term(0, 1))), "stack[a - 8]"},
		{d.sum(sum(16, linear.Term{Var: cert.StackBase, Coef: 2})), "2*stack + 16"},
		{d.sum(sum(16, linear.Term{Var: cert.ImageBase, Coef: 1})), "image[0x10]"},
		{d.sum(sum(16, linear.Term{Var: cert.ImageBase, Coef: 1}, term(1, 1))), "image[b + 16]"},
		{d.fact(sum(0, term(0, 1), term(1, -1))), "a <= b"},
		{d.fact(sum(5, term(0, 1))), "a + 5 <= 0"},
		{d.fact(sum(5, term(0, -1))), "5 <= a"},
		{d.fact(sum(-5, term(0, 2), term(1, 1))), "2*a + b <= 5"},
		{d.fact(sum(math.MinInt64, term(0, 1))), "a <= 9223372036854775808"},
		{d.fact(sum(-2, term(0, -1))), "0 <= a + 2"},
		{rangeText(linear.Bounds{Lo: -linear.NoBound, Hi: 5}), "..5"},
		{rangeText(linear.Bounds{Lo: 5, Hi: 5}), "5"},
		{rangeText(linear.Bounds{Lo: 5, Hi: linear.NoBound}), "5.."},
		{bitsText(cert.Bits{Zeros: ^uint64(0xff), Ones: 0x40}, linear.Bounds{Lo: 64, Hi: 255}), "of its bits 0x40 are 0x40"},
		{bitsText(cert.Bits{Zeros: ^uint64(0xff)}, linear.Bounds{Lo: 0, Hi: 255}), ""},
		{letters(25) + letters(26) + letters(53), "za1b2"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// Each phase and each result that a state may have has its words.
func TestNames(t *testing.T) {
	for i, name := range phases {
		if name == "" {
			t.Errorf("phase %d has no name", i)
		}
	}
	for i, name := range results {
		if i > 0 && name == "" {
			t.Errorf("result %d has no name", i)
		}
	}
}
