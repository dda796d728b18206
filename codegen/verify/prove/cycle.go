package prove

// arc is an edge of a component, between places of its vertices in it.
type arc struct {
	from, to int
	weight   int64
}

// digraph is a component with a weight on each edge.
type digraph struct {
	n    int
	arcs []arc
}

// noArc is a vertex's arc by which no way comes to it.
const noArc = -1

// positive finds a cycle whose weights are more than 0 together: the numbers of its arcs,
// in order; nil where there is none. It looks for longest ways (R. Bellman, "On a routing
// problem", 1958) until one of them closes, or weighs more than can be counted: then it is
// far, and there may be one.
func (g *digraph) positive() (cycle []int, far bool) {
	dist, by := make([]int64, g.n), make([]int, g.n)
	for i := range by {
		by[i] = noArc
	}
	for changed := true; changed; {
		changed = false
		for i, a := range g.arcs {
			if d := sum(dist[a.from], a.weight); d > dist[a.to] {
				dist[a.to], by[a.to], changed = d, i, true
				far = far || d >= beyond
			}
		}
		if c := g.closed(by); c != nil || far {
			return c, c == nil
		}
	}
	return nil, false
}

// closed is a cycle among the arcs by which the vertices are reached.
func (g *digraph) closed(by []int) []int {
	seen := make([]int, g.n)
	for start := range seen {
		v := start
		for seen[v] == 0 && by[v] != noArc {
			seen[v] = start + 1
			v = g.arcs[by[v]].from
		}
		if by[v] == noArc || seen[v] != start+1 {
			continue
		}
		var c []int
		for u := v; ; {
			c = append(c, by[u])
			if u = g.arcs[by[u]].from; u == v {
				break
			}
		}
		for i, j := 0, len(c)-1; i < j; i, j = i+1, j-1 {
			c[i], c[j] = c[j], c[i]
		}
		return c
	}
	return nil
}
