package certify

import (
	"slices"
	"testing"
)

// Nodes that were passed are wanted behind those where something was refused, or else in front; where these have none, around the next ones. What is
// written of a loop of tcp4/dir was lost where ways meet three nodes in front of it.
func TestWant(t *testing.T) {
	for _, c := range []struct {
		name          string
		kept, refused []int // of a row of nodes, of which each leads to the next one
		want          []int
	}{
		{"behind", []int{0, 3, 6, 9}, []int{3}, []int{4, 5}},
		{"in front where there are none behind", []int{0, 3, 4, 5, 6, 9}, []int{3}, []int{1, 2}},
		{"behind one of two", []int{0, 3, 6, 9}, []int{0, 9}, []int{1, 2}},
		{"of two", []int{0, 1, 3, 6, 9}, []int{3, 9}, []int{4, 5}},
		{"in front of two", []int{0, 1, 3, 4, 9}, []int{3, 9}, []int{2, 5, 6, 7, 8}},
		{"behind and in front of the nearest", []int{0, 1, 3, 4, 5, 7, 8, 9}, []int{4}, []int{2, 6}},
		{"where there are none, of the nearest", []int{0, 1, 2, 4, 5, 6, 7, 8, 9}, []int{7}, []int{3}},
		{"of the nearest alone", []int{0, 2, 3, 4, 5, 7, 9}, []int{4}, []int{6}},
		{"none", []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, []int{5}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			const nodes = 10
			g := &search{refused: c.refused}
			for _, v := range c.kept {
				g.nodes = append(g.nodes, node{place: v})
			}
			behind, before := make([][]int, nodes), make([][]int, nodes)
			for v := range nodes - 1 {
				behind[v], before[v+1] = []int{v + 1}, []int{v}
			}
			wanted := make([]bool, nodes)
			more := g.want(wanted, behind, before)
			var got []int
			for v, is := range wanted {
				if is {
					got = append(got, v)
				}
			}
			if !slices.Equal(got, c.want) || more != (c.want != nil) {
				t.Errorf("%v are wanted, not %v, and %v", got, c.want, more)
			}
		})
	}
}
