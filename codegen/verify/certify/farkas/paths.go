package farkas

import "github.com/verbosel/verbosel/codegen/verify/cert/linear"

// paths are the shortest ways from one variable to another by facts that are differences: k times
// the first variable, and the goal's constant, is at most k times a vertex plus its distance. Behind
// the rows' vertices is one for 0, which bounds lead to and from. Each round, or level, adds one fact
// (Bellman, Ford), so that the way with the fewest facts is found first.
type paths struct {
	*system
	k      int64
	source int
	target int
	edges  []edge
	at     []wide // distances of the level
	far    []bool // there is none yet
	before []wide
	beyond []bool
	from   []int32 // per level and vertex: the edge that led there, or what is below 0
	levels int
	pure   bool // all facts are edges
}

const (
	// MaxLevels is how many rounds there are at most.
	MaxLevels = 64

	kept     = -1 // the distance is that of the level before
	fromZero = -2 // by the bound of the vertex
	toZero   = -3 // by the bound of vertex toZero - from
)

type edge struct {
	fact     int
	u, w     int // u is at most w and c/k
	factor   int64
	distance wide
}

// begin takes the goal for k times a difference; false where it is none.
func (p *paths) begin(s *system) bool {
	zero := len(s.bounds)
	p.system, p.source, p.target, p.levels = s, zero, zero, 0
	p.edges, p.from, p.pure = p.edges[:0], p.from[:0], true
	if len(s.goal.terms) == 0 || !s.goal.difference() {
		return false
	}
	for _, e := range s.goal.terms {
		p.k = max(e.coef, -e.coef)
		if e.coef > 0 {
			p.source = int(e.row)
		} else {
			p.target = int(e.row)
		}
	}
	for _, f := range s.facts {
		if !f.difference() {
			p.pure = false
			continue
		}
		e := edge{fact: f.fact, u: zero, w: zero}
		for _, t := range f.terms {
			e.factor = max(t.coef, -t.coef)
			if t.coef > 0 {
				e.u = int(t.row)
			} else {
				e.w = int(t.row)
			}
		}
		if p.k%e.factor != 0 {
			p.pure = false
			continue
		}
		p.pure = p.pure && e.factor == 1
		e.factor = p.k / e.factor
		e.distance = product(f.c, -e.factor)
		p.edges = append(p.edges, e)
	}
	p.at, p.far = room(p.at, zero+1), room(p.far, zero+1)
	for v := range p.far {
		p.far[v] = true
	}
	p.at[p.source], p.far[p.source] = wideOf(s.goal.c), false
	p.level()
	p.bound()
	return true
}

// level begins one in which all is kept.
func (p *paths) level() {
	for range p.at {
		p.from = append(p.from, kept)
	}
	p.levels++
	p.before, p.beyond = append(p.before[:0], p.at...), append(p.beyond[:0], p.far...)
}

// reach notes a way to a vertex. It reports whether it is shorter.
func (p *paths) reach(v int, d wide, by int32) bool {
	if !p.far[v] && p.at[v].compare(d) <= 0 {
		return false
	}
	p.at[v], p.far[v] = d, false
	p.from[(p.levels-1)*len(p.at)+v] = by
	return true
}

// bound goes by the bounds: to 0, and from there.
func (p *paths) bound() {
	zero := len(p.bounds)
	for v := range zero {
		if !p.far[v] && p.finite(2*side(v)) {
			p.reach(zero, p.at[v].plus(product(p.bounds[v].Hi, p.k)), int32(toZero-v))
		}
	}
	if p.far[zero] {
		return
	}
	for v := range zero {
		if p.finite(2*side(v) + 1) {
			p.reach(v, p.at[zero].minus(product(p.bounds[v].Lo, p.k)), fromZero)
		}
	}
}

// run takes rounds until the goal is shown, or, if whole, until no distance is shorter. It reports
// whether it came to that.
func (p *paths) run(whole bool) bool {
	for p.levels < MaxLevels {
		if !whole && p.shows() {
			return true
		}
		p.level()
		shorter := false
		for i, e := range p.edges {
			if !p.beyond[e.u] && p.reach(e.w, p.before[e.u].plus(e.distance), int32(i)) {
				shorter = true
			}
		}
		if !shorter {
			return true
		}
		p.bound()
	}
	return false
}

// shows: the goal is at most 0.
func (p *paths) shows() bool { return !p.far[p.target] && p.at[p.target].compare(wide{}) <= 0 }

// taken are the facts on the way to the target; false where bounds contradict each other.
func (p *paths) taken() ([]linear.Premise, bool) {
	var out []linear.Premise
	v := p.target
	for level, steps := p.levels-1, 0; steps < 4*MaxLevels; steps++ {
		switch by := p.from[level*len(p.at)+v]; {
		case by == kept && level == 0:
			return out, true
		case by == kept:
			level--
		case by == fromZero:
			v = len(p.bounds)
		case by <= toZero:
			v = toZero - int(by)
		default:
			e := p.edges[by]
			out = append(out, linear.Premise{Fact: e.fact, Factor: e.factor})
			v = e.u
			level--
		}
	}
	return nil, false
}
