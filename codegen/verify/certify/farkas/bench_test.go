package farkas_test

import (
	"math/rand/v2"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/certify/farkas"
)

// Premises among up to 300 facts; steps are those of a linear program, where it is asked.
func BenchmarkFind(b *testing.B) {
	for _, c := range []struct {
		name  string
		facts int
		false int64 // what the goal is above what was made
	}{{"one", 1, 0}, {"two", 2, 0}, {"four", 4, 0}, {"false", 2, 1 << 50}} {
		b.Run(c.name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(16, 5))
			type call struct {
				w    *world
				goal linear.Sum
			}
			var calls []call
			for range 50 {
				w, _ := plenty(r)
				goal := conclusion(r, w, c.facts)
				goal.C += c.false
				calls = append(calls, call{w, goal})
			}
			steps := 0
			for _, c := range calls {
				steps += farkas.Steps(c.w.facts, c.goal, c.w.of)
			}
			b.ReportMetric(float64(steps)/float64(len(calls)), "steps")
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				c := calls[i%len(calls)]
				farkas.Find(c.w.facts, c.goal, c.w.of)
			}
		})
	}
}
