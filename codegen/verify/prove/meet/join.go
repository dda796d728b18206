package meet

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// History is what was joined at a place.
type History struct {
	Joins    int // how often
	Rounds   int // behind how many visits a loop came back to it
	Patience zone.Patience
}

// Join is what holds in a or in b, which it uses up. They are at one place with one key.
// On a way back to a loop's head, a is what held there before, and is widened.
func Join(p *code.Program, free *domain.Pool, a, b *domain.State, at *History, back bool) *domain.State {
	widen := back && at.Rounds > widenAfter
	a = free.Clone(a)
	align(p, a, b)
	a.Zone.Settle()
	b.Zone.Settle()
	a.Unguard()
	b.Unguard()
	out := free.Get()
	*out = domain.State{
		Zone: out.Zone, Guards: out.Guards[:0], Prefers: out.Prefers[:0], Phase: a.Phase, Frames: append(out.Frames[:0], a.Frames...),
		Written: value.AppendCommon(out.Written[:0], a.Written, b.Written),
	}
	if a.Family == b.Family {
		out.Family = a.Family
	}
	if a.Peer == b.Peer {
		out.Peer = a.Peer
	}
	out.Zeros, out.Line = a.Zeros && b.Zeros, a.Line && b.Line
	out.Slots, out.Regions = a.Slots, a.Regions
	out.First = value.Common(a.First, b.First)
	out.Answered, out.Began, out.Own = a.Answered || b.Answered, a.Began, value.Union(a.Own, b.Own)
	out.Later, out.Rest, out.RestOf = a.Later || b.Later, a.Rest && b.Rest, a.RestOf
	if a.Env == b.Env {
		out.Env = a.Env
	}
	out.Turn, out.NonBlocking = a.Turn.Or(b.Turn), a.NonBlocking && b.NonBlocking
	if a.Incoming == b.Incoming {
		out.Incoming = a.Incoming
	}
	for k := range out.Marked {
		out.Marked[k] = value.Union(a.Marked[k], b.Marked[k])
	}
	out.Flags.Zero, out.Flags.Carry = a.Flags.Zero, a.Flags.Carry
	joinValues(p, out, a, b, widen)
	out.Traces, out.Unasked, out.Stale, out.Fixed = a.Traces.Or(b.Traces), a.Unasked|b.Unasked, a.Stale|b.Stale, a.Fixed&b.Fixed
	for i := range out.Vecs {
		out.Vecs[i] = joinVector(a, b, &a.Vecs[i], &b.Vecs[i])
		out.Vecs[i].Stale = a.Vecs[i].Stale || b.Vecs[i].Stale
	}
	steps := func(v zone.Var) *zone.Steps { return stepsBetween(p, out, a, b, v) }
	switch {
	case widen:
		out.Zone.Widen(a.Zone, b.Zone, steps, &p.Near, at.Rounds < 2*widenAfter, &at.Patience)
	case back:
		out.Zone.WidenBounds(a.Zone, b.Zone, steps, &p.Near, &at.Patience)
	case at.Joins > roundAfter:
		out.Zone.Join(a.Zone, b.Zone, p.Near.Steps)
	default:
		out.Zone.Join(a.Zone, b.Zone, nil)
	}
	for i, r := range out.Regions {
		if r.Live {
			out.Zone.Require(value.Minus(r.Base, domain.EndOf(i))) // a region does not end before it begins
		}
	}
	joinPreferences(p, out, a, b)
	out.JoinGuards(a, b, &p.FlagBits)
	joinRuns(out, a, b)
	joinEnds(out, a, b, widen)
	free.Put(a)
	free.Put(b)
	return out
}

// roundAfter is how often distances are joined as they are, before they go to a step.
const roundAfter = 4

// stepsOf are a variable's: of a pointer other places than of a number.
func stepsOf(p *code.Program, s *domain.State, v zone.Var) *zone.Steps {
	switch {
	case !s.Vals[v].IsNumber():
		return &p.Places
	case v >= value.FirstReg && v < value.FirstSlot:
		return &p.NumbersIn[v-value.FirstReg]
	}
	return &p.Numbers
}

