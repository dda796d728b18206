package emitted

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSplitsAreAll(t *testing.T) {
	all := &Splits{}
	if got := all.Of(5); !slices.Equal(got, []int{1, 2, 3, 4}) {
		t.Errorf("%v", got)
	}
	for n := range 2 {
		if got := all.Of(n); got != nil {
			t.Errorf("%d bytes are cut at %v", n, got)
		}
	}
}

func TestSplitsAreFew(t *testing.T) {
	short := &Splits{true, rand.New(rand.NewPCG(1, 1))}
	for n := range 300 {
		got := short.Of(n)
		if want := min(max(n-1, 0), few); len(got) != want {
			t.Fatalf("%d bytes are cut at %v, want %d offsets", n, got, want)
		}
		if n > 1 && (got[0] != 1 || got[len(got)-1] != n-1) || !slices.IsSorted(got) || len(slices.Compact(got)) != min(max(n-1, 0), few) {
			t.Fatalf("%d bytes are cut at %v", n, got)
		}
	}
}

// TestCut: a -short run sends requests in pieces to one server of a file, which is not the same of each file; others to each that
// waits for what is still to come.
func TestCut(t *testing.T) {
	chosen := map[Variant]int{}
	for i := range 100 {
		list := (&goldenFile{path: fmt.Sprintf("dir/%d.txtar", i)}).cut(t, append(All(), Proof))
		if want := map[bool]int{true: 1, false: 3}[testing.Short()]; len(list) != want {
			t.Fatalf("%v, want %d", list, want)
		}
		for _, v := range list {
			chosen[v]++
		}
	}
	if len(chosen) != 3 || chosen[RequestTen]+chosen[ConnectionTen] > 0 {
		t.Errorf("chosen are %v", chosen)
	}
	if list := (&goldenFile{}).cut(t, []Variant{ConnectionTen}); len(list) != 0 {
		t.Errorf("of the ten alone: %v", list)
	}
}
