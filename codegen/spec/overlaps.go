package spec

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
)

// families are the routes by what they match: those with the same paths have a number.
type families struct {
	patterns *pattern.Set   // those with parameters
	number   map[string]int // of each shape
	routes   [][]*Route
}

func newFamilies(routes []Route) *families {
	f := &families{patterns: pattern.NewSet(), number: map[string]int{}}
	for i := range routes {
		r := &routes[i]
		if r.Path == "" || r.Dir != nil || len(r.Methods) == 0 {
			continue // reported already, or behind all others
		}
		shape := r.Pattern.Shape()
		n, ok := f.number[shape]
		if !ok {
			n = len(f.routes)
			f.number[shape] = n
			f.routes = append(f.routes, nil)
			if !r.Pattern.IsLiteral() {
				f.patterns.Add(r.Pattern, n)
			}
		}
		f.routes[n] = append(f.routes[n], r)
	}
	return f
}

// compareMethods is how two methods of routes relate: any has all of them.
func compareMethods(a, b string) pattern.Relation {
	switch {
	case a == b:
		return pattern.Equal
	case a == AnyMethod:
		return pattern.Wider
	case b == AnyMethod:
		return pattern.Narrower
	}
	return pattern.Disjoint
}

// checkOverlaps refuses two routes that have requests in common and requests of their
// own: neither is the more specific one. Routes with the same paths are compared by
// checkDuplicate.
func (d *decoder) checkOverlaps(f *families) {
	for n, family := range f.routes {
		p := family[0].Pattern
		for _, other := range f.patterns.Touching(p) {
			if other == n || !p.IsLiteral() && other > n {
				continue // seen from the other one
			}
			d.checkOverlap(family, f.routes[other])
		}
	}
}

// checkOverlap compares two families, and reports one pair of routes at most.
func (d *decoder) checkOverlap(family, other []*Route) {
	for _, a := range family {
		for _, b := range other {
			if m, n, clash := overlapping(a, b); clash {
				d.reportOverlap(a, m, b, n)
				return
			}
		}
	}
}

// overlapping finds two methods with which the routes have requests in common, and each
// requests of its own.
func overlapping(a, b *Route) (m, n string, found bool) {
	paths := pattern.Compare(a.Pattern, b.Pattern)
	for _, m := range a.Methods {
		for _, n := range b.Methods {
			if paths.And(compareMethods(m, n)) == pattern.Overlap {
				return m, n, true
			}
		}
	}
	return "", "", false
}

// isBefore: the spec is before the files that it names.
func (d *decoder) isBefore(a, b diag.Pos) bool {
	if a.File != b.File {
		return a.File == d.src.file
	}
	return a.Before(b)
}

func (d *decoder) reportOverlap(a *Route, m string, b *Route, n string) {
	if d.isBefore(a.PathPos, b.PathPos) {
		a, m, b, n = b, n, a, m
	}
	hint := "give one of them paths that the other one has too, or none of its paths"
	if pattern.Compare(a.Pattern, b.Pattern) != pattern.Overlap {
		hint = "name the same methods in both, or fewer where the path is the more specific one"
	}
	d.errs.Add(d.errorAt(a.PathPos,
		fmt.Sprintf("%s %s overlaps with %s %s in %s: both answer %s, and neither is more specific",
			m, a.Path, n, b.Path, line(b.PathPos, a.PathPos), pattern.Meet(a.Pattern, b.Pattern)), hint))
}

// checkReached refuses a route of every method whose paths have a route for each.
func (d *decoder) checkReached(f *families) {
	for _, family := range f.routes {
		for _, r := range family {
			if r.Methods[0] != AnyMethod {
				continue
			}
			missing := slices.ContainsFunc(methods, func(m string) bool {
				return m != "HEAD" && !slices.ContainsFunc(family, func(o *Route) bool { return slices.Contains(o.Methods, m) })
			})
			if !missing {
				d.errs.Add(d.errorAt(r.PathPos,
					fmt.Sprintf("nothing reaches this route: other routes answer %s for every method", r.Path), "remove it"))
			}
		}
	}
}

// answering is the most specific route that answers GET for a path, or nil.
func (f *families) answering(path string) *Route {
	candidates := f.patterns.Covering(pattern.Of(path))
	if n, ok := f.number[path]; ok {
		candidates = append(candidates, n)
	}
	var best *Route
	for _, n := range candidates {
		for _, r := range f.routes[n] {
			if r.Answers("GET") && (best == nil || narrower(r, best)) {
				best = r
			}
		}
	}
	return best
}

func narrower(a, b *Route) bool {
	switch pattern.Compare(a.Pattern, b.Pattern) {
	case pattern.Narrower:
		return true
	case pattern.Equal:
		return b.Methods[0] == AnyMethod
	}
	return false
}
