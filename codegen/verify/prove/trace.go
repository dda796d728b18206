package prove

// trace is the way that a state came.
type trace struct {
	Branch
	before *trace
}

// went remembers a way taken.
func (s *state) went(from, to uint64) { s.trace = &trace{Branch{from, to}, s.trace} }

const maxPath = 24 // branches of a failure's path

// path is the way that a state came, its last part.
func (s *state) path() []Branch {
	var out []Branch
	for t := s.trace; t != nil && len(out) < maxPath; t = t.before {
		out = append([]Branch{t.Branch}, out...)
	}
	return out
}
