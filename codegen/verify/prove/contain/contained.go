package contain

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Renaming says why a state is contained in another one, the node's: what stands for the
// variables and choices of the node's in the state.
type Renaming struct {
	by   [zone.Vars]zone.Lin
	syms [data.MaxSyms]data.Origin // without a symbol it is a constant
}

// containment checks a renaming.
type containment struct {
	*code.Program
	Renaming
	a, b *domain.State // every execution of b is one of a
	why  string
}

// InNode says why it is not shown that a node contains a state that comes there. What stands for
// the node's variables in the state is what the search says.
func InNode(p *code.Program, free *domain.Pool, n, s *domain.State) (why string, ok bool) {
	if why, ok = Contained(p, n, s, RenamingOf(p, n, s)); ok {
		return why, ok
	}
	s = free.Clone(s)
	free.DropPast(s)
	strengthen(p, s, endsOfRuns(s))
	if why, ok = Contained(p, n, s, RenamingOf(p, n, s)); !ok {
		ok = s.Zone.Empty()
	}
	free.Put(s)
	return why, ok
}

// strengthen puts into a state what follows from it, steps on the way to what a node says
// among that, as far as they do follow: each is an expression that is at most 0.
func strengthen(p *code.Program, s *domain.State, steps []zone.Lin) {
	s.Unguard()
	s.Zone.Settle()
	s.Zone.Close()
	s.LinkAll(p.Records)
	for _, l := range s.Zone.Facts() {
		s.Require(l) // it bounds each of its variables
	}
	for _, l := range steps {
		if s.Zone.MaxDeep(l) <= 0 {
			s.Require(l)
		}
	}
}

// Contained says why it is not shown that every execution that b stands for is one that a
// stands for.
func Contained(p *code.Program, a, b *domain.State, r Renaming) (why string, ok bool) {
	c := &containment{Program: p, Renaming: r, a: a, b: b}
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
	case a.Phase != b.Phase || a.Loop != b.Loop || a.Turn.Or(b.Turn) != a.Turn || a.NonBlocking && !b.NonBlocking || a.Began != b.Began || b.Answered && !a.Answered || b.Later && !a.Later:
		return c.not("how far the process has come")
	case a.Family != 0 && a.Family != b.Family || a.Peer != (value.Span{}) && a.Peer != b.Peer:
		return c.not("the addresses")
	case a.Env.Loading && !b.Env.Loading:
		return c.not("the environment's byte")
	case a.Incoming.Live && (!b.Incoming.Live || !c.same(a.Incoming.Addr, b.Incoming.Addr) || !c.same(a.Incoming.Count, b.Incoming.Count)):
		return c.not("what was read")
	case a.Zeros && (!b.Zeros || c.by[value.ZerosVar] != zone.Of(value.ZerosVar)), a.Line && (!b.Line || c.by[value.LineVar] != zone.Of(value.LineVar)):
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
	return ok && c.b.Zone.Max(d) <= 0 && c.b.Zone.Min(d) >= 0
}

// stack: what calls and pushes left on it. Where a does not say where a call returns to, no
// return can be proved.
func (c *containment) stack() bool {
	same := slices.EqualFunc(c.a.Frames, c.b.Frames, func(f, g domain.Frame) bool {
		return f.Off == g.Off && f.Saved == g.Saved && (f.To == g.To || f.To == 0)
	})
	return same || c.not("what calls left on the stack")
}

// flags: ZF and CF, and what is made of an address or of the environment.
func (c *containment) flags() bool {
	a, b := &c.a.Flags, c.b
	if a.Kind != isa.FlagsNone || a.Guards != nil || a.Zero != domain.Maybe && a.Zero != b.ZeroFlag() || a.Carry != domain.Maybe && a.Carry != b.Flags.Carry {
		return c.not("the flags")
	}
	traces := b.Traces
	if c.a.Unasked == isa.AllFlags {
		traces.Flags = value.OfNothing
	}
	return c.a.Traces.Or(traces) == c.a.Traces && b.Unasked&^c.a.Unasked == 0 && b.Stale&^c.a.Stale|c.a.Fixed&^b.Fixed == 0 || c.not("what registers are made of")
}

// choices: each of a's is the number that stands for it, which is one of a's set.
func (c *containment) choices() bool {
	used := [data.MaxSyms]bool{}
	for v := range c.a.Vals {
		if o := &c.a.Vals[v].Origin; o.Sym != 0 {
			used[o.Sym-1] = true
		}
	}
	for i, o := range c.syms {
		if used[i] && !c.isAmong(c.a.Syms[i], o) {
			return c.not("a choice among %d", len(c.a.Syms[i].Vals))
		}
	}
	return true
}

