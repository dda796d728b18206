package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
)

// trace is the way that a state came.
type trace struct {
	data.Branch
	before *trace
}

// Went remembers a way taken.
func (s *State) Went(from, to uint64) { s.Trace = &trace{data.Branch{From: from, To: to}, s.Trace} }

const maxPath = 24 // branches of a failure's path

// Path is the way that a state came, its last part.
func (s *State) Path() []data.Branch {
	var out []data.Branch
	for t := s.Trace; t != nil && len(out) < maxPath; t = t.before {
		out = append([]data.Branch{t.Branch}, out...)
	}
	return out
}
