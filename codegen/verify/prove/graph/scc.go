package graph

// Components numbers the strongly connected parts (R. Tarjan, "Depth-first search and
// linear graph algorithms", 1972), those first that can be reached from others, and says
// which one each vertex belongs to.
func (g *Digraph) Components() (part []int, n int) {
	t := tarjan{Digraph: g, out: make([][]int, g.N), num: make([]int, g.N), low: make([]int, g.N), part: make([]int, g.N)}
	for i, a := range g.Arcs {
		t.out[a.From] = append(t.out[a.From], i)
	}
	for v := range g.N {
		if t.num[v] == 0 {
			t.visit(v)
		}
	}
	return t.part, t.found
}

type tarjan struct {
	*Digraph
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
			to := t.Arcs[t.out[v][top.next]].To
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
