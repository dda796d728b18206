package certify

import (
	"cmp"
	"math"
	"slices"
)

// solve finds counters with rates that are whole numbers; false where it finds none.
func (x *rates) solve() ([]int64, bool) {
	x.begin(1)
	least := math.Inf(1)
	for range maxSteps {
		found, y, feasible, ok := x.prices.Solve()
		switch {
		case !ok:
			return nil, false
		case !feasible:
			if !x.takes(y) {
				return nil, false
			}
		case x.add(x.perUnit(found)):
		case !x.more(y, 1):
			return x.whole(least)
		default:
			least = found[0] * scale
		}
	}
	return x.whole(least)
}

// maxSteps bounds how often the program is solved.
const maxSteps = 2000

// perUnit are the rates of a solution.
func (x *rates) perUnit(found []float64) []float64 {
	const negligible = 1e-9
	rate := make([]float64, len(x.counters))
	for i, c := range x.counters {
		if found[i+1] > negligible {
			rate[i] = found[i+1] / c.unit()
		}
	}
	return rate
}

// add takes in the dearest ways by some rates, if there are such that were not taken in.
func (x *rates) add(rate []float64) bool {
	paths, _ := x.worst(rate, lost)
	return x.addAll(paths)
}

// addAll takes in those of some paths that were not.
func (x *rates) addAll(paths []path) (added bool) {
	for _, p := range paths {
		if !slices.ContainsFunc(x.rows, func(q path) bool { return p.in == q.in && p.end == q.end && slices.Equal(p.ways, q.ways) }) {
			x.rows, added = append(x.rows, p), true
			x.prices.Add(x.row(p), x.times*p.cost)
		}
	}
	return added
}

// more takes in counters that pay for rows by what these cost, more than a part of what they cost themselves.
func (x *rates) more(y []float64, part float64) bool {
	const negligible = 1e-9
	if x.locals == nil {
		x.locals, x.steadies = newLocals(x.loop), x.steady()
	}
	w := x.weights(y)
	for i, cost := range w.ways {
		if cost > 0 {
			x.locals.along(i)
		}
	}
	type found struct {
		*counter
		worth float64
	}
	var all []found
	for _, c := range slices.Concat(x.locals.found, x.steadies) {
		if n := c.worth(w)/c.unit() - part*c.cost(); n > negligible && !slices.Contains(x.counters, c) {
			all = append(all, found{c, n})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(b.worth, a.worth) })
	for _, c := range all[:min(len(all), maxFound)] {
		x.counters = append(x.counters, c.counter)
	}
	x.begin(1)
	return len(all) > 0
}

// maxFound is how many counters are taken in at once.
const maxFound = 12

// whole makes rates whole: of some multiples of what was found, the one that costs the least.
func (x *rates) whole(most float64) (out []int64, ok bool) {
	const maxTimes, beyond = 16, 1 << 53 // what is more is no whole number here
	const parts = 4                      // times goes in so many from a power of two to the next one
	best := math.Inf(1)
	for times := 1.0; times <= maxTimes && !(times*most > best); times += math.Exp2(math.Floor(math.Log2(times))) / parts {
		x.begin(times)
		if rate, n := x.rounded(); n < min(best, beyond) {
			best, out = n, nil
			for _, r := range rate {
				out = append(out, int64(r))
			}
		}
	}
	for len(out) < len(x.counters) { // of those that were taken in since
		out = append(out, 0)
	}
	return out, !math.IsInf(best, 1)
}

// rounded are whole rates, and what they cost: each becomes the next whole number, the others being found anew
// with it. Where a cycle is not paid for then that was not taken in, as it costs less than what is lost in fractions, it is, and all begins again.
func (x *rates) rounded() (rate []float64, most float64) {
	const negligible = 1e-6
	fixed := make([]bool, len(x.counters))
	for range maxSteps {
		found, y, feasible, ok := x.prices.Solve()
		if ok && !feasible && len(y) == len(x.rows) && x.takes(y) { // none is whole yet, and a path was found that nothing paid for
			fixed = make([]bool, len(x.counters))
			continue
		}
		at, least := -1, 1.0
		if ok && feasible {
			if rate = x.perUnit(found); x.add(rate) {
				continue
			}
			for i, r := range rate {
				if up := math.Ceil(r-negligible) - r; !fixed[i] && r > negligible && up < least {
					at, least = i, up
				}
			}
		}
		if at >= 0 {
			fixed[at] = true
			row := make([]float64, len(x.counters)+1)
			row[at+1] = 1 / x.counters[at].unit()
			x.prices.Add(row, math.Ceil(rate[at]-negligible))
			continue
		}
		for i, r := range rate {
			rate[i] = math.Ceil(r - negligible)
		}
		rate = append(rate, make([]float64, len(x.counters)-len(rate))...)
		if paths, most := x.worst(rate, 0); !math.IsInf(most, 1) || !x.addAll(paths) {
			break
		}
		x.begin(x.times)
		clear(fixed)
	}
	return x.raised(rate)
}

// takes takes in counters that pay for rows by factors of these, the program being as dear as it was. It reports whether there are any.
func (x *rates) takes(y []float64) bool {
	times, most := x.times, slices.Max(y)
	for i := range y {
		y[i] /= most
	}
	any := x.more(y, 0)
	x.begin(times)
	return any
}

// maxRaised bounds how often rates are raised.
const maxRaised = 1000

// raised are whole rates by which no cycle costs anything, and what they cost: where one does, as a rate was lifted for another
// one when it was whole already, what pays for it is raised.
func (x *rates) raised(rate []float64) (_ []float64, most float64) {
	for range maxRaised {
		paths, most := x.worst(rate, 0) // whole numbers: nothing is lost in computing, and a cycle that costs 1 costs it each time
		if !math.IsInf(most, 1) {
			return rate, most
		}
		for _, p := range paths {
			if x.pay(p, rate) {
				continue
			}
			x.rows = append(x.rows, p)
			y := make([]float64, len(x.rows))
			y[len(y)-1] = 1
			if !x.takes(y) {
				return nil, math.Inf(1)
			}
			rate = append(rate, make([]float64, len(x.counters)-len(rate))...)
			x.pay(p, rate)
		}
	}
	return nil, math.Inf(1)
}

// pay raises the rate of a counter that pays for a cycle: of those that go back the least, the one with the least price.
func (x *rates) pay(p path, rate []float64) bool {
	owed, row := x.times*p.cost, x.row(p)
	for i, c := range x.counters {
		owed -= rate[i] * row[i+1] * c.unit()
	}
	if owed <= 0 { // what was raised for another one pays
		return true
	}
	at, by := -1, 0.0
	for i, c := range x.counters {
		if row[i+1] <= 0 {
			continue
		}
		n := math.Ceil(owed / (row[i+1] * c.unit()))
		if at < 0 || cmp.Or(cmp.Compare(c.loss, x.counters[at].loss), cmp.Compare(n*c.span, by*x.counters[at].span)) < 0 {
			at, by = i, n
		}
	}
	if at < 0 {
		return false
	}
	rate[at] += by
	return true
}
