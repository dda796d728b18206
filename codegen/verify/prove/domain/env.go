package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// What the kernel puts above the stack pointer at the entry (AMD64 psABI, 3.4.1): argc,
// argc pointers, a null pointer, pointers to the environment's strings, a null pointer.
// A string ends with NUL. Each is read one element behind the other, and not past its
// end: KnownVar counts the bytes of a string that are no NUL.
type Environment struct {
	Loading bool // EnvByteVar is the byte at KnownVar
}

// LoadArgc reads the word at the entry's stack pointer.
func (s *State) LoadArgc(addr *value.Term, width uint8) (value.Term, bool) {
	c, ok := s.Exact(addr, meaning.Stack)
	return value.Term{Lo: 0, Hi: 1<<31 - 1, Value: value.Value{FD: value.ArgCount}}, ok && c == 0 && width == 8
}

// ArrayStart recognizes the address of the first variable: argc pointers and two more
// words above the entry's stack pointer.
func (s *State) ArrayStart(m isa.Mem) (value.Term, bool) {
	if m.Base == isa.NoReg || m.Index == isa.NoReg || m.Scale != 8 {
		return value.Term{}, false
	}
	base := s.Reg(m.Base)
	c, ok := s.Exact(&base, meaning.Stack)
	argc := s.Vals[value.RegVar(m.Index)]
	if !ok || c+m.Disp != 16 || argc.FD != value.ArgCount || !argc.Is(meaning.Number) {
		return value.Term{}, false
	}
	return value.Term{Value: value.Value{Meaning: meaning.Of(meaning.EnvArray), Array: value.Readable}}, true
}

// Advance counts the byte that was loaded last once it is known to be no NUL.
func (env *Environment) Advance(s *State) {
	if env.Loading && s.Zone.Lo(value.EnvByteVar) > 0 {
		env.Loading = false
		s.Assign(value.KnownVar, value.Term{Lin: zone.Of(value.KnownVar).PlusConst(1)})
	}
}

// NotNull: a pointer was compared with null, and is none.
func (s *State) NotNull(t *value.Term) {
	v, ok := t.IsVar()
	if !ok || !s.Vals[v].MayBeNull() {
		return
	}
	s.Vals[v].Meaning = s.Vals[v].NotNull()
	if !s.Vals[v].IsSome(meaning.EnvString) {
		return
	}
	for w := range s.Vals {
		if s.Vals[w].IsSome(meaning.EnvString) {
			s.Vals[w].Meaning = s.Vals[w].NotNull()
		}
		if s.Vals[w].Array == value.Behind {
			s.Vals[w].Array = value.Readable
		}
	}
}

// IsNull: a pointer was compared with null, and is.
func (s *State) IsNull(t *value.Term) {
	v, ok := t.IsVar()
	lo, hi := s.Bounds(t)
	near := t.IsSome(meaning.Stack) && lo >= -MaxStack && hi <= 0 || !t.IsSome(meaning.EnvArray) && lo >= 0 && hi < data.Word32
	switch {
	case !t.MayBeNull() && near:
		s.Zone.Require(zone.Const(1))
	case !t.MayBeNull():
	case ok:
		s.Assign(v, value.Constant(0))
	}
}
