package kernel

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWaysOfACall(t *testing.T) {
	one := []Argument{{0, 1}, {2, 4}}
	other := []Argument{{0, 2}, {2, 4}}
	both := [][]Argument{one, other}
	for _, c := range []struct {
		name string
		add  []Argument
		want [][]Argument
	}{
		{"the same", []Argument{{0, 1}, {2, 4}}, both},
		{"more", []Argument{{0, 1}, {1, 7}, {2, 4}}, both},
		{"another value", []Argument{{0, 3}, {2, 4}}, append(both[:2:2], []Argument{{0, 3}, {2, 4}})},
		{"less than one", []Argument{{0, 1}}, [][]Argument{other, {{0, 1}}}},
		{"less than both", []Argument{{2, 4}}, [][]Argument{{{2, 4}}}},
		{"nothing", []Argument{}, [][]Argument{{}}},
	} {
		got := withWay(append([][]Argument{}, both...), c.add)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// With too many ways nothing is said of the arguments, and stays so.
func TestTooManyWays(t *testing.T) {
	var ways [][]Argument
	for i := range uint64(3 * maxWaysOfCall) {
		ways = withWay(ways, []Argument{{1, i}})
	}
	if diff := cmp.Diff([][]Argument{{}}, ways); diff != "" {
		t.Error(diff)
	}
}
