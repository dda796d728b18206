package farkas_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/certify/farkas"
)

// world is a system of facts with bounds.
type world struct {
	facts  []linear.Sum
	bounds []linear.Bounds
}

func (w *world) of(v linear.Var) linear.Bounds { return w.bounds[v] }

// boxed has n variables within small bounds.
func boxed(r *rand.Rand, n int) *world {
	w := &world{}
	for range n {
		lo := int64(r.IntN(4)) - 3
		w.bounds = append(w.bounds, linear.Bounds{Lo: lo, Hi: lo + int64(r.IntN(4))})
	}
	return w
}

// add sums k*v.
func add(s linear.Sum, v linear.Var, k int64) linear.Sum {
	s, _ = s.Plus(linear.Of(v), k)
	return s
}

// difference is x - y + c, or one of them.
func (w *world) difference(r *rand.Rand, reach int) linear.Sum {
	s := linear.Const(int64(r.IntN(2*reach+1) - reach))
	x, y := linear.Var(r.IntN(len(w.bounds))), linear.Var(r.IntN(len(w.bounds)))
	if r.IntN(8) > 0 {
		s = add(s, x, 1)
	}
	if r.IntN(8) > 0 {
		s = add(s, y, -1)
	}
	return s
}

// any is a sum of up to n variables with factors up to most.
func (w *world) any(r *rand.Rand, n, reach, most int) linear.Sum {
	s := linear.Const(int64(r.IntN(2*reach+1) - reach))
	for range 1 + r.IntN(n) {
		s = add(s, linear.Var(r.IntN(len(w.bounds))), int64(1+r.IntN(most))*int64(1-2*r.IntN(2)))
	}
	return s
}

// each calls f for each point within the bounds where all facts hold.
func (w *world) each(f func(at []int64)) {
	at := make([]int64, len(w.bounds))
	var from func(v int)
	from = func(v int) {
		if v == len(at) {
			for _, fact := range w.facts {
				if value(fact, at) > 0 {
					return
				}
			}
			f(at)
			return
		}
		for at[v] = w.bounds[v].Lo; at[v] <= w.bounds[v].Hi; at[v]++ {
			from(v + 1)
		}
	}
	from(0)
}

func value(s linear.Sum, at []int64) int64 {
	v := s.C
	for _, t := range s.Terms {
		v += t.Coef * at[t.Var]
	}
	return v
}

// most is the greatest value of a sum; false where the facts contradict each other.
func (w *world) most(s linear.Sum) (most int64, possible bool) {
	w.each(func(at []int64) {
		if v := value(s, at); !possible || v > most {
			most, possible = v, true
		}
	})
	return
}

// Of differences, what holds at all points follows, and what does not hold does not; the least
// bound is the greatest value, and facts contradict each other where there is no point.
func TestDifferencesAgainstBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 1))
	var followed, not, impossible int
	for range 20_000 {
		w := boxed(r, 4)
		for range r.IntN(7) {
			w.facts = append(w.facts, w.difference(r, 2))
		}
		goal := w.difference(r, 4)
		most, possible := w.most(goal)
		premises, ok := farkas.Impossible(w.facts, w.of)
		if ok == possible || ok && !linear.Follows(w.facts, premises, linear.Const(1), w.of) {
			t.Fatalf("%v: possible %v, impossible %v by %v", w, possible, ok, premises)
		}
		if !possible {
			impossible++
			false7 := linear.Const(7)
			if premises, ok := farkas.Find(w.facts, false7, w.of); !ok || !linear.Follows(w.facts, premises, false7, w.of) {
				t.Fatalf("%v: impossible, and 7 <= 0 does not follow by %v", w, premises)
			}
			continue
		}
		premises, ok = farkas.Find(w.facts, goal, w.of)
		if ok != (most <= 0) || ok && !linear.Follows(w.facts, premises, goal, w.of) {
			t.Fatalf("%v: %v is at most %d; found %v, %v", w, goal, most, premises, ok)
		}
		if ok {
			followed++
		} else {
			not++
		}
		c, premises := farkas.Least(w.facts, goal, w.of)
		goal, _ = goal.PlusConst(-c)
		if c != most || !linear.Follows(w.facts, premises, goal, w.of) {
			t.Fatalf("%v: %v is at most %d above %d; by %v", w, goal, most, c, premises)
		}
	}
	if min(followed, not, impossible) < 1000 {
		t.Errorf("%d followed, %d did not, %d impossible: too few to say anything", followed, not, impossible)
	}
}

