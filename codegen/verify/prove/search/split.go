package search

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// candidate is a split that would have kept two states apart which differ in the records
// that a register may point to, or in whether there is input. The less its rank, the more
// it promises: how many instructions behind the join its bit is tested.
type candidate struct {
	code.Split
	rank int
	at   []uint64 // joins
}

// noteSplits looks for bits that tell two states apart which are to be joined at pc.
func (e *Engine) noteSplits(a, b *domain.State, pc uint64) {
	if a.Phase.Booting() {
		return
	}
	if a.Zeros && b.Zeros {
		e.noteZero(a, b)
		e.noteZero(b, a)
	}
	if !differInRecords(a, b) {
		return
	}
	for v, flags := range e.FlagBits {
		if !a.Vals[v].IsNumber() || !b.Vals[v].IsNumber() || flags == 0 {
			continue
		}
		for bit := range uint8(64) {
			if flags>>bit&1 == 0 {
				continue
			}
			x, okX := a.BitOf(zone.Var(v), bit)
			y, okY := b.BitOf(zone.Var(v), bit)
			if okX && okY && x != y {
				sp := code.Split{Var: zone.Var(v), Bit: bit}
				e.note(candidate{sp, testedBehind(e.Program, sp, pc), []uint64{pc}})
			}
		}
	}
}

// testedBehind counts the instructions up to a test of a split's bit.
func testedBehind(p *code.Program, sp code.Split, pc uint64) int {
	for n := range testDistance {
		in := p.Insts[pc]
		if in == nil || in.Op == isa.JMP || in.Op == isa.RET {
			break
		}
		if code.TestsBit(in, sp) {
			return n
		}
		pc = in.Next()
	}
	return testDistance
}

const testDistance = 12

// noteZero looks for a register that says in a where the zeros behind the input stand,
// and is 0 in b, where these do not stand at the beginning: there is no input yet.
func (e *Engine) noteZero(a, b *domain.State) {
	for v := value.FirstReg; v < value.FirstSlot; v++ {
		if !a.Vals[v].IsNumber() || !b.Vals[v].IsNumber() || b.Zone.Lo(v) != 0 || b.Zone.Hi(v) != 0 {
			continue
		}
		at, ok := a.Zone.Equal(value.ZerosVar, v)
		if ok && a.Zone.Lo(v) < a.Zone.Hi(v) && (b.Zone.Lo(value.ZerosVar) != at || b.Zone.Hi(value.ZerosVar) != at) {
			e.note(candidate{Split: code.Split{Var: v, Bit: code.IsZero}})
		}
	}
}

// maxCandidates bounds what is remembered.
const maxCandidates = 64

func (e *Engine) note(c candidate) {
	for i := range e.maybe {
		if d := &e.maybe[i]; d.Split == c.Split {
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

// WantSplit chooses a split that may mend the failure, if there is one left.
func (e *Engine) WantSplit() bool {
	if e.Failed == nil || len(e.Splits) == code.MaxSplits {
		return false
	}
	e.noteLearned()
	best, least := -1, 0
	for i, c := range e.maybe {
		if slices.Contains(e.Splits, c.Split) {
			continue
		}
		if n := e.rank(c); best < 0 || n < least {
			best, least = i, n
		}
	}
	if best < 0 {
		return false
	}
	e.Splits = append(e.Splits, e.maybe[best].Split)
	return true
}

// rank is the less, the more a candidate promises: it would have kept states apart at the
// join behind which the proof failed, or its bit is tested soon behind another one.
// Whether there is input matters for what is read from the stack, and for nothing else.
func (e *Engine) rank(c candidate) int {
	switch {
	case e.learned(c.Split):
		return -2
	case c.Bit == code.IsZero && e.OnStack, slices.Contains(c.at, e.from):
		return -1
	case c.Bit == code.IsZero:
		return 2 * testDistance
	}
	n := c.rank
	if _, known := e.Failed.BitOf(c.Var, c.Bit); !known {
		n += testDistance
	}
	return n
}

// noteLearned notes the bits that the server asked for right before the proof failed.
func (e *Engine) noteLearned() {
	for v, flags := range e.FlagBits {
		if zone.Var(v) < value.FirstReg || e.FlagRegs>>(zone.Var(v)-value.FirstReg)&1 == 0 {
			continue // what is asked of it is forgotten soon
		}
		for bit := range uint8(64) {
			if sp := (code.Split{Var: zone.Var(v), Bit: 63 - bit}); flags>>sp.Bit&1 == 1 && e.learned(sp) {
				e.note(candidate{Split: sp, rank: testDistance})
			}
		}
	}
}

// learned: the proof failed where a split's bit is known, which was not so at the join
// before that. So the server asked for it there: what it did behind that rests on it.
func (e *Engine) learned(sp code.Split) bool {
	return e.agenda.last != nil && known(sp, e.Failed) && !known(sp, e.agenda.last.State)
}

// known: a state knows the split's bit, or whether the register is 0.
func known(sp code.Split, s *domain.State) bool {
	if sp.Bit == code.IsZero {
		return s.Zone.Lo(sp.Var) > 0 || s.Zone.Hi(sp.Var) <= 0
	}
	_, known := s.BitOf(sp.Var, sp.Bit)
	return known
}

// differInRecords: a register points to different records.
func differInRecords(a, b *domain.State) bool {
	for v := value.FirstReg; v < value.FirstSlot; v++ {
		x, y := a.Vals[v], b.Vals[v]
		if !x.IsSome(meaning.Image) || !y.IsSome(meaning.Image) {
			continue
		}
		if x.Origin.Sym != 0 && y.Origin.Sym != 0 {
			if a.Syms[x.Origin.Sym-1] != b.Syms[y.Origin.Sym-1] {
				return true
			}
		} else if x.Origin.Sym != y.Origin.Sym || a.Zone.Lo(v) != b.Zone.Lo(v) {
			return true
		}
	}
	return false
}

// splitKey is what is known of the bits that tell states apart.
func (e *Engine) splitKey(s *domain.State) string {
	var b []byte
	for _, sp := range e.Splits {
		if !s.Vals[sp.Var].IsNumber() {
			b = append(b, '-')
			continue
		}
		if sp.Bit == code.IsZero {
			b = append(b, nullness(s, sp.Var))
			continue
		}
		t := value.Term{Value: s.Vals[sp.Var], Lin: zone.Of(sp.Var)}
		k := s.KnownBits(&t)
		b = append(b, byte(k.Zeros>>sp.Bit&1|k.Ones>>sp.Bit&1<<1))
	}
	for r := range isa.Reg(16) {
		if e.Nullable>>r&1 == 1 {
			b = append(b, nullness(s, value.RegVar(r)))
		}
	}
	return string(b)
}

// nullness says whether a register that is compared with null is null: with that, a
// server says that it has not chosen yet.
func nullness(s *domain.State, v zone.Var) byte {
	switch {
	case s.Vals[v].IsSome(meaning.Image) && !s.Vals[v].MayBeNull():
		return 'p'
	case s.Vals[v].IsNumber() && s.Zone.Lo(v) == 0 && s.Zone.Hi(v) == 0:
		return '0'
	}
	return '?'
}
