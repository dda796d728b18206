package prove

import (
	"math/bits"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A server keeps what it knows of a request as bits of a register, and makes use of a
// variable, or of a kind of record, only where a bit says so. Where states meet that
// differ in that and in such a bit, they are kept apart by the bit from then on, in the
// whole program: a split.

// split is a bit of a register that tells states apart, or isZero: whether the register
// is known to be 0.
type split struct {
	v   zone.Var
	bit uint8
}

const isZero = 64

// maxSplits bounds into how many kinds states are told apart.
const maxSplits = 6

// findFlagBits collects the bits of registers that are set and tested one by one.
func (p *program) findFlagBits() {
	set, tested := map[isa.Reg]uint64{}, map[isa.Reg]uint64{}
	for _, in := range p.insts {
		if in.Dst.Kind != isa.RegOperand || in.Src.Kind != isa.ImmOperand {
			continue
		}
		switch in.Op {
		case isa.OR:
			set[in.Dst.Reg] |= in.Src.Imm
		case isa.BTS:
			set[in.Dst.Reg] |= 1 << (in.Src.Imm & 63)
			tested[in.Dst.Reg] |= 1 << (in.Src.Imm & 63)
		case isa.TEST:
			tested[in.Dst.Reg] |= in.Src.Imm
		}
	}
	for _, in := range p.insts {
		if in.Op == isa.TEST && in.Dst == in.Src && in.Dst.Width == 8 {
			p.nullable.add(in.Dst.Reg)
		}
	}
	for r, m := range set {
		p.flagBits[regVar(r)] = m & tested[r]
		if bits.OnesCount64(m&tested[r]) >= manyFlags {
			p.flagRegs.add(r)
		}
	}
}

// manyFlags is how many bits make a register one of flags.
const manyFlags = 6

// candidate is a split that would have kept two states apart which differ in the records
// that a register may point to, or in whether there is input. The less its rank, the more
// it promises: how many instructions behind the join its bit is tested.
type candidate struct {
	split
	rank int
	at   []uint64 // joins
}

// noteSplits looks for bits that tell two states apart which are to be joined at pc.
func (e *engine) noteSplits(a, b *state, pc uint64) {
	if a.phase.booting() {
		return
	}
	if a.zeros && b.zeros {
		e.noteZero(a, b)
		e.noteZero(b, a)
	}
	if !differInRecords(a, b) {
		return
	}
	for v, flags := range e.flagBits {
		if !a.vals[v].IsNumber() || !b.vals[v].IsNumber() || flags == 0 {
			continue
		}
		for bit := range uint8(64) {
			if flags>>bit&1 == 0 {
				continue
			}
			x, okX := a.bitOf(zone.Var(v), bit)
			y, okY := b.bitOf(zone.Var(v), bit)
			if okX && okY && x != y {
				sp := split{zone.Var(v), bit}
				e.note(candidate{sp, e.testedBehind(sp, pc), []uint64{pc}})
			}
		}
	}
}

// testedBehind counts the instructions up to a test of a split's bit.
func (p *program) testedBehind(sp split, pc uint64) int {
	for n := range testDistance {
		in := p.insts[pc]
		if in == nil || in.Op == isa.JMP || in.Op == isa.RET {
			break
		}
		if tests(in, sp) {
			return n
		}
		pc = in.Next()
	}
	return testDistance
}

const testDistance = 12

// noteZero looks for a register that says in a where the zeros behind the input stand,
// and is 0 in b, where these do not stand at the beginning: there is no input yet.
func (e *engine) noteZero(a, b *state) {
	for v := firstReg; v < firstSlot; v++ {
		if !a.vals[v].IsNumber() || !b.vals[v].IsNumber() || b.zone.Lo(v) != 0 || b.zone.Hi(v) != 0 {
			continue
		}
		at, ok := a.zone.Equal(zerosVar, v)
		if ok && a.zone.Lo(v) < a.zone.Hi(v) && (b.zone.Lo(zerosVar) != at || b.zone.Hi(zerosVar) != at) {
			e.note(candidate{split: split{v, isZero}})
		}
	}
}

// maxCandidates bounds what is remembered.
const maxCandidates = 64

func (e *engine) note(c candidate) {
	for i := range e.maybe {
		if d := &e.maybe[i]; d.split == c.split {
			d.rank = min(d.rank, c.rank)
			if len(c.at) > 0 && !slices.Contains(d.at, c.at[0]) {
				d.at = append(d.at, c.at[0])
			}
			return
		}
	}
	if len(e.maybe) < maxCandidates {
		e.maybe = append(e.maybe, c)
	}
}

// wantSplit chooses a split that may mend the failure, if there is one left.
func (e *engine) wantSplit() bool {
	if e.failed == nil || len(e.splits) == maxSplits {
		return false
	}
	e.noteLearned()
	best, least := -1, 0
	for i, c := range e.maybe {
		if slices.Contains(e.splits, c.split) {
			continue
		}
		if n := e.rank(c); best < 0 || n < least {
			best, least = i, n
		}
	}
	if best < 0 {
		return false
	}
	e.splits = append(e.splits, e.maybe[best].split)
	return true
}

// rank is the less, the more a candidate promises: it would have kept states apart at the
// join behind which the proof failed, or its bit is tested soon behind another one.
// Whether there is input matters for what is read from the stack, and for nothing else.
func (e *engine) rank(c candidate) int {
	switch {
	case e.learned(c.split):
		return -2
	case c.bit == isZero && e.onStack, slices.Contains(c.at, e.from):
		return -1
	case c.bit == isZero:
		return 2 * testDistance
	}
	n := c.rank
	if _, known := e.failed.bitOf(c.v, c.bit); !known {
		n += testDistance
	}
	return n
}

// noteLearned notes the bits that the server asked for right before the proof failed.
func (e *engine) noteLearned() {
	for v, flags := range e.flagBits {
		if zone.Var(v) < firstReg || e.flagRegs>>(zone.Var(v)-firstReg)&1 == 0 {
			continue // what is asked of it is forgotten soon
		}
		for bit := range uint8(64) {
			if sp := (split{zone.Var(v), 63 - bit}); flags>>sp.bit&1 == 1 && e.learned(sp) {
				e.note(candidate{split: sp, rank: testDistance})
			}
		}
	}
}

// learned: the proof failed where a split's bit is known, which was not so at the join
// before that. So the server asked for it there: what it did behind that rests on it.
func (e *engine) learned(sp split) bool {
	return e.agenda.last != nil && sp.known(e.failed) && !sp.known(e.agenda.last.state)
}

// known: a state knows the split's bit, or whether the register is 0.
func (sp split) known(s *state) bool {
	if sp.bit == isZero {
		return s.zone.Lo(sp.v) > 0 || s.zone.Hi(sp.v) <= 0
	}
	_, known := s.bitOf(sp.v, sp.bit)
	return known
}

// tests: an instruction tests a split's bit.
func tests(in *decoded, sp split) bool {
	return in.Op == isa.TEST && in.Dst.Kind == isa.RegOperand && regVar(in.Dst.Reg) == sp.v &&
		in.Src.Kind == isa.ImmOperand && in.Src.Imm>>sp.bit&1 == 1
}

// differInRecords: a register points to different records.
func differInRecords(a, b *state) bool {
	for v := firstReg; v < firstSlot; v++ {
		x, y := a.vals[v], b.vals[v]
		if !x.IsSome(meaning.Image) || !y.IsSome(meaning.Image) {
			continue
		}
		if x.org.sym != 0 && y.org.sym != 0 {
			if a.syms[x.org.sym-1] != b.syms[y.org.sym-1] {
				return true
			}
		} else if x.org.sym != y.org.sym || a.zone.Lo(v) != b.zone.Lo(v) {
			return true
		}
	}
	return false
}

// splitKey is what is known of the bits that tell states apart.
func (e *engine) splitKey(s *state) string {
	var b []byte
	for _, sp := range e.splits {
		if !s.vals[sp.v].IsNumber() {
			b = append(b, '-')
			continue
		}
		if sp.bit == isZero {
			b = append(b, s.nullness(sp.v))
			continue
		}
		t := term{value: s.vals[sp.v], lin: zone.Of(sp.v)}
		k := s.knownBits(&t)
		b = append(b, byte(k.zeros>>sp.bit&1|k.ones>>sp.bit&1<<1))
	}
	for r := range isa.Reg(16) {
		if e.nullable>>r&1 == 1 {
			b = append(b, s.nullness(regVar(r)))
		}
	}
	return string(b)
}

// nullness says whether a register that is compared with null is null: with that, a
// server says that it has not chosen yet.
func (s *state) nullness(v zone.Var) byte {
	switch {
	case s.vals[v].IsSome(meaning.Image) && !s.vals[v].MayBeNull():
		return 'p'
	case s.vals[v].IsNumber() && s.zone.Lo(v) == 0 && s.zone.Hi(v) == 0:
		return '0'
	}
	return '?'
}