// What follows from some sum of up to three facts with small factors is found, and nothing that
// does not hold.
func TestSumsAgainstBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 2))
	var followed, not, byContrary int
	for range 20_000 {
		w := boxed(r, 4)
		for range 3 + r.IntN(2) {
			w.facts = append(w.facts, w.any(r, 3, 6, 4))
		}
		goal := w.any(r, 3, 6, 4)
		most, possible := w.most(goal)
		if premises, ok := farkas.Impossible(w.facts, w.of); ok && (possible || !linear.Follows(w.facts, premises, linear.Const(1), w.of)) {
			t.Fatalf("%v is possible, and is not by %v", w, premises)
		}
		if !possible {
			continue
		}
		premises, ok := farkas.Find(w.facts, goal, w.of)
		if ok && (most > 0 || !linear.Follows(w.facts, premises, goal, w.of)) {
			t.Fatalf("%v: %v is at most %d, follows by %v", w, goal, most, premises)
		}
		c, _ := farkas.Least(w.facts, goal, w.of)
		if c < most || ok && c > 0 {
			t.Fatalf("%v: %v is at most %d, the least shown is %d", w, goal, most, c)
		}
		if ok {
			followed++
			if len(premises) > 0 && premises[len(premises)-1].Fact == len(w.facts) {
				byContrary++
			}
			continue
		}
		not++
		if premises := search(w, goal, nil, 0); premises != nil {
			t.Fatalf("%v: %v follows by %v: not found", w, goal, premises)
		}
	}
	if min(followed, not, 10*byContrary) < 1000 {
		t.Errorf("%d followed, %d by the contrary, %d did not: too few to say anything", followed, byContrary, not)
	}
}

// search tries all factors up to 3, for the contrary up to 4.
func search(w *world, goal linear.Sum, premises []linear.Premise, fact int) []linear.Premise {
	if fact == len(w.facts) {
		for k := range int64(5) {
			all := premises
			if k > 0 {
				all = append(all[:len(all):len(all)], linear.Premise{Fact: fact, Factor: k})
			}
			if linear.Follows(w.facts, all, goal, w.of) {
				return all
			}
		}
		return nil
	}
	for k := range int64(4) {
		all := premises
		if k > 0 {
			all = append(all[:len(all):len(all)], linear.Premise{Fact: fact, Factor: k})
		}
		if found := search(w, goal, all, fact+1); found != nil {
			return found
		}
	}
	return nil
}

// plenty is a system as a server has it: up to 300 facts that hold at some point, most of them
// differences, and some bounds.
func plenty(r *rand.Rand) (w *world, at []int64) {
	w = &world{}
	for range 5 + r.IntN(56) {
		v := int64(r.IntN(1 << r.IntN(48)))
		b := linear.Bounds{Lo: -linear.NoBound, Hi: linear.NoBound}
		if r.IntN(2) == 0 {
			b.Lo = v - int64(r.IntN(100))
		}
		if r.IntN(4) == 0 {
			b.Hi = v + int64(r.IntN(1<<20))
		}
		w.bounds, at = append(w.bounds, b), append(at, v)
	}
	for range 10 + r.IntN(290) {
		var s linear.Sum
		if r.IntN(8) > 0 {
			s = w.difference(r, 1)
		} else {
			s = w.any(r, 4, 1, 1<<r.IntN(7))
		}
		s.C = -int64(r.IntN(50))
		s.C -= value(linear.Sum{Terms: s.Terms}, at)
		w.facts = append(w.facts, s)
	}
	return w, at
}

// conclusion is a sum of facts and bounds.
func conclusion(r *rand.Rand, w *world, facts int) linear.Sum {
	goal := linear.Const(-int64(r.IntN(2)))
	var ok bool
	for range facts {
		f := r.IntN(len(w.facts))
		if len(goal.Terms) > 0 && r.IntN(8) > 0 { // one that takes something away
			for range 20 {
				sum, _ := goal.Plus(w.facts[f], 1)
				if len(sum.Terms) <= max(2, len(goal.Terms)) {
					break
				}
				f = r.IntN(len(w.facts))
			}
		}
		if goal, ok = goal.Plus(w.facts[f], int64(1+r.IntN(2)*r.IntN(8))); !ok {
			panic("BUG: a small sum does not fit")
		}
	}
	for _, t := range goal.Terms {
		if b := w.bounds[t.Var].Hi; b != linear.NoBound && r.IntN(4) == 0 {
			goal = add(goal, t.Var, 1)
			goal.C -= b
		}
	}
	return goal
}

