package farkas

import "github.com/verbosel/verbosel/codegen/verify/cert/linear"

// Steps is how many steps a linear program takes that looks for the premises of a goal.
func Steps(facts []linear.Sum, goal linear.Sum, of func(linear.Var) linear.Bounds) int {
	s := systems.Get().(*system)
	defer systems.Put(s)
	if !s.read(facts, goal, of) || !s.relevant() {
		return 0
	}
	s.solve(len(facts))
	return s.simplex.steps
}