// stepsBetween adds to a variable's steps the constants that registers hold in both
// states: a loop may count up to one of them.
func stepsBetween(p *code.Program, s, a, b *domain.State, v zone.Var) *zone.Steps {
	steps := stepsOf(p, s, v)
	if !s.Vals[v].IsNumber() || b.Zone.Hi(v) <= a.Zone.Hi(v) {
		return steps
	}
	up := steps.Up
	for w := value.FirstReg; w < value.FirstSlot; w++ {
		c := a.Zone.Lo(w)
		if w != v && s.Vals[w].IsNumber() && c > 0 && c < 1<<20 && c == a.Zone.Hi(w) && c == b.Zone.Lo(w) && c == b.Zone.Hi(w) {
			up = data.Compact(append(slices.Clone(up), c-1, c, c+1))
		}
	}
	return &zone.Steps{Up: up, Down: steps.Down, None: steps.None}
}

// joinEnds keeps where runs of constant bytes end: a pointer plus a length. In one state
// that may follow from both being constants, in the other from the record. An end that
// still moves is no use where it must settle.
func joinEnds(s *domain.State, a, b *domain.State, widen bool) {
	for v := value.FirstReg; v < value.FirstRegion; v++ {
		if !s.Vals[v].IsOrNull(meaning.Image) || s.Zone.Lo(v) == s.Zone.Hi(v) {
			continue
		}
		for _, n := range value.LengthRegs {
			if !s.Vals[n].IsNumber() || s.Zone.Hi(n) >= zone.Inf || s.Zone.Lo(n) == s.Zone.Hi(n) {
				continue
			}
			run, _ := zone.Of(v).Plus(zone.Of(n), 1)
			old, end := a.Zone.MaxDeep(run), b.Zone.MaxDeep(run)
			if widen && end > old {
				continue
			}
			if end = max(old, end); end < value.AddMost(s.Zone.Hi(v), s.Zone.Hi(n)) {
				s.Zone.Require(run.PlusConst(-end))
			}
		}
	}
}

// runs are the registers that together say which bytes a system call or rep movsb takes.
var runs = [][2]zone.Var{
	{value.RegVar(isa.RSI), value.RegVar(isa.RDX)}, {value.RegVar(isa.RSI), value.RegVar(isa.RCX)}, {value.RegVar(isa.RDI), value.RegVar(isa.RCX)},
}

// joinRuns looks for what neither state says as a fact of its own, though it is one in
// both: that a run of bytes ends within a region, or the word behind it. A lookup's length
// is less than the text's by a word; where the head of its loop was widened before the way
// there left less room behind the text, the fact that says so is dropped.
func joinRuns(s *domain.State, a, b *domain.State) {
	for _, r := range runs {
		if !s.Vals[r[0]].IsSome(meaning.Stack) || !s.Vals[r[1]].IsNumber() {
			continue
		}
		run, _ := zone.Of(r[0]).Plus(zone.Of(r[1]), 1)
		for i := range s.Regions {
			d, ok := run.Plus(zone.Of(domain.EndOf(i)), -1)
			if !ok || !s.Regions[i].Live {
				continue
			}
			switch end := max(a.Zone.Max(d), b.Zone.Max(d)); { // no other ends: this must settle
			case end <= -8:
				s.Zone.Require(d.PlusConst(8))
			case end <= 0:
				s.Zone.Require(d)
			}
		}
	}
}

func sameVector(a, b *value.Vector) bool {
	if a.Lanes == nil || b.Lanes == nil {
		return *a == *b
	}
	return a.Lanes.Addr == b.Lanes.Addr && *a.Lanes.Fn == *b.Lanes.Fn
}

func joinVector(a, b *domain.State, x, y *value.Vector) value.Vector {
	switch {
	case sameVector(x, y):
		return *x
	case x.Lanes == nil || y.Lanes == nil || *x.Lanes.Fn != *y.Lanes.Fn:
		return value.Vector{}
	}
	if addr, ok := sameAddress(a, b, x.Lanes.Addr, y.Lanes.Addr); ok {
		return value.Vector{Lanes: &value.Lanes{Addr: addr, Fn: x.Lanes.Fn}}
	}
	return value.Vector{}
}

// widenAfter is how often a loop comes back to its head before that is widened.
const widenAfter = 4
