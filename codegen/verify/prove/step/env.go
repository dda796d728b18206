package step

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// loadVariable reads a pointer of the array. It may be null; the next one may be read
// if it is not.
func (e *Executor) loadVariable(s *domain.State, m isa.Mem) value.Term {
	v := value.RegVar(m.Base)
	if s.Vals[v].Array != value.Readable || m.Index != isa.NoReg || m.Disp != 0 {
		e.Fail(rules.Reads, "the environment is not known to go on here: the pointer before was not compared with null")
		return value.Unknown(8)
	}
	for w := range s.Vals {
		if s.Vals[w].IsSome(meaning.EnvString) {
			s.Vals[w].Meaning = meaning.Meaning{}
			s.Forget(zone.Var(w))
		}
		s.Vals[w].Array = value.NotReadable
	}
	s.Vals[v].Array = value.Loaded
	s.Assign(value.KnownVar, value.Constant(0))
	s.Env = domain.Environment{}
	return value.Term{Value: value.Value{Meaning: meaning.Of(meaning.EnvString).OrNull()}}
}

// loadCharacter reads a byte of a string: the ones before it are not NUL.
func (e *Executor) loadCharacter(s *domain.State, addr *value.Term) value.Term {
	d, ok := addr.Lin.Plus(zone.Of(value.KnownVar), -1)
	lo, hi := s.Bounds(addr)
	if addr.MayBeNull() || !ok || value.AddMost(s.Zone.Max(d), addr.Hi) > 0 || lo < 0 || hi >= zone.Inf {
		e.Fail(rules.Reads, "the string is read behind its end: the byte before was not compared with NUL")
	}
	e.loadsTrace = e.reads()
	s.Env.Loading = s.Zone.Min(d) == 0 && addr.Lo == 0 && addr.Hi == 0
	s.Assign(value.EnvByteVar, value.Unknown(1))
	return value.Term{Value: s.Vals[value.EnvByteVar], Lin: zone.Of(value.EnvByteVar)}
}

// failEnvironment: what the operator gave to the server is for its boot, and for no client.
func (e *Executor) failEnvironment() {
	e.Fail(rules.Reads, "the environment is read where the boot is done")
}