// isAmong: whatever o is in b, it is one of a set.
func (c *containment) isAmong(all *data.Set, o data.Origin) bool {
	if o.Sym == 0 {
		_, found := slices.BinarySearch(all.Vals, o.Const)
		return found
	}
	some := c.b.Syms[o.Sym-1]
	if some == all && o == data.Self(int(o.Sym)-1) {
		return true
	}
	vals := c.Values(some, o)
	return vals != nil && isSubset(vals.Vals, all.Vals)
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
	for v := value.FirstReg; v < zone.Vars; v++ {
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
	if c.a.Vals[v] != (value.Value{}) || c.a.Prov[v] != nil || c.a.Mask[v] != nil || c.a.Zone.Says(v) {
		return false
	}
	t := &c.a.Traces
	return v >= value.FirstSlot || c.b.Vals[v].IsNumber() || c.a.Stale>>(v-value.FirstReg)&1 == 1 || t.Low[v-value.FirstReg]&t.Rest[v-value.FirstReg]&value.OfAddress != 0
}

// stands: what stands for a register is that register, and likewise for what is on the
// stack; what else a speaks of there may be any number.
func (c *containment) stands(v zone.Var) bool {
	by := c.by[v]
	switch {
	case v < value.FirstSlot:
		return by == zone.Of(v) || c.isNull(v)
	case v < value.FirstRegion:
		sl := c.a.Slots[v-value.FirstSlot]
		i := c.b.FindSlot(sl.Off, sl.Size)
		return sl.Size == 0 || i >= 0 && by == zone.Of(value.FirstSlot+zone.Var(i))
	case v == value.KnownVar || v == value.EnvByteVar:
		return by == zone.Of(v)
	}
	return true
}

// isNull: a variable may be null in a, and is that in b: where it would point otherwise is of
// no matter.
func (c *containment) isNull(v zone.Var) bool {
	n, ok := c.b.Constant(v, meaning.Number)
	return ok && n == 0 && c.a.Vals[v].IsOrNull(meaning.Image) && c.a.Vals[v].MayBeNull()
}

// value: a's value of a variable is no more than b's of what stands for it.
func (c *containment) value(v zone.Var) bool {
	x := &c.a.Vals[v]
	if v >= value.FirstRegion && (*x == (value.Value{}) || *x == (value.Value{Meaning: meaning.Of(meaning.Stack)})) {
		return true // any number
	}
	u, isVar := (&value.Term{Lin: c.by[v]}).IsVar()
	if !isVar {
		if c.by[v].IsConst() && x.IsNumber() && x.Zeros&uint64(c.by[v].C) == 0 && x.Ones&^uint64(c.by[v].C) == 0 || x.Zeros|x.Ones == 0 {
			return !x.IsLow() && x.FD == value.NoFD && x.Array == value.NotReadable && c.a.Prov[v] == nil && c.a.Mask[v] == nil && c.origin(v, 0)
		}
		return c.not("variable %d: bits", v)
	}
	y := &c.b.Vals[u]
	lo, hi := c.b.Zone.Lo(u), c.b.Zone.Hi(u)
	switch {
	case !x.Like(y.Meaning):
		return c.not("variable %d: kind", v)
	case x.IsLow() != y.IsLow() && !y.IsBetween(lo, hi):
		return c.not("variable %d: wrap", v)
	case x.FD != value.NoFD && x.FD != y.FD || y.MayBeNull() && !x.MayBeNull() || x.Array != value.NotReadable && x.Array != y.Array:
		return c.not("variable %d: fd, null", v)
	}
	k := c.b.BitsOf(u)
	if n, ok := c.b.Constant(u, meaning.Number); ok {
		k = value.Bits{Zeros: ^uint64(n), Ones: uint64(n)}
	}
	if x.IsNumber() && x.Zeros&^k.Zeros|x.Ones&^k.Ones != 0 {
		return c.not("variable %d: bits", v)
	}
	p, q := c.a.Prov[v], c.b.Prov[u]
	if p != nil && (q == nil || p.N != q.N || p.Bytes != q.Bytes || p.Plus != q.Plus || !c.same(p.Addr, q.Addr)) {
		return c.not("variable %d: prov", v)
	}
	m, n := c.a.Mask[v], c.b.Mask[u]
	if m != nil && (n == nil || *m.Set != *n.Set || !c.same(m.Addr, n.Addr)) {
		return c.not("variable %d: mask", v)
	}
	return c.origin(v, u)
}

// origin: a variable is what a says of it in terms of a choice.
func (c *containment) origin(v, u zone.Var) bool {
	x := c.a.Vals[v].Origin
	if x.Sym == 0 {
		return true
	}
	o := c.syms[x.Sym-1]
	if o.Sym == 0 {
		n, ok := c.Program.Value(&x, o.Const)
		if ok && c.same(zone.Of(v), zone.Const(n)) {
			return true
		}
		return c.not("variable %d: constant origin", v)
	}
	x, ok := of(x, o)
	if ok && u != 0 && (x == c.b.Vals[u].Origin || equalsOne(c.b, u, x)) {
		return true
	}
	return c.not("variable %d: origin", v)
}

// equalsOne: a variable is the same as another one, which has an origin.
func equalsOne(s *domain.State, u zone.Var, x data.Origin) bool {
	for v := value.FirstReg; v < zone.Vars; v++ {
		d, ok := zone.Of(u).Plus(zone.Of(v), -1)
		if v != u && s.Vals[v].Origin == x && ok && s.Zone.Max(d) <= 0 && s.Zone.Min(d) >= 0 {
			return true
		}
	}
	return false
}

// of is x where its symbol is o.
func of(x data.Origin, o data.Origin) (data.Origin, bool) {
	if x.Pointer() {
		o = o.Moved(1, x.Const)
		return o, o.Sym != 0
	}
	if !o.Pointer() {
		return data.Origin{}, false
	}
	ok := true
	for i := range x.Parts[:x.N] {
		p := &x.Parts[i]
		if p.Field.Size == 0 {
			if x.Const, ok = data.AddTimes(x.Const, p.Coef, o.Const); !ok {
				return data.Origin{}, false
			}
			continue
		}
		off := int64(p.Field.Off) + o.Const
		if p.Field.Off = int32(off); int64(p.Field.Off) != off {
			return data.Origin{}, false
		}
	}
	x.Sym = o.Sym
	return x, true
}

// vectors: each holds what a says, if that says anything, and what was left behind is known
// to be that.
func (c *containment) vectors() bool {
	for i := range c.a.Vecs {
		x, y := c.a.Vecs[i], c.b.Vecs[i]
		if y.Stale && !x.Stale {
			return c.not("vector %d: stale", i)
		}
		x.Stale, y.Stale = false, false
		switch {
		case x == (value.Vector{}) || x == y:
		case x.Lanes == nil || y.Lanes == nil || *x.Lanes.Fn != *y.Lanes.Fn || !c.same(x.Lanes.Addr, y.Lanes.Addr):
			return c.not("vector %d", i)
		}
	}
	return true
}

// numbers: what a says of numbers follows.
func (c *containment) numbers() bool {
	if l, found := c.a.Zone.Within(c.b.Zone, &c.by); found {
		return c.not("relation %v", l)
	}
	return true
}

// memory: what a says to be written is, and what a says to be of no address or request is.
func (c *containment) memory() bool {
	a, b := c.a, c.b
	for k := range a.Marked {
		if value.Subtract(b.Marked[k], a.Marked[k]) != nil {
			return c.not("marked")
		}
	}
	if value.Subtract(a.First, b.First) != nil || value.Subtract(b.Own, a.Own) != nil {
		return c.not("first, own")
	}
	for _, w := range a.Written {
		if !b.IsWritten(zone.Const(w.Lo), zone.Const(w.Hi)) {
			return c.not("written %v", w)
		}
	}
	if b.Rest && !a.Rest && slices.ContainsFunc(a.Regions[:], func(r domain.Region) bool { return r.Live && r.Base == b.RestOf }) {
		return c.not("the rest")
	}
	for i, r := range a.Regions {
		if r.Live && !c.region(i) {
			return c.not("region %d", i)
		}
	}
	return true
}

// region: the bytes of a's are written.
func (c *containment) region(i int) bool {
	addr, end := zone.Const(c.a.Regions[i].Base), c.by[domain.EndOf(i)]
	ok := true
	if c.a.Rest && c.a.RestOf == c.a.Regions[i].Base {
		if addr, ok = addr.Plus(c.by[value.RestVar], 1); !ok {
			return false
		}
	}
	return c.b.IsBehind(addr, end) || c.b.IsWritten(addr, end)
}

// conditions: what a says to be so if a bit is set, or clear, is.
func (c *containment) conditions() bool {
	for _, g := range c.a.Guards {
		set, known := c.b.BitOf(g.Var, g.Bit)
		if !(known && set != g.Set) && !c.b.IsWritten(zone.Const(g.Lo), zone.Const(g.Hi)) && !slices.Contains(c.b.Guards, g) {
			return c.not("guard")
		}
	}
	for i := range c.a.Prefers {
		if !c.preferred(&c.a.Prefers[i]) {
			return c.not("preference")
		}
	}
	return true
}

// preferred: where a bit is so, a register points to one of a few records.
func (c *containment) preferred(p *domain.Preference) bool {
	if set, known := c.b.BitOf(p.Var, p.Bit); known && set != p.Set {
		return true
	}
	for _, q := range c.b.Prefers {
		if q.Var == p.Var && q.Bit == p.Bit && q.Set == p.Set && q.Reg == p.Reg && isSubset(q.To.Vals, p.To.Vals) {
			return true
		}
	}
	val := &c.b.Vals[p.Reg]
	switch {
	case !val.IsOrNull(meaning.Image):
		return false
	case val.Origin.Sym != 0:
		return c.isAmong(p.To, val.Origin)
	}
	lo, hi := c.b.Zone.Lo(p.Reg), c.b.Zone.Hi(p.Reg)
	_, found := slices.BinarySearch(p.To.Vals, lo)
	return lo == hi && found
}
