package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Pool keeps states that are not in use any more, and apart from them what some have and others
// do not: the rows of matrices, and what follows old values.
type Pool struct {
	states []*State
	pasts  []*value.Past
	rows   *zone.Rows
}

// Get is a state of any content, without a Past, and with a zone to copy or join to.
func (p *Pool) Get() *State {
	if n := len(p.states); n > 0 {
		s := p.states[n-1]
		p.states = p.states[:n-1]
		return s
	}
	if p.rows == nil {
		p.rows = new(zone.Rows)
	}
	return &State{Zone: p.rows.New()}
}

// Put gives back a state that is not in use any more.
func (p *Pool) Put(s *State) {
	p.DropPast(s)
	s.Zone.Release()
	p.states = append(p.states, s)
}

// Clone is a copy, in a state of the pool.
func (p *Pool) Clone(s *State) *State {
	c := p.Get()
	if s.Past != nil {
		c.Past = p.past()
	}
	c.CopyFrom(s)
	return c
}

// past is one of any content.
func (p *Pool) past() *value.Past {
	n := len(p.pasts)
	if n == 0 {
		return new(value.Past)
	}
	old := p.pasts[n-1]
	p.pasts = p.pasts[:n-1]
	return old
}

// Follow lets a state follow the present values of expressions.
func (p *Pool) Follow(s *State, values []zone.Lin) {
	s.Past = p.past()
	s.Past.Begin(values)
}

// DropPast gives back what a state follows.
func (p *Pool) DropPast(s *State) {
	if s.Past != nil {
		p.pasts = append(p.pasts, s.Past)
		s.Past = nil
	}
}

// Clone is a copy for keeps.
func (s *State) Clone() *State { return new(Pool).Clone(s) }
