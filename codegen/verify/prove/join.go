package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// meet joins a state, which it uses up, into what is known at a node, and says whether
// that is new there. back says that it comes back to a loop's head.
func (e *engine) meet(n *node, s *state, back bool) bool {
	if e.contains(n.state, s) {
		e.free.put(s)
		return false
	}
	rounds, round := n.rounds, n.patience.Round
	if back {
		n.comeBack()
	}
	joined := e.join(&e.free, n.state, s, &n.history, back)
	joined.makeRoom()
	if e.lie != nil {
		e.lie(n.state, joined)
	}
	if e.covers(n.state, joined) {
		n.rounds, n.patience.Round = rounds, round
		e.free.put(joined)
		return false
	}
	n.joins++
	n.widened = n.widened || back
	joined.trace = n.state.trace
	e.free.put(n.state)
	n.state = joined
	return true
}

// history is what was joined at a place.
type history struct {
	joins    int // how often
	rounds   int // behind how many visits a loop came back to it
	patience zone.Patience
}

// join is what holds in a or in b, which it uses up. They are at one place with one key.
// On a way back to a loop's head, a is what held there before, and is widened.
func (p *program) join(free *pool, a, b *state, at *history, back bool) *state {
	widen := back && at.rounds > widenAfter
	a = free.clone(a)
	p.align(a, b)
	a.zone.Settle()
	b.zone.Settle()
	a.unguard()
	b.unguard()
	out := free.get()
	*out = state{
		zone: out.zone, guards: out.guards[:0], prefers: out.prefers[:0], phase: a.phase, frames: append(out.frames[:0], a.frames...),
		written: appendCommon(out.written[:0], a.written, b.written),
	}
	if a.family == b.family {
		out.family = a.family
	}
	if a.peer == b.peer {
		out.peer = a.peer
	}
	out.zeros, out.line = a.zeros && b.zeros, a.line && b.line
	out.slots, out.regions = a.slots, a.regions
	out.first = common(a.first, b.first)
	out.answered, out.began, out.own = a.answered || b.answered, a.began, union(a.own, b.own)
	out.later, out.rest, out.restOf = a.later || b.later, a.rest && b.rest, a.restOf
	if a.env == b.env {
		out.env = a.env
	}
	out.turn, out.nonBlocking = a.turn.or(b.turn), a.nonBlocking && b.nonBlocking
	if a.incoming == b.incoming {
		out.incoming = a.incoming
	}
	for k := range out.marked {
		out.marked[k] = union(a.marked[k], b.marked[k])
	}
	out.cmp.zero, out.cmp.carry = a.cmp.zero, a.cmp.carry
	p.joinValues(out, a, b, widen)
	out.traces, out.unasked, out.stale, out.fixed = a.traces.or(b.traces), a.unasked|b.unasked, a.stale|b.stale, a.fixed&b.fixed
	for i := range out.vecs {
		out.vecs[i] = joinVector(a, b, &a.vecs[i], &b.vecs[i])
		out.vecs[i].stale = a.vecs[i].stale || b.vecs[i].stale
	}
	steps := func(v zone.Var) *zone.Steps { return p.stepsBetween(out, a, b, v) }
	switch {
	case widen:
		out.zone.Widen(a.zone, b.zone, steps, &p.near, at.rounds < 2*widenAfter, &at.patience)
	case back:
		out.zone.WidenBounds(a.zone, b.zone, steps, &p.near, &at.patience)
	case at.joins > roundAfter:
		out.zone.Join(a.zone, b.zone, p.near.Steps)
	default:
		out.zone.Join(a.zone, b.zone, nil)
	}
	for i, r := range out.regions {
		if r.live {
			out.zone.Require(minus(r.base, endOf(i))) // a region does not end before it begins
		}
	}
	p.joinPreferences(out, a, b)
	out.joinGuards(a, b, &p.flagBits)
	out.joinRuns(a, b)
	out.joinEnds(a, b, widen)
	free.put(a)
	free.put(b)
	return out
}

// roundAfter is how often distances are joined as they are, before they go to a step.
const roundAfter = 4

// stepsOf are a variable's: of a pointer other places than of a number.
func (p *program) stepsOf(s *state, v zone.Var) *zone.Steps {
	switch {
	case !s.vals[v].IsNumber():
		return &p.places
	case v >= firstReg && v < firstSlot:
		return &p.numbersIn[v-firstReg]
	}
	return &p.numbers
}

