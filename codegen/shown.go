package codegen

import "github.com/verbosel/verbosel/codegen/lower/slots"

// shown are the addresses of the instructions that read values of the environment for clients:
// one, in a server that has slots.
func (r *Result) shown() []uint64 {
	if len(r.Plan.Values) == 0 {
		return nil
	}
	s, ok := r.Image.Lookup(slots.ShownLabel)
	if !ok {
		panic("BUG: a server with slots reads none")
	}
	return []uint64{s.Addr}
}
