package cert

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// edge says that a way leads from one node to another, and whether it reads from the client or
// writes to it.
type edge struct {
	from, to      int
	reads, writes bool
}

// maxInterim bounds an interim response, in bytes.
const maxInterim = 64

// interim: n bytes from addr on are of one interim response that stands in the data: a status from 100 to
// 199, but for 101, behind which another protocol is spoken. Behind it the same request goes on (RFC 9110,
// 15.2): to write it answers nothing.
func (s *State) interim(addr, n linear.Sum) bool {
	at, ok := s.relative(addr, ImageBase)
	if !ok {
		return false
	}
	begin, end := s.least(at)-s.check.dataAddr, s.most(s.plus(at, n, 1))-s.check.dataAddr
	if begin < 0 || begin > int64(len(s.check.data)) {
		return false // it was found in the data, but a certificate need not say the same again
	}
	text := s.check.data[begin:min(int64(len(s.check.data)), begin+maxInterim)]
	i := bytes.Index(text, []byte("\r\n\r\n"))
	return bytes.HasPrefix(text, []byte("HTTP/1.1 1")) && !bytes.HasPrefix(text, []byte("HTTP/1.1 101")) && i >= 0 && end <= begin+int64(i)+4
}

// isHead: of what was written to the stack all is forgotten where another request begins, but for what the node has:
//
//   - variables at fixed places, where no input is, which the figures list
//   - of the input one part between two sums: what waits to be parsed
//   - responses that wait, elsewhere: from a fixed place up to a sum
//
// What a bit says to be written is forgotten, too. From where on input waits is not looked at: a client may choose
// where its own next request is read.
func (n *Node) isHead(input Span) bool {
	rests := 0
	for _, w := range n.Bytes {
		lo, hi := n.rangeOf(w.Lo).Lo, n.rangeOf(w.Hi).Hi
		switch _, ok := w.fixed(); {
		case !ok && input.Lo <= lo && hi <= input.Hi:
			rests++
		case !w.Lo.IsConst() || lo < input.Hi && input.Lo < hi:
			return false
		}
	}
	for _, w := range n.Waits {
		if slices.ContainsFunc(append(fixed(n.Bytes), input), w.meets) {
			return false
		}
	}
	return rests <= 1 && !n.Answered && len(n.Givens) == 0
}

// rangeOf bounds a sum of the node's variables by their bounds.
func (n *Node) rangeOf(a linear.Sum) linear.Bounds {
	return a.Range(func(v linear.Var) linear.Bounds {
		if v < FirstVar {
			return linear.Bounds{Lo: -linear.NoBound, Hi: linear.NoBound}
		}
		return n.Vars[v-FirstVar].Bounds
	})
}

// waited: n bytes from addr on answer earlier requests, as nothing was written there since this one began.
func (s *State) waited(addr, n linear.Sum) bool {
	off, ok := s.offset(addr)
	return ok && slices.ContainsFunc(s.waits, func(w Span) bool {
		return s.atMost(linear.Const(w.Lo), off) && s.atMost(s.plus(off, n, 1), linear.Const(w.Hi))
	})
}

// variables are those at fixed places that go on to the request that begins at the node.
func (n *Node) variables() (out []Span) {
	for _, w := range fixed(n.Bytes) {
		if !within(w, n.First) {
			out = append(out, w)
		}
	}
	for _, f := range n.Frames {
		if f.To == 0 {
			out = append(out, Span{f.Off, f.Off + 8})
		}
	}
	return out
}

// demandHeads demands of each loop that both reads from the client and writes to it, as far as it is no part of another
// one, that all ways into it come to heads: so each round of it is another request. What a loop is, addresses and calls
// say, as what is known there differs.
func (c *checker) demandHeads() {
	vertices := map[string]int{"": 0} // from where no node is
	at := make([]int, len(c.proof.Nodes))
	for i := range c.proof.Nodes {
		n := &c.proof.Nodes[i]
		key := fmt.Sprint(n.Addr, n.Frames)
		if _, ok := vertices[key]; !ok {
			vertices[key] = len(vertices)
		}
		at[i] = vertices[key]
	}
	from := func(e edge) int {
		if e.from < 0 {
			return 0
		}
		return at[e.from]
	}
	next := make([][]int, len(vertices))
	for _, e := range c.edges {
		next[from(e)] = append(next[from(e)], at[e.to])
	}
	part := Components(next)
	reads, writes := map[int]bool{}, map[int]bool{}
	for _, e := range c.edges {
		if p := part[at[e.to]]; part[from(e)] == p {
			reads[p], writes[p] = reads[p] || e.reads, writes[p] || e.writes
		}
	}
	for _, e := range c.edges {
		if p := part[at[e.to]]; part[from(e)] != p && reads[p] && writes[p] && !c.proof.Nodes[e.to].Head {
			refuse(rules.Isolation, c.proof.Nodes[e.to].Addr, "a loop that reads and writes is entered where no request begins")
		}
	}
}

// Components numbers the strongly connected parts of a graph from 1 on, each behind those that it
// leads to; next has the successors of each vertex (Kosaraju, in Sharir 1981).
func Components(next [][]int) (part []int) {
	back := make([][]int, len(next))
	for v, list := range next {
		for _, w := range list {
			back[w] = append(back[w], v)
		}
	}
	var order []int // each vertex that was seen, behind those that only come to it
	var visit func(edges [][]int, of []int, v, number int)
	visit = func(edges [][]int, of []int, v, number int) { // at most as deep as there are vertices
		of[v] = number
		for _, w := range edges[v] {
			if of[w] == 0 {
				visit(edges, of, w, number)
			}
		}
		order = append(order, v)
	}
	seen, part := make([]int, len(next)), make([]int, len(next))
	for v := range next {
		if seen[v] == 0 {
			visit(back, seen, v, 1)
		}
	}
	for i, parts := len(next)-1, 0; i >= 0; i-- {
		if v := order[i]; part[v] == 0 {
			parts++
			visit(next, part, v, parts)
		}
	}
	return part
}