// stepsBetween adds to a variable's steps the constants that registers hold in both
// states: a loop may count up to one of them.
func (p *program) stepsBetween(s, a, b *state, v zone.Var) *zone.Steps {
	steps := p.stepsOf(s, v)
	if !s.vals[v].IsNumber() || b.zone.Hi(v) <= a.zone.Hi(v) {
		return steps
	}
	up := steps.Up
	for w := firstReg; w < firstSlot; w++ {
		c := a.zone.Lo(w)
		if w != v && s.vals[w].IsNumber() && c > 0 && c < 1<<20 && c == a.zone.Hi(w) && c == b.zone.Lo(w) && c == b.zone.Hi(w) {
			up = compact(append(slices.Clone(up), c-1, c, c+1))
		}
	}
	return &zone.Steps{Up: up, Down: steps.Down, None: steps.None}
}

// lengths are registers that hold how many bytes a pointer's run has.
var lengths = []zone.Var{regVar(isa.RCX), regVar(isa.RDX), regVar(isa.R10)}

// joinEnds keeps where runs of constant bytes end: a pointer plus a length. In one state
// that may follow from both being constants, in the other from the record. An end that
// still moves is no use where it must settle.
func (s *state) joinEnds(a, b *state, widen bool) {
	for v := firstReg; v < firstRegion; v++ {
		if !s.vals[v].IsOrNull(meaning.Image) || s.zone.Lo(v) == s.zone.Hi(v) {
			continue
		}
		for _, n := range lengths {
			if !s.vals[n].IsNumber() || s.zone.Hi(n) >= zone.Inf || s.zone.Lo(n) == s.zone.Hi(n) {
				continue
			}
			run, _ := zone.Of(v).Plus(zone.Of(n), 1)
			old, end := a.zone.MaxDeep(run), b.zone.MaxDeep(run)
			if widen && end > old {
				continue
			}
			if end = max(old, end); end < addMost(s.zone.Hi(v), s.zone.Hi(n)) {
				s.zone.Require(run.PlusConst(-end))
			}
		}
	}
}

// runs are the registers that together say which bytes a system call or rep movsb takes.
var runs = [][2]zone.Var{
	{regVar(isa.RSI), regVar(isa.RDX)}, {regVar(isa.RSI), regVar(isa.RCX)}, {regVar(isa.RDI), regVar(isa.RCX)},
}

// joinRuns looks for what neither state says as a fact of its own, though it is one in
// both: that a run of bytes ends within a region, or the word behind it. A lookup's length
// is less than the text's by a word; where the head of its loop was widened before the way
// there left less room behind the text, the fact that says so is dropped.
func (s *state) joinRuns(a, b *state) {
	for _, r := range runs {
		if !s.vals[r[0]].IsSome(meaning.Stack) || !s.vals[r[1]].IsNumber() {
			continue
		}
		run, _ := zone.Of(r[0]).Plus(zone.Of(r[1]), 1)
		for i := range s.regions {
			d, ok := run.Plus(zone.Of(endOf(i)), -1)
			if !ok || !s.regions[i].live {
				continue
			}
			switch end := max(a.zone.Max(d), b.zone.Max(d)); { // no other ends: this must settle
			case end <= -8:
				s.zone.Require(d.PlusConst(8))
			case end <= 0:
				s.zone.Require(d)
			}
		}
	}
}

func sameVector(a, b *vector) bool {
	if a.lanes == nil || b.lanes == nil {
		return *a == *b
	}
	return a.lanes.addr == b.lanes.addr && *a.lanes.fn == *b.lanes.fn
}

func joinVector(a, b *state, x, y *vector) vector {
	switch {
	case sameVector(x, y):
		return *x
	case x.lanes == nil || y.lanes == nil || *x.lanes.fn != *y.lanes.fn:
		return vector{}
	}
	if addr, ok := sameAddress(a, b, x.lanes.addr, y.lanes.addr); ok {
		return vector{lanes: &lanes{addr, x.lanes.fn}}
	}
	return vector{}
}

// or is what is known of a turn in two states of one process.
func (t turn) or(u turn) turn {
	if t.reported != u.reported || t.base != u.base || t.room != u.room {
		t.leaveEvents()
	}
	if t.ages != u.ages || t.zeroing != u.zeroing {
		t.ages, t.zeroing = span{}, false
	}
	if t.counts != u.counts {
		t.counts = span{}
	}
	t.shut = t.shut && u.shut
	if t.named != u.named {
		t.named = span{}
	}
	t.mayNotWait = t.mayNotWait || u.mayNotWait
	t.unset, t.signals, t.owes = t.unset || u.unset, t.signals || u.signals, t.owes|u.owes
	t.served, t.unwatched, t.fixedVecs = t.served || u.served, t.unwatched && u.unwatched, t.fixedVecs&u.fixedVecs
	return t
}
