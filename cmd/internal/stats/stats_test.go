package stats

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOf(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   Summary
	}{
		{nil, Summary{}},
		{[]float64{4}, Summary{Median: 4, Min: 4, Max: 4, N: 1}},
		{[]float64{9, 1, 5}, Summary{Median: 5, Min: 1, Max: 9, N: 3}},
		{[]float64{8, 2, 4, 1}, Summary{Median: 3, Min: 1, Max: 8, N: 4}},
	} {
		if got := Of(test.values); got != test.want {
			t.Errorf("Of(%v) = %+v, want %+v", test.values, got, test.want)
		}
	}
}

func TestOfLeavesItsInput(t *testing.T) {
	values := []float64{3, 1, 2}
	Of(values)
	if diff := cmp.Diff([]float64{3, 1, 2}, values); diff != "" {
		t.Error(diff)
	}
}

func TestSpread(t *testing.T) {
	s := Of([]float64{90, 100, 120})
	if s.Spread() != 30 || math.Abs(s.RelativeSpread()-0.3) > 1e-12 {
		t.Errorf("spread %v, relative %v", s.Spread(), s.RelativeSpread())
	}
	if got := (Summary{Min: -1, Max: 1}).RelativeSpread(); got != 0 {
		t.Errorf("relative to a median of 0: %v", got)
	}
}

// Rounds are paired by number: one that is missing on either side shifts nothing.
func TestRatios(t *testing.T) {
	a := map[int]float64{1: 10, 2: 30, 4: 8, 5: 3}
	b := map[int]float64{1: 5, 3: 100, 4: 2, 5: 0}
	if diff := cmp.Diff([]float64{2, 4}, Ratios(a, b)); diff != "" {
		t.Error(diff)
	}
	if got := Ratios(a, nil); len(got) != 0 {
		t.Errorf("against nothing: %v", got)
	}
}

func TestShows(t *testing.T) {
	for _, test := range []struct {
		ratios []float64
		want   bool
	}{
		{[]float64{1.5, 1.5, 1.5}, true},
		{[]float64{1.4, 1.5, 1.8}, true},  // spread 0.4, difference 0.5
		{[]float64{1.2, 1.5, 1.8}, false}, // spread 0.6
		{[]float64{0.4, 0.5, 0.8}, true},  // below 1 as well
		{[]float64{0.9, 1, 1.1}, false},   // no difference at all
		{[]float64{1, 1, 1}, true},        // exactly equal, without any spread
		{[]float64{3}, false},             // one round has no spread to speak of
		{nil, false},
	} {
		if got := Shows(Of(test.ratios)); got != test.want {
			t.Errorf("Shows(%v) = %v", test.ratios, got)
		}
	}
}

func TestJudge(t *testing.T) {
	atMost, atLeast := Target{Bound: 1.05}, Target{Bound: 1.3, AtLeast: true}
	for _, test := range []struct {
		name   string
		target Target
		ratios []float64
		want   Verdict
		met    int
	}{
		{"all below", atMost, []float64{1.01, 1.03, 1.05}, Pass, 3},
		{"all above", atMost, []float64{1.2, 1.3, 1.06}, Miss, 0},
		{"both sides, no difference", atMost, []float64{0.9, 1.02, 1.2}, Undecided, 2},
		{"both sides, difference", atMost, []float64{1.04, 1.1, 1.1}, Miss, 1},
		{"median reaches", atLeast, []float64{1.29, 1.4, 1.4}, Pass, 2},
		{"all reach in spite of the spread", atLeast, []float64{1.3, 1.5, 2.1}, Pass, 3},
		{"none", atLeast, nil, Unmeasured, 0},
	} {
		verdict, met := test.target.Judge(test.ratios)
		if verdict != test.want || met != test.met {
			t.Errorf("%s: %s, %d met, want %s, %d", test.name, verdict, met, test.want, test.met)
		}
	}
}
