package graph

// Arc is an edge of a component, between places of its vertices in it.
type Arc struct {
	From, To int
	Weight   int64
}

// Digraph is a component with a weight on each edge.
type Digraph struct {
	N    int
	Arcs []Arc
}

// noArc is a vertex's arc by which no way comes to it.
const noArc = -1

// Positive finds a cycle whose weights are more than 0 together: the numbers of its arcs,
// in order; nil where there is none. It looks for longest ways (R. Bellman, "On a routing
// problem", 1958) until one of them closes, or weighs more than can be counted: then it is
// far, and there may be one.
func (g *Digraph) Positive() (cycle []int, far bool) {
	dist, by := make([]int64, g.N), make([]int, g.N)
	for i := range by {
		by[i] = noArc
	}
	for changed := true; changed; {
		changed = false
		for i, a := range g.Arcs {
			if d := Sum(dist[a.From], a.Weight); d > dist[a.To] {
				dist[a.To], by[a.To], changed = d, i, true
				far = far || d >= Beyond
			}
		}
		if c := g.closed(by); c != nil || far {
			return c, c == nil
		}
	}
	return nil, false
}

// closed is a cycle among the arcs by which the vertices are reached.
func (g *Digraph) closed(by []int) []int {
	seen := make([]int, g.N)
	for start := range seen {
		v := start
		for seen[v] == 0 && by[v] != noArc {
			seen[v] = start + 1
			v = g.Arcs[by[v]].From
		}
		if by[v] == noArc || seen[v] != start+1 {
			continue
		}
		var c []int
		for u := v; ; {
			c = append(c, by[u])
			if u = g.Arcs[by[u]].From; u == v {
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
