package prove

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// renaming says why a state is contained in another one, the node's: what stands for the
// variables and choices of the node's in the state.
type renaming struct {
	by   [zone.Vars]zone.Lin
	syms [maxSyms]origin // without a symbol it is a constant
}

// containment checks a renaming.
type containment struct {
	*program
	*renaming
	a, b *state // every execution of b is one of a
	why  string
}

// inNode says why it is not shown that a node contains a state that comes there. What stands for
// the node's variables in the state is what the search says.
func (p *program) inNode(free *pool, n, s *state) (why string, ok bool) {
	if why, ok = p.contained(n, s, p.renamingOf(n, s)); ok {
		return why, ok
	}
	s = free.clone(s)
	s.past = nil
	p.strengthen(s, endsOfRuns(s))
	if why, ok = p.contained(n, s, p.renamingOf(n, s)); !ok {
		ok = s.zone.Empty()
	}
	free.put(s)
	return why, ok
}

// strengthen puts into a state what follows from it, steps on the way to what a node says
// among that, as far as they do follow: each is an expression that is at most 0.
func (p *program) strengthen(s *state, steps []zone.Lin) {
	s.unguard()
	s.zone.Settle()
	s.zone.Close()
	p.linkAll(s)
	for _, l := range s.zone.Facts() {
		s.require(l) // it bounds each of its variables
	}
	for _, l := range steps {
		if s.zone.MaxDeep(l) <= 0 {
			s.require(l)
		}
	}
}

// contained says why it is not shown that every execution that b stands for is one that a
// stands for.
func (p *program) contained(a, b *state, r *renaming) (why string, ok bool) {
	c := &containment{program: p, renaming: r, a: a, b: b}
	for _, holds := range []func() bool{c.progress, c.stack, c.flags, c.choices, c.variables, c.vectors, c.numbers, c.memory, c.conditions} {
		if !holds() {
			return c.why, false
		}
	}
	return "", true
}

// not notes what is not shown.
func (c *containment) not(format string, args ...any) bool {
	c.why = fmt.Sprintf(format, args...)
	return false
}

// progress: how far the process and the connection have come.
func (c *containment) progress() bool {
	a, b := c.a, c.b
	switch {
	case a.phase != b.phase || a.loop != b.loop || a.turn.or(b.turn) != a.turn || a.nonBlocking && !b.nonBlocking || a.began != b.began || b.answered && !a.answered || b.later && !a.later:
		return c.not("how far the process has come")
	case a.family != 0 && a.family != b.family || a.peer != (span{}) && a.peer != b.peer:
		return c.not("the addresses")
	case a.env.loading && !b.env.loading:
		return c.not("the environment's byte")
	case a.incoming.live && (!b.incoming.live || !c.same(a.incoming.addr, b.incoming.addr) || !c.same(a.incoming.count, b.incoming.count)):
		return c.not("what was read")
	case a.zeros && (!b.zeros || c.by[zerosVar] != zone.Of(zerosVar)), a.line && (!b.line || c.by[lineVar] != zone.Of(lineVar)):
		return c.not("what stands in the buffer")
	}
	return true
}

// same: x in a is y in b.
func (c *containment) same(x, y zone.Lin) bool {
	x, ok := x.Substitute(&c.by)
	if !ok || x == y {
		return ok
	}
	d, ok := x.Plus(y, -1)
	return ok && c.b.zone.Max(d) <= 0 && c.b.zone.Min(d) >= 0
}

// stack: what calls and pushes left on it. Where a does not say where a call returns to, no
// return can be proved.
func (c *containment) stack() bool {
	same := slices.EqualFunc(c.a.frames, c.b.frames, func(f, g frame) bool {
		return f.off == g.off && f.saved == g.saved && (f.to == g.to || f.to == 0)
	})
	return same || c.not("what calls left on the stack")
}

// flags: ZF and CF, and what is made of an address or of the environment.
func (c *containment) flags() bool {
	a, b := &c.a.cmp, c.b
	if a.kind != isa.FlagsNone || a.guards != nil || a.zero != maybe && a.zero != b.zeroFlag() || a.carry != maybe && a.carry != b.cmp.carry {
		return c.not("the flags")
	}
	traces := b.traces
	if c.a.unasked == isa.AllFlags {
		traces.flags = ofNothing
	}
	return c.a.traces.or(traces) == c.a.traces && b.unasked&^c.a.unasked == 0 && b.stale&^c.a.stale|c.a.fixed&^b.fixed == 0 || c.not("what registers are made of")
}

// choices: each of a's is the number that stands for it, which is one of a's set.
func (c *containment) choices() bool {
	used := [maxSyms]bool{}
	for v := range c.a.vals {
		if o := &c.a.vals[v].org; o.sym != 0 {
			used[o.sym-1] = true
		}
	}
	for i, o := range c.syms {
		if used[i] && !c.isAmong(c.a.syms[i], o) {
			return c.not("a choice among %d", len(c.a.syms[i].vals))
		}
	}
	return true
}

