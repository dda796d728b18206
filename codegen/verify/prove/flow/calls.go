package flow

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
)

// Starts says that a run of instructions begins at a vertex.
func (v *Vertex) Starts() bool { return v.Node == nil || v.First }

// CallsOn counts the system calls that an edge stands for.
func (f *Flow) CallsOn(e *Edge) int64 {
	n := int64(0)
	if f.Vertices[e.From].Node == nil && !f.Accepts(e.From) && !e.interrupted {
		n++
	}
	if e.To == None {
		n++ // exit
	}
	return n
}

// RequestsOn counts the requests that begin behind an edge.
func (f *Flow) RequestsOn(e *Edge) int64 {
	if e.Crosses {
		return 1
	}
	return 0
}

// Accepts: at a vertex accept has returned, or the wait of a process that serves many connections, or the pause of one that
// makes workers.
func (f *Flow) Accepts(v int) bool {
	if v != None && f.Vertices[v].Node == nil && !f.Vertices[v].First && f.Vertices[v].call.number == code.SysPoll && f.Vertices[v].State.Phase == domain.Making {
		return true
	}
	return v != None && f.Vertices[v].Node == nil && !f.Vertices[v].First && (f.Vertices[v].call.number == code.SysAccept || f.Vertices[v].call.number == code.SysEpollPwait)
}
