package cert

import "github.com/verbosel/verbosel/codegen/verify/rules"

// edge says that a way leads from one node to another, and whether it reads from the client or
// writes to it.
type edge struct {
	from, to      int
	reads, writes bool
}

// demandOneRequest demands that no loop both reads from the client and writes to it: so requests
// follow each other only where a read comes behind a response.
func (c *checker) demandOneRequest() {
	next := make([][]int, len(c.proof.Nodes))
	for _, e := range c.edges {
		next[e.from] = append(next[e.from], e.to)
	}
	part := Components(next)
	reads, writes := map[int]bool{}, map[int]bool{}
	for _, e := range c.edges {
		if part[e.from] == part[e.to] {
			reads[part[e.from]] = reads[part[e.from]] || e.reads
			writes[part[e.from]] = writes[part[e.from]] || e.writes
		}
	}
	for i := range c.proof.Nodes {
		if reads[part[i]] && writes[part[i]] {
			refuse(rules.Isolation, c.proof.Nodes[i].Addr, "a loop that reads and writes is not followed yet")
		}
	}
}

// Components numbers the strongly connected parts of a graph from 1 on, each behind those that it
// leads to; next has the successors of each vertex (Tarjan 1972).
func Components(next [][]int) (part []int) {
	n := len(next)
	index, low := make([]int, n), make([]int, n)
	part = make([]int, n)
	var stack []int
	count, parts := 0, 0
	var visit func(v int)
	visit = func(v int) { // at most as deep as there are vertices
		count++
		index[v], low[v] = count, count
		stack = append(stack, v)
		for _, w := range next[v] {
			if index[w] == 0 {
				visit(w)
				low[v] = min(low[v], low[w])
			} else if part[w] == 0 {
				low[v] = min(low[v], index[w])
			}
		}
		if low[v] != index[v] {
			return
		}
		parts++
		for {
			w := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			part[w] = parts
			if w == v {
				return
			}
		}
	}
	for v := range n {
		if index[v] == 0 {
			visit(v)
		}
	}
	return part
}