// isAmong: whatever o is in b, it is one of a set.
func (c *containment) isAmong(all *set, o origin) bool {
	if o.sym == 0 {
		_, found := slices.BinarySearch(all.vals, o.c)
		return found
	}
	some := c.b.syms[o.sym-1]
	if some == all && o == self(int(o.sym)-1) {
		return true
	}
	vals := c.values(some, o)
	return vals != nil && isSubset(vals.vals, all.vals)
}

// isSubset: the numbers of a, ascending, each once, are among those of b.
func isSubset(a, b []int64) bool {
	if len(a) >= len(b) {
		return slices.Equal(a, b) // a search for each of thousands takes longer
	}
	for _, x := range a {
		i, found := slices.BinarySearch(b, x)
		if !found {
			return false
		}
		b = b[i+1:]
	}
	return true
}

// variables: each stands for what it stands for in b.
func (c *containment) variables() bool {
	for v := firstReg; v < zone.Vars; v++ {
		if !c.unknown(v) && !(c.stands(v) && c.value(v)) {
			if c.why == "" {
				c.not("variable %d", v)
			}
			return false
		}
	}
	return true
}

// unknown: a says nothing of a variable. If it is an address, a says that it may be made of
// one, or that nobody reads it.
func (c *containment) unknown(v zone.Var) bool {
	if c.a.vals[v] != (value{}) || c.a.prov[v] != nil || c.a.mask[v] != nil || c.a.zone.Says(v) {
		return false
	}
	t := &c.a.traces
	return v >= firstSlot || c.b.vals[v].IsNumber() || c.a.stale>>(v-firstReg)&1 == 1 || t.low[v-firstReg]&t.rest[v-firstReg]&ofAddress != 0
}

// stands: what stands for a register is that register, and likewise for what is on the
// stack; what else a speaks of there may be any number.
func (c *containment) stands(v zone.Var) bool {
	by := c.by[v]
	switch {
	case v < firstSlot:
		return by == zone.Of(v) || c.isNull(v)
	case v < firstRegion:
		sl := c.a.slots[v-firstSlot]
		i := c.b.findSlot(sl.off, sl.size)
		return sl.size == 0 || i >= 0 && by == zone.Of(firstSlot+zone.Var(i))
	case v == knownVar || v == envByteVar:
		return by == zone.Of(v)
	}
	return true
}

// isNull: a variable may be null in a, and is that in b: where it would point otherwise is of
// no matter.
func (c *containment) isNull(v zone.Var) bool {
	n, ok := c.b.constant(v, meaning.Number)
	return ok && n == 0 && c.a.vals[v].IsOrNull(meaning.Image) && c.a.vals[v].MayBeNull()
}

// value: a's value of a variable is no more than b's of what stands for it.
func (c *containment) value(v zone.Var) bool {
	x := &c.a.vals[v]
	if v >= firstRegion && (*x == (value{}) || *x == (value{Meaning: meaning.Of(meaning.Stack)})) {
		return true // any number
	}
	u, isVar := (&term{lin: c.by[v]}).isVar()
	if !isVar {
		if c.by[v].IsConst() && x.IsNumber() && x.zeros&uint64(c.by[v].C) == 0 && x.ones&^uint64(c.by[v].C) == 0 || x.zeros|x.ones == 0 {
			return !x.IsLow() && x.fd == noFD && x.array == notReadable && c.a.prov[v] == nil && c.a.mask[v] == nil && c.origin(v, 0)
		}
		return c.not("variable %d: bits", v)
	}
	y := &c.b.vals[u]
	lo, hi := c.b.zone.Lo(u), c.b.zone.Hi(u)
	switch {
	case !x.Like(y.Meaning):
		return c.not("variable %d: kind", v)
	case x.IsLow() != y.IsLow() && !y.IsBetween(lo, hi):
		return c.not("variable %d: wrap", v)
	case x.fd != noFD && x.fd != y.fd || y.MayBeNull() && !x.MayBeNull() || x.array != notReadable && x.array != y.array:
		return c.not("variable %d: fd, null", v)
	}
	k := c.b.bitsOf(u)
	if n, ok := c.b.constant(u, meaning.Number); ok {
		k = known{^uint64(n), uint64(n)}
	}
	if x.IsNumber() && x.zeros&^k.zeros|x.ones&^k.ones != 0 {
		return c.not("variable %d: bits", v)
	}
	p, q := c.a.prov[v], c.b.prov[u]
	if p != nil && (q == nil || p.n != q.n || p.b != q.b || p.plus != q.plus || !c.same(p.addr, q.addr)) {
		return c.not("variable %d: prov", v)
	}
	m, n := c.a.mask[v], c.b.mask[u]
	if m != nil && (n == nil || *m.set != *n.set || !c.same(m.addr, n.addr)) {
		return c.not("variable %d: mask", v)
	}
	return c.origin(v, u)
}

