package cert

import (
	"bytes"

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
