package certify

import (
	"maps"
	"testing"
)

// TestNeeded: a fact is needed by what else is shown, or by one that is needed, also in a circle; not by one that nobody needs.
func TestNeeded(t *testing.T) {
	a, b, c, d, e := fact{0, 0}, fact{0, 1}, fact{1, 0}, fact{2, 0}, fact{2, 1}
	x := &needs{uses: map[fact][]fact{a: {b}, b: {c}, c: {a}, d: {e, a}, e: {d}}, direct: []fact{a}}
	if got, want := x.needed(), map[fact]bool{a: true, b: true, c: true}; !maps.Equal(got, want) {
		t.Errorf("%v are needed, not %v", got, want)
	}
}