// origin: a variable is what a says of it in terms of a choice.
func (c *containment) origin(v, u zone.Var) bool {
	x := c.a.vals[v].org
	if x.sym == 0 {
		return true
	}
	o := c.syms[x.sym-1]
	if o.sym == 0 {
		n, ok := c.program.value(&x, o.c)
		if ok && c.same(zone.Of(v), zone.Const(n)) {
			return true
		}
		return c.not("variable %d: constant origin", v)
	}
	x, ok := x.of(o)
	if ok && u != 0 && (x == c.b.vals[u].org || c.b.equalsOne(u, x)) {
		return true
	}
	return c.not("variable %d: origin", v)
}

// equalsOne: a variable is the same as another one, which has an origin.
func (s *state) equalsOne(u zone.Var, x origin) bool {
	for v := firstReg; v < zone.Vars; v++ {
		d, ok := zone.Of(u).Plus(zone.Of(v), -1)
		if v != u && s.vals[v].org == x && ok && s.zone.Max(d) <= 0 && s.zone.Min(d) >= 0 {
			return true
		}
	}
	return false
}

// of is x where its symbol is o.
func (x origin) of(o origin) (origin, bool) {
	if x.pointer() {
		o = o.moved(1, x.c)
		return o, o.sym != 0
	}
	if !o.pointer() {
		return origin{}, false
	}
	ok := true
	for i := range x.parts[:x.n] {
		p := &x.parts[i]
		if p.f.size == 0 {
			if x.c, ok = addTimes(x.c, p.coef, o.c); !ok {
				return origin{}, false
			}
			continue
		}
		off := int64(p.f.off) + o.c
		if p.f.off = int32(off); int64(p.f.off) != off {
			return origin{}, false
		}
	}
	x.sym = o.sym
	return x, true
}

// vectors: each holds what a says, if that says anything, and what was left behind is known
// to be that.
func (c *containment) vectors() bool {
	for i := range c.a.vecs {
		x, y := c.a.vecs[i], c.b.vecs[i]
		if y.stale && !x.stale {
			return c.not("vector %d: stale", i)
		}
		x.stale, y.stale = false, false
		switch {
		case x == (vector{}) || x == y:
		case x.lanes == nil || y.lanes == nil || *x.lanes.fn != *y.lanes.fn || !c.same(x.lanes.addr, y.lanes.addr):
			return c.not("vector %d", i)
		}
	}
	return true
}

// numbers: what a says of numbers follows.
func (c *containment) numbers() bool {
	if l, found := c.a.zone.Within(c.b.zone, &c.by); found {
		return c.not("relation %v", l)
	}
	return true
}

// memory: what a says to be written is, and what a says to be of no address or request is.
func (c *containment) memory() bool {
	a, b := c.a, c.b
	for k := range a.marked {
		if subtract(b.marked[k], a.marked[k]) != nil {
			return c.not("marked")
		}
	}
	if subtract(a.first, b.first) != nil || subtract(b.own, a.own) != nil {
		return c.not("first, own")
	}
	for _, w := range a.written {
		if !b.isWritten(zone.Const(w.lo), zone.Const(w.hi)) {
			return c.not("written %v", w)
		}
	}
	if b.rest && !a.rest && slices.ContainsFunc(a.regions[:], func(r region) bool { return r.live && r.base == b.restOf }) {
		return c.not("the rest")
	}
	for i, r := range a.regions {
		if r.live && !c.region(i) {
			return c.not("region %d", i)
		}
	}
	return true
}

// region: the bytes of a's are written.
func (c *containment) region(i int) bool {
	addr, end := zone.Const(c.a.regions[i].base), c.by[endOf(i)]
	ok := true
	if c.a.rest && c.a.restOf == c.a.regions[i].base {
		if addr, ok = addr.Plus(c.by[restVar], 1); !ok {
			return false
		}
	}
	return c.b.isBehind(addr, end) || c.b.isWritten(addr, end)
}

// conditions: what a says to be so if a bit is set, or clear, is.
func (c *containment) conditions() bool {
	for _, g := range c.a.guards {
		set, known := c.b.bitOf(g.v, g.bit)
		if !(known && set != g.set) && !c.b.isWritten(zone.Const(g.lo), zone.Const(g.hi)) && !slices.Contains(c.b.guards, g) {
			return c.not("guard")
		}
	}
	for i := range c.a.prefers {
		if !c.preferred(&c.a.prefers[i]) {
			return c.not("preference")
		}
	}
	return true
}

// preferred: where a bit is so, a register points to one of a few records.
func (c *containment) preferred(p *preference) bool {
	if set, known := c.b.bitOf(p.v, p.bit); known && set != p.set {
		return true
	}
	for _, q := range c.b.prefers {
		if q.v == p.v && q.bit == p.bit && q.set == p.set && q.reg == p.reg && isSubset(q.to.vals, p.to.vals) {
			return true
		}
	}
	val := &c.b.vals[p.reg]
	switch {
	case !val.IsOrNull(meaning.Image):
		return false
	case val.org.sym != 0:
		return c.isAmong(p.to, val.org)
	}
	lo, hi := c.b.zone.Lo(p.reg), c.b.zone.Hi(p.reg)
	_, found := slices.BinarySearch(p.to.vals, lo)
	return lo == hi && found
}
