// Package stats reduces repeated measurements to what may be said about them: the
// median, the spread, and whether two servers differ at all.
//
// Invariant: nothing here hides a run. A spread is the whole range, from the smallest
// value to the largest, and a ratio is taken round by round, between runs that were
// neighbours in time, before its median is.
package stats

import (
	"math"
	"slices"
)

// Summary is a set of measurements in figures. Its zero value is that of no
// measurement.
type Summary struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
	N      int     `json:"n"`
}

// Of summarises values, in any order. Of an even number of them the median is the
// mean of the two in the middle.
func Of(values []float64) Summary {
	if len(values) == 0 {
		return Summary{}
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	median := sorted[n/2]
	if n%2 == 0 {
		median = (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return Summary{Median: median, Min: sorted[0], Max: sorted[n-1], N: n}
}

// Spread is the distance from the smallest value to the largest.
func (s Summary) Spread() float64 { return s.Max - s.Min }

// RelativeSpread is the spread as a part of the median, 0 where that is 0.
func (s Summary) RelativeSpread() float64 {
	if s.Median == 0 {
		return 0
	}
	return s.Spread() / math.Abs(s.Median)
}

// Ratios divides a by b round by round. A round that one of them lacks, or in which
// b is 0, is left out.
func Ratios(a, b map[int]float64) []float64 {
	var rounds []int
	for round := range a {
		if b[round] != 0 {
			rounds = append(rounds, round)
		}
	}
	slices.Sort(rounds)
	ratios := make([]float64, len(rounds))
	for i, round := range rounds {
		ratios[i] = a[round] / b[round]
	}
	return ratios
}

// Shows says whether ratios show a difference: whether they spread over no more
// than the distance of their median from 1. Fewer than two show nothing.
func Shows(ratios Summary) bool {
	return ratios.N > 1 && ratios.Spread() <= math.Abs(ratios.Median-1)
}
