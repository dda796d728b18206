package prove

// component is a strongly connected part of the flow: a loop with the loops in it, or a
// single vertex.
type component struct {
	vertices []int
	edges    []int // within the component
}

// components are the strongly connected parts, each behind those that can be reached
// from it. An edge that is cut does not count.
func (f *flow) components(cut func(*edge) bool) []*component {
	g := &digraph{n: len(f.vertices)}
	var edges []int // the arcs', none for vertices that are gone
	for _, v := range f.vertices {
		for _, i := range v.out {
			if e := f.edges[i]; !v.gone && e.to != none && !cut(e) {
				g.arcs = append(g.arcs, arc{from: e.from, to: e.to})
				edges = append(edges, i)
			}
		}
	}
	part, n := g.components()
	out := make([]*component, n)
	for i := range out {
		out[i] = &component{}
	}
	for v, p := range part {
		f.vertices[v].part = p
		out[p].vertices = append(out[p].vertices, v)
	}
	for i, a := range g.arcs {
		if p := part[a.from]; p == part[a.to] {
			out[p].edges = append(out[p].edges, edges[i])
		}
	}
	return out
}

// components numbers the strongly connected parts (R. Tarjan, "Depth-first search and
// linear graph algorithms", 1972), those first that can be reached from others, and says
// which one each vertex belongs to.
func (g *digraph) components() (part []int, n int) {
	t := tarjan{digraph: g, out: make([][]int, g.n), num: make([]int, g.n), low: make([]int, g.n), part: make([]int, g.n)}
	for i, a := range g.arcs {
		t.out[a.from] = append(t.out[a.from], i)
	}
	for v := range g.n {
		if t.num[v] == 0 {
			t.visit(v)
		}
	}
	return t.part, t.found
}

type tarjan struct {
	*digraph
	out      [][]int
	num, low []int // 0: not visited; in low also: its part is known
	part     []int
	count    int
	found    int
	stack    []int
}

// visit explores from a vertex, without recursion: a flow is deep.
func (t *tarjan) visit(root int) {
	type frame struct{ v, next int }
	t.enter(root)
	todo := []frame{{root, 0}}
	for len(todo) > 0 {
		top := &todo[len(todo)-1]
		v := top.v
		if top.next < len(t.out[v]) {
			to := t.arcs[t.out[v][top.next]].to
			top.next++
			switch {
			case t.num[to] == 0:
				t.enter(to)
				todo = append(todo, frame{to, 0})
			case t.low[to] != 0:
				t.low[v] = min(t.low[v], t.num[to])
			}
			continue
		}
		todo = todo[:len(todo)-1]
		if len(todo) > 0 {
			up := todo[len(todo)-1].v
			t.low[up] = min(t.low[up], t.low[v])
		}
		if t.low[v] == t.num[v] {
			t.leave(v)
		}
	}
}

func (t *tarjan) enter(v int) {
	t.count++
	t.num[v], t.low[v] = t.count, t.count
	t.stack = append(t.stack, v)
}

// leave takes a part off the stack, of which root was visited first.
func (t *tarjan) leave(root int) {
	for {
		v := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.part[v], t.low[v] = t.found, 0
		if v == root {
			break
		}
	}
	t.found++
}
