package testtool

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
)

// Long skips a test of which -short is too short a run to say anything: why tells what
// makes it long. `make test-all`, which continuous integration runs too, leaves none out.
func Long(t testing.TB, why string) {
	t.Helper()
	if testing.Short() {
		t.Skipf("%s: `make test-all` runs it", why)
	}
}

// rareVariable is set where even what is rare is to run.
const rareVariable = "VERBOSEL_TEST_RARE"

// Rare skips a test that downloads or builds so much that it is run before a release, and
// where what it is about changes: why tells what that is. `make test-rare` runs these alone.
func Rare(t testing.TB, why string) {
	t.Helper()
	if !IsRare() {
		t.Skipf("%s: `make test-rare` runs it", why)
	}
}

// IsRare reports whether even what is rare is to run.
func IsRare() bool { return os.Getenv(rareVariable) != "" }

// seedVariable holds the seed of a whole run. The make targets choose and print it.
const seedVariable = "VERBOSEL_TEST_SEED"

// Seed is where a test's random choices begin: a new one each time, or that of
// VERBOSEL_TEST_SEED, a decimal number, to repeat a run. It is logged, so that a failure shows it.
func Seed(t testing.TB) uint64 {
	t.Helper()
	seed, source := rand.Uint64(), "random"
	if given := os.Getenv(seedVariable); given != "" {
		n, err := strconv.ParseUint(given, 10, 64)
		if err != nil {
			t.Fatalf("%s=%q is not a number below 2^64", seedVariable, given)
		}
		seed, source = n, "given"
	}
	t.Logf("%s=%d (%s)", seedVariable, seed, source)
	return seed
}

// Some are n of a list in a -short run, in the list's order, others each time, by Seed; and all
// of it otherwise, as where it has no more.
func Some[T any](t testing.TB, n int, list []T) []T {
	t.Helper()
	if !testing.Short() || len(list) <= n {
		return list
	}
	chosen := rand.New(rand.NewPCG(Seed(t), 2)).Perm(len(list))[:n]
	slices.Sort(chosen)
	out := make([]T, 0, n)
	for _, i := range chosen {
		out = append(out, list[i])
	}
	return out
}
