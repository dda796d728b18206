package emitted

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// Splits choose where a request is cut into two segments: at every offset, and in a
// -short run behind its first byte, before its last, and at some offsets between, by
// testtool.Seed.
type Splits struct {
	short  bool
	random *rand.Rand
}

// few is how many offsets of a part are tried in a -short run.
const few = 6

// NewSplits are those of a test.
func NewSplits(t testing.TB) *Splits {
	if !testing.Short() {
		return &Splits{}
	}
	return FewSplits(t)
}

// FewSplits are those of a -short run, in any run.
func FewSplits(t testing.TB) *Splits {
	return &Splits{true, rand.New(rand.NewPCG(testtool.Seed(t), 1))}
}

// Of are the offsets to cut a part of n bytes at, between 1 and n-1, ascending.
func (s *Splits) Of(n int) (offsets []int) {
	if n < 2 {
		return nil
	}
	if s.short && n-1 > few {
		offsets = append(offsets, 1, n-1)
		for len(offsets) < few {
			if at := 2 + s.random.IntN(n-3); !slices.Contains(offsets, at) {
				offsets = append(offsets, at)
			}
		}
		slices.Sort(offsets)
		return offsets
	}
	for at := 1; at < n; at++ {
		offsets = append(offsets, at)
	}
	return offsets
}
