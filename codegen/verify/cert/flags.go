package cert

import (
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// flags are as after comparing a with b, sums modulo 1<<(8*width): of a-b where only the result
// counts, b being 0 then.
type flags struct {
	of     flagsOf
	width  uint8
	a, b   linear.Sum
	made   Trace
	carry  Trace  // of CF and OF, which tell more of operands than their sum or difference does
	rest   Trace  // of those but CF, which may be what they were when they told of that
	result Result // of a call, all of it, that is compared with 0
	zero   tested // bits that are 0 if ZF is set
	bit    tested // the one that CF is
	known  Zero   // what a branch went by, or a node says
}

// kept is what a flag that stays what it is may tell of.
func (f *flags) kept() Trace {
	if f.of == noFlags {
		return Address
	}
	return max(f.made, f.carry, f.rest)
}

// flagsOf says which flags are known to be those of a comparison.
type flagsOf uint8

const (
	noFlags    flagsOf = iota // nobody may ask for them
	someFlags                 // they may be anything
	zeroFlag                  // ZF is what known says, and nobody may ask for others
	result                    // ZF and SF are those of a
	comparison                // all are those of cmp a, b (Intel SDM, volume 2, CMP)
)

// compares sets the flags of cmp a, b.
func (s *State) compares(a, b linear.Sum, width uint8) {
	d := s.plus(a, b, -1)
	s.flags = flags{of: comparison, width: width, a: a, b: b, made: s.made(d), result: s.resultIn(a, b, width)}
	if _, _, ok := s.places(); !ok {
		s.flags.carry = max(s.made(a), s.made(b))
	}
}

// results sets those that depend on a result alone.
func (s *State) results(of flagsOf, a linear.Sum, width uint8) {
	s.flags = flags{of: of, width: width, a: a, made: s.made(a), carry: s.made(a), result: s.resultIn(a, linear.Sum{}, width)}
}

// resultIn is which call's result is compared with 0.
func (s *State) resultIn(a, b linear.Sum, width uint8) Result {
	if width < 4 || !b.Is(0) {
		return noResult
	}
	return s.ResultOf(a)
}

// Zero is what a node says of ZF: a routine leaves it to whoever called it.
type Zero uint8

// What a node may say of it. It is the only flag that may be asked for behind one.
const (
	NoZero Zero = iota // nobody may ask
	ZeroSet
	ZeroClear
	zeros
)

// flags of a node. A ZF that is known is the same on each way and tells nothing of an address, but as carry
// CF and OF count as made of one.
func (z Zero) flags() flags {
	if z == NoZero {
		return flags{}
	}
	return flags{of: zeroFlag, known: z, carry: Address}
}

// HasZero says that ZF is known to be as a node says: the opposite would contradict what else is known.
func (s *State) HasZero(z Zero) bool {
	if z == NoZero {
		return true
	}
	t := s.Clone()
	defer t.ends()
	return !t.assume(x86.CondE | x86.Cond(z&1)) // ne if it is set
}

// decides demands that what goes by flags does not tell of an address, or of more than most: what a branch goes by is not followed, so
// it may be a secret, but a number that is made of flags would be one that tells of nothing.
func (s *State) decides(c x86.Cond, most Trace) {
	s.demand(s.flags.of != noFlags && (s.flags.of != zeroFlag || c&^1 == x86.CondE), rules.Decode, "flags are asked for that nothing set")
	if s.isNull(c) || c&^1 == x86.CondE && s.isAddress() {
		return
	}
	made := s.flags.made
	if c&^1 != x86.CondE && c&^1 != x86.CondS && c&^1 != x86.CondP { // these ask for neither CF nor OF
		made = max(made, s.flags.carry)
	}
	if c&^1 != x86.CondB { // which asks for CF alone
		made = max(made, s.flags.rest)
	}
	switch {
	case made == Address:
		s.refuse(rules.Reads, "a branch goes by what was made of an address")
	case made > most:
		s.refuse(rules.Reads, "a number is made of flags that tell of a secret")
	}
}

// isAddress: an address of the file's data is compared with 0, which it is not: a process has no file
// mapped at 0, nor over the end of its addresses.
func (s *State) isAddress() bool {
	f := &s.flags
	off, ok := s.relative(f.a, ImageBase)
	r := s.rangeOf(off)
	return ok && f.of >= result && f.width == 8 && f.b.Is(0) && r.Lo >= s.check.dataAddr && r.Hi <= s.check.dataAddr+int64(len(s.check.data))
}

// isNull: a signal's handler, which tells nobody anything, asks whether a register is 0, as the
// handler that came before it leaves one. Or a pointer of the environment is compared with 0: whether there is
// one more tells of no address.
func (s *State) isNull(c x86.Cond) bool {
	v, ok := plain(s.flags.a)
	return (s.phase == Interrupted || ok && s.vars[v].Result == String) && c&^1 == x86.CondE && ok && s.flags.width == 8 && s.flags.b.Is(0)
}

// assume notes that a condition holds, as far as that can be said by inequalities, and reports
// whether it is possible.
func (s *State) assume(c x86.Cond) bool {
	if c&^1 == x86.CondE {
		is := ZeroSet + Zero(c&1)
		if s.flags.known != NoZero && s.flags.known != is {
			return false
		}
		s.flags.known = is
	}
	if !s.holds(c) || !s.settle() {
		return false
	}
	return !s.impossible()
}

// impossible: the facts contradict each other.
func (s *State) impossible() bool { return len(s.facts) > 0 && s.shows(linear.Const(1)) }

func (s *State) holds(c x86.Cond) bool {
	f := &s.flags
	not := c&1 == 1
	if c&^1 == x86.CondB && f.bit.is != 0 {
		return s.learn(f.bit, not)
	}
	if f.of < result || f.of < comparison && c&^1 != x86.CondE && c&^1 != x86.CondS {
		return true
	}
	var a, b linear.Sum
	ok := false
	switch c &^ 1 {
	case x86.CondE:
		return s.equal(not)
	case x86.CondB, x86.CondBE:
		a, b, ok = s.bothUnsigned(!not)
	case x86.CondS:
		a, ok = s.signed(s.plus(f.a, f.b, -1), f.width)
	case x86.CondL, x86.CondLE:
		a, b, ok = s.bothSigned()
	}
	switch {
	case !ok:
		return true
	case c&^1 == x86.CondBE || c&^1 == x86.CondLE: // b < a is the opposite
		return s.less(b, a, !not)
	}
	return s.less(a, b, not)
}

// less notes a < b, or with not the opposite.
func (s *State) less(a, b linear.Sum, not bool) bool {
	if not {
		return s.know(s.plus(b, a, -1))
	}
	return s.know(s.plusConst(s.plus(a, b, -1), 1))
}

// equal notes that the result is 0, or with not that it is not.
func (s *State) equal(not bool) bool {
	f := &s.flags
	if s.isAddress() {
		return not
	}
	if !not && f.b.IsConst() && !s.found(f.a, f.width, f.b.C) {
		return false
	}
	d, most := s.plus(f.a, f.b, -1), int64(1)<<62
	if f.width < 8 {
		most = int64(limit(f.width)) - 1
	}
	if r := s.rangeOf(d); r.Lo < -most || r.Hi > most {
		if f.width < 8 {
			d = s.plus(s.cut(f.a, f.width), s.cut(f.b, f.width), -1)
		} else if _, ok := s.within(d, -most, most, 0); !ok {
			return true
		}
	}
	minus := s.plus(linear.Sum{}, d, -1)
	if !not {
		s.forked(true)
		return s.know(d) && s.know(minus) && s.learn(f.zero, true) && (f.b.C != 0 || s.noBits(f.a))
	}
	s.forked(false)
	s.differ()
	if !s.learn(f.zero, false) {
		return false
	}
	if c, factors, ok := s.alone(d); ok {
		return s.narrow(c, factors, d.C, func(x int64) bool { return x != 0 })
	}
	if s.shows(minus) {
		return s.know(s.plusConst(minus, 1))
	}
	return !s.shows(d) || s.know(s.plusConst(d, 1))
}

// forked: fork's result was compared with 0, or clone's (fork(2), clone(2)).
func (s *State) forked(isZero bool) {
	switch {
	case s.phase == Splitting && s.flags.result == CloneResult:
		if s.phase = Making; isZero {
			s.phase, s.booted.Signals = Born, true
		}
	case s.phase != Forking && s.phase != Dividing || s.flags.result != ForkResult:
	case isZero:
		s.phase += Forked - Forking
		if s.phase == Forked && s.peer != (Span{}) {
			s.hasPeer()
		}
	default:
		s.phase += Parent - Forking
	}
}

// bothUnsigned are the numbers that are compared. Of one that is known to be below, or the same, it is known that it is none below 0:
// that would be a number of 8 bytes above 1<<62.
func (s *State) bothUnsigned(below bool) (a, b linear.Sum, ok bool) {
	f := &s.flags
	if a, b, ok = s.places(); ok {
		return a, b, true
	}
	a, okA := s.unsigned(f.a, f.width)
	b, okB := s.unsigned(f.b, f.width)
	if below && !okA && okB && s.rangeOf(b).Hi <= 1<<62 {
		if a, okA = s.within(f.a, -1<<62, 1<<62, 0); okA {
			s.know(s.plus(linear.Sum{}, a, -1))
		}
	}
	return a, b, okA && okB
}

func (s *State) bothSigned() (a, b linear.Sum, ok bool) {
	f := &s.flags
	a, okA := s.signed(f.a, f.width)
	b, okB := s.signed(f.b, f.width)
	return a, b, okA && okB
}

// places: both are places of the stack, in or near its part in use, where addresses do not wrap.
func (s *State) places() (a, b linear.Sum, ok bool) {
	f := &s.flags
	a, okA := s.offset(f.a)
	b, okB := s.offset(f.b)
	if f.width != 8 || !okA || !okB || max(s.made(a), s.made(b)) != Nothing {
		return a, b, false
	}
	_, okA = s.within(a, -2*maxStack, 2*maxStack, 0)
	_, okB = s.within(b, -2*maxStack, 2*maxStack, 0)
	return a, b, okA && okB
}
