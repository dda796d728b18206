package stats

// Target is the bound of a ratio.
type Target struct {
	Bound   float64 `json:"bound"`
	AtLeast bool    `json:"atLeast"` // the ratio is to reach the bound; otherwise not to pass it
}

// Meets says whether a ratio is on the right side of the bound.
func (t Target) Meets(ratio float64) bool {
	if t.AtLeast {
		return ratio >= t.Bound
	}
	return ratio <= t.Bound
}

// Verdict is what the ratios say about a target.
type Verdict string

// The verdicts.
const (
	Pass       Verdict = "pass"
	Miss       Verdict = "miss"
	Undecided  Verdict = "undecided"    // rounds on both sides, and no difference shown
	Unmeasured Verdict = "not measured" // no round has both values
)

// Judge compares ratios with the target, and counts the rounds that meet it. Where
// the rounds agree they decide; where they do not, the median decides if the ratios
// show a difference, and nothing does if they show none.
func (t Target) Judge(ratios []float64) (verdict Verdict, met int) {
	for _, r := range ratios {
		if t.Meets(r) {
			met++
		}
	}
	s := Of(ratios)
	switch {
	case s.N == 0:
		return Unmeasured, 0
	case met == s.N:
		return Pass, met
	case met == 0:
		return Miss, met
	case !Shows(s):
		return Undecided, met
	case t.Meets(s.Median):
		return Pass, met
	}
	return Miss, met
}