// What was made of premises is found among up to 300 facts, and what is false somewhere is not.
func TestPlenty(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 3))
	made, many, refuted, surplus := 0, 0, 0, 0
	for range 1_000 {
		w, at := plenty(r)
		if premises, ok := farkas.Impossible(w.facts, w.of); ok {
			t.Fatalf("%v: %v hold at %v, and contradict by %v", w, premises, at, premises)
		}
		n := 1 + r.IntN(5)
		goal := conclusion(r, w, n)
		premises, ok := farkas.Find(w.facts, goal, w.of)
		if !ok || !linear.Follows(w.facts, premises, goal, w.of) {
			t.Fatalf("%v was made of %d of %d facts; found %v, %v", goal, n, len(w.facts), premises, ok)
		}
		made++
		if len(premises) > 2 {
			many++
		}
		surplus += max(0, len(premises)-n)
		goal.C += 1 - value(goal, at)
		if premises, ok := farkas.Find(w.facts, goal, w.of); ok {
			t.Fatalf("%v does not hold at %v, and follows by %v", goal, at, premises)
		}
		refuted++
	}
	if many < 150 {
		t.Errorf("%d of %d had more than 2 premises: too few to say anything", many, made)
	}
	if surplus > made/16 {
		t.Errorf("%d premises more than needed for %d goals", surplus, made)
	}
}

// Numbers at the edge of 64 bits do no harm: what is found follows.
func TestEdges(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 6))
	edges := []int64{0, 1, -1, 2, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, math.MinInt64 + 1, 1 << 62, -1 << 62, farkas.MaxFactor, -farkas.MaxFactor, farkas.MaxFactor + 1}
	number := func() int64 {
		if r.IntN(3) == 0 {
			return edges[r.IntN(len(edges))]
		}
		return int64(r.IntN(9) - 4)
	}
	sum := func() linear.Sum {
		s := linear.Const(number())
		for v := range linear.Var(4) {
			if k := number(); k != 0 && r.IntN(2) == 0 {
				s.Terms = append(s.Terms, linear.Term{Var: v, Coef: k})
			}
		}
		return s
	}
	found, impossible, bound := 0, 0, 0
	for range 100_000 {
		w := &world{}
		for range 4 {
			w.bounds = append(w.bounds, linear.Bounds{Lo: number(), Hi: number()})
		}
		for range r.IntN(5) {
			w.facts = append(w.facts, sum())
		}
		goal := sum()
		if premises, ok := farkas.Find(w.facts, goal, w.of); ok {
			if !linear.Follows(w.facts, premises, goal, w.of) {
				t.Fatalf("%v: %v does not follow by %v", w, goal, premises)
			}
			if len(premises) > 0 {
				found++
			}
		}
		if premises, ok := farkas.Impossible(w.facts, w.of); ok {
			impossible++
			if !linear.Follows(w.facts, premises, linear.Const(1), w.of) {
				t.Fatalf("%v: not impossible by %v", w, premises)
			}
		}
		if c, premises := farkas.Least(w.facts, goal, w.of); len(premises) > 0 {
			bound++
			if goal, ok := goal.PlusConst(-c); !ok || !linear.Follows(w.facts, premises, goal, w.of) {
				t.Fatalf("%v: %v is not at most %d by %v", w, goal, c, premises)
			}
		}
	}
	if min(found, impossible, bound) < 1000 {
		t.Errorf("%d found, %d impossible, %d bounds: too few to say anything", found, impossible, bound)
	}
}

// Among 300 facts a fact that is enough costs next to nothing, and a goal that does not follow
// takes few steps.
func TestCosts(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 7))
	steps, most, programs := 0, 0, 0
	for range 200 {
		w, at := plenty(r)
		f := r.IntN(len(w.facts))
		goal := w.facts[f]
		if n := testing.AllocsPerRun(1, func() { farkas.Find(w.facts, goal, w.of) }); n > 4 {
			t.Errorf("%v: %v allocations for %v, which is one of the facts", w, n, goal)
		}
		goal.C += 1 - value(goal, at)
		if n := farkas.Steps(w.facts, goal, w.of); n > 0 {
			steps, most, programs = steps+n, max(most, n), programs+1
		}
	}
	if programs < 100 || steps > 60*programs || most >= farkas.MaxSteps-1 {
		t.Errorf("%d steps in %d programs, %d in one", steps, programs, most)
	}
}
