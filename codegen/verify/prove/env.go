package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// What the kernel puts above the stack pointer at the entry (AMD64 psABI, 3.4.1): argc,
// argc pointers, a null pointer, pointers to the environment's strings, a null pointer.
// A string ends with NUL. Each is read one element behind the other, and not past its
// end: knownVar counts the bytes of a string that are no NUL.
type environment struct {
	loading bool // envByteVar is the byte at knownVar
}

// loadArgc reads the word at the entry's stack pointer.
func (s *state) loadArgc(addr *term, width uint8) (term, bool) {
	c, ok := s.exact(addr, meaning.Stack)
	return term{lo: 0, hi: 1<<31 - 1, value: value{fd: argCount}}, ok && c == 0 && width == 8
}

// arrayStart recognizes the address of the first variable: argc pointers and two more
// words above the entry's stack pointer.
func (s *state) arrayStart(m isa.Mem) (term, bool) {
	if m.Base == isa.NoReg || m.Index == isa.NoReg || m.Scale != 8 {
		return term{}, false
	}
	base := s.reg(m.Base)
	c, ok := s.exact(&base, meaning.Stack)
	argc := s.vals[regVar(m.Index)]
	if !ok || c+m.Disp != 16 || argc.fd != argCount || !argc.Is(meaning.Number) {
		return term{}, false
	}
	return term{value: value{Meaning: meaning.Of(meaning.EnvArray), array: readable}}, true
}

// loadVariable reads a pointer of the array. It may be null; the next one may be read
// if it is not.
func (e *executor) loadVariable(s *state, m isa.Mem) term {
	v := regVar(m.Base)
	if s.vals[v].array != readable || m.Index != isa.NoReg || m.Disp != 0 {
		e.fail(rules.Reads, "the environment is not known to go on here: the pointer before was not compared with null")
		return unknown(8)
	}
	for w := range s.vals {
		if s.vals[w].IsSome(meaning.EnvString) {
			s.vals[w].Meaning = meaning.Meaning{}
			s.forget(zone.Var(w))
		}
		s.vals[w].array = notReadable
	}
	s.vals[v].array = loaded
	s.assign(knownVar, constant(0))
	s.env = environment{}
	return term{value: value{Meaning: meaning.Of(meaning.EnvString).OrNull()}}
}

// nextElement is the array's pointer after adding to it.
func (a arrayAt) next(by int64) arrayAt {
	if a == loaded && by == 8 {
		return behind
	}
	return notReadable
}

// loadCharacter reads a byte of a string: the ones before it are not NUL.
func (e *executor) loadCharacter(s *state, addr *term) term {
	d, ok := addr.lin.Plus(zone.Of(knownVar), -1)
	lo, hi := s.bounds(addr)
	if addr.MayBeNull() || !ok || addMost(s.zone.Max(d), addr.hi) > 0 || lo < 0 || hi >= zone.Inf {
		e.fail(rules.Reads, "the string is read behind its end: the byte before was not compared with NUL")
	}
	e.loadsTrace = e.reads()
	s.env.loading = s.zone.Min(d) == 0 && addr.lo == 0 && addr.hi == 0
	s.assign(envByteVar, unknown(1))
	return term{value: s.vals[envByteVar], lin: zone.Of(envByteVar)}
}

// advance counts the byte that was loaded last once it is known to be no NUL.
func (env *environment) advance(s *state) {
	if env.loading && s.zone.Lo(envByteVar) > 0 {
		env.loading = false
		s.assign(knownVar, term{lin: zone.Of(knownVar).PlusConst(1)})
	}
}

// failEnvironment: what the operator gave to the server is for its boot, and for no client.
func (e *executor) failEnvironment() {
	e.fail(rules.Reads, "the environment is read where the boot is done")
}

// notNull: a pointer was compared with null, and is none.
func (s *state) notNull(t *term) {
	v, ok := t.isVar()
	if !ok || !s.vals[v].MayBeNull() {
		return
	}
	s.vals[v].Meaning = s.vals[v].NotNull()
	if !s.vals[v].IsSome(meaning.EnvString) {
		return
	}
	for w := range s.vals {
		if s.vals[w].IsSome(meaning.EnvString) {
			s.vals[w].Meaning = s.vals[w].NotNull()
		}
		if s.vals[w].array == behind {
			s.vals[w].array = readable
		}
	}
}

// isNull: a pointer was compared with null, and is.
func (s *state) isNull(t *term) {
	v, ok := t.isVar()
	lo, hi := s.bounds(t)
	near := t.IsSome(meaning.Stack) && lo >= -maxStack && hi <= 0 || !t.IsSome(meaning.EnvArray) && lo >= 0 && hi < word32
	switch {
	case !t.MayBeNull() && near:
		s.zone.Require(zone.Const(1))
	case !t.MayBeNull():
	case ok:
		s.assign(v, constant(0))
	}
}
