package domain

import (
	"math"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Sums of bounds at the edges of what can be told: what is at least a and what is at least b
// are together at least that, and never known to be one number where they are not.
func TestSumsOfBounds(t *testing.T) {
	const none = -zone.Inf
	for _, c := range []struct {
		name    string
		a, b    int64
		least   int64
		greater bool // the sum is greater than can be told
	}{
		{"small", 3, -5, -2, false},
		{"none", none, 5, none, false},
		{"none and the greatest", none, zone.Inf, none, false},
		{"the greatest and none", zone.Inf, none, none, false},
		{"lower than can be told", none + 1, -1, none, false},
		{"the least", none + 2, -1, none + 1, false},
		{"the greatest", zone.Inf - 2, 1, zone.Inf - 1, false},
		{"greater than can be told", zone.Inf - 1, 1, zone.Inf - 1, true},
		{"far greater", zone.Inf, zone.Inf, zone.Inf - 1, true},
		{"without an end", math.MaxInt64, math.MaxInt64, zone.Inf - 1, true},
		{"an expression that is lost", 4 * zone.Inf, 4 * zone.Inf, zone.Inf - 1, true},
	} {
		if got := value.AddLeast(c.a, c.b); got != c.least {
			t.Errorf("%s: at least %d, want %d", c.name, got, c.least)
		}
		if got := value.AddMost(-c.a, -c.b); got != -c.least {
			t.Errorf("%s: at most %d, want %d", c.name, got, -c.least)
		}
		if c.greater && value.AddLeast(c.a, c.b) == value.AddMost(c.a, c.b) {
			t.Errorf("%s: known to be %d", c.name, value.AddLeast(c.a, c.b))
		}
	}
}
