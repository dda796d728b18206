package flow

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/graph"
)

// Component is a strongly connected part of the flow: a loop with the loops in it, or a
// single vertex.
type Component struct {
	Vertices []int
	Edges    []int // within the component
}

// Components are the strongly connected parts, each behind those that can be reached
// from it. An edge that is cut does not count.
func (f *Flow) Components(cut func(*Edge) bool) []*Component {
	g := &graph.Digraph{N: len(f.Vertices)}
	var edges []int // the arcs', none for vertices that are gone
	for _, v := range f.Vertices {
		for _, i := range v.Out {
			if e := f.Edges[i]; !v.Gone && e.To != None && !cut(e) {
				g.Arcs = append(g.Arcs, graph.Arc{From: e.From, To: e.To})
				edges = append(edges, i)
			}
		}
	}
	part, n := g.Components()
	out := make([]*Component, n)
	for i := range out {
		out[i] = &Component{}
	}
	for v, p := range part {
		f.Vertices[v].Part = p
		out[p].Vertices = append(out[p].Vertices, v)
	}
	for i, a := range g.Arcs {
		if p := part[a.From]; p == part[a.To] {
			out[p].Edges = append(out[p].Edges, edges[i])
		}
	}
	return out
}
