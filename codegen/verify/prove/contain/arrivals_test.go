package contain

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/meet"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// tableAt is where the records of recordsExecutor stand: two of 4 bytes each.
const tableAt = 0x2000

func recordsExecutor() *step.Executor {
	content := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, 7), 9)
	return &step.Executor{Program: code.NewProgram(data.Image{Data: []data.Segment{{Addr: tableAt, Size: uint64(len(content)), Bytes: bytes.NewReader(content)}}})}
}

// pointing is a state in which rcx points to one of some records, of which the field was loaded
// if that is asked for.
func pointing(e *step.Executor, loaded bool, records ...int64) *domain.State {
	s := e.AtEntry()
	s.Phase = domain.Serving
	s.Syms[0] = e.Intern(records)
	rcx := value.RegVar(isa.RCX)
	s.Assign(rcx, value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Image), Origin: data.Self(0)}, Lo: records[0], Hi: records[len(records)-1]})
	if loaded {
		o := data.Origin{Sym: 1, N: 1}
		o.Parts[0] = data.Part{Coef: 1, Field: data.Field{Size: 4}}
		e.Ghost(s, o, 4)
	}
	s.LinkAll(e.Records)
	return s
}

// Where the node knows a field of a record that rcx points to, and a state arrives in which rcx
// points to one record whose field was not loaded, that has its number nevertheless ("variable
// 43: bits", at log_status_known of random specs).
func TestFieldOfOneRecordArrives(t *testing.T) {
	e := recordsExecutor()
	node := pointing(e, true, tableAt, tableAt+4)
	one := pointing(e, false, tableAt+4)
	if why, ok := Contained(e.Program, node, one, RenamingOf(e.Program, node, one)); !ok {
		t.Errorf("the second record: %s", why)
	}
	first := pointing(e, true, tableAt)
	if _, ok := Contained(e.Program, first, one, RenamingOf(e.Program, first, one)); ok {
		t.Error("the second record is taken for the first one")
	}
}

// Where two registers of the node point to one record, and in the state that arrives they were
// chosen apart but are equal ("variable 12: origin", at range_first: the response that was
// compared with, in r11, is that of the resource in rbx).
func TestEqualPointersArrive(t *testing.T) {
	e := recordsExecutor()
	node := pointing(e, false, tableAt, tableAt+4)
	rcx, rdx := value.RegVar(isa.RCX), value.RegVar(isa.RDX)
	apart := node.Clone()
	node.Assign(rdx, value.Term{Value: node.Vals[rcx], Lin: zone.Of(rcx)})
	apart.Syms[1] = apart.Syms[0]
	apart.Assign(rdx, value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Image), Origin: data.Self(1)}, Lo: tableAt, Hi: tableAt + 4})
	apart.LinkAll(e.Records)
	if _, ok := Contained(e.Program, node, apart, RenamingOf(e.Program, node, apart)); ok {
		t.Error("two records are taken for one")
	}
	d, _ := zone.Of(rdx).Plus(zone.Of(rcx), -1)
	apart.Zone.RequireEqual(d)
	if why, ok := Contained(e.Program, node, apart, RenamingOf(e.Program, node, apart)); !ok {
		t.Errorf("one record by two ways: %s", why)
	}
}

// Where widening gave up the last bound of a variable nothing is said of it, and anything may arrive ("variable 3: wrap", at
// range_first of examples/landing in isolation: proof).
func TestUnboundedVariableArrives(t *testing.T) {
	e := recordsExecutor()
	rdx := value.RegVar(isa.RDX)
	node, s := e.AtEntry(), e.AtEntry()
	for _, a := range []*domain.State{node, s} {
		a.SetTrace(isa.RDX, 8, value.OfAnything)
	}
	s.Assign(rdx, value.Between(-48, 16388))
	s.Vals[rdx].Meaning = s.Vals[rdx].Low()
	node.Assign(rdx, value.Between(0, 9))
	if _, ok := Contained(e.Program, node, s, RenamingOf(e.Program, node, s)); ok {
		t.Error("any number is taken for one of ten")
	}
	wide, patience := node.Clone(), zone.Patience{}
	for patience.Round = range 9 { // a bound may move a few times
		wide.Zone.Widen(node.Zone, s.Zone, func(zone.Var) *zone.Steps { return &zone.Steps{None: math.MaxInt64} }, &e.Near, false, &patience)
	}
	wide.Vals[rdx] = value.Value{}
	if !wide.Zone.Knows(rdx) || wide.Zone.Says(rdx) {
		t.Fatalf("from %d to %d is left", wide.Zone.Lo(rdx), wide.Zone.Hi(rdx))
	}
	if why, ok := Contained(e.Program, wide, s, RenamingOf(e.Program, wide, s)); !ok {
		t.Error(why)
	}
}

// A field that is none of the record of both states is forgotten where they are joined, with what
// relations say of it: nothing can stand for it in what arrives ("a choice among 17").
func TestLostFieldsAreForgotten(t *testing.T) {
	e := recordsExecutor()
	a, b := pointing(e, true, tableAt, tableAt+4), pointing(e, false, tableAt, tableAt+4)
	g := value.FirstGhost
	for g < value.FirstGhost+value.Ghosts && a.Vals[g].Origin.Sym == 0 {
		g++
	}
	if !value.IsGhost(g) {
		t.Fatal("no field is known")
	}
	number, _ := zone.Of(value.RegVar(isa.RDX)).Plus(zone.Of(g), -1)
	for _, s := range []*domain.State{a, b} {
		s.Assign(value.RegVar(isa.RDX), value.Between(0, 9))
		s.Assign(g, value.Term{Value: s.Vals[g], Lo: 7, Hi: 9})
		s.Require(number)
	}
	out := meet.Join(e.Program, &e.Free, a, b.Clone(), &meet.History{}, false)
	if out.Zone.Knows(g) || out.Vals[g] != (value.Value{}) {
		t.Errorf("%+v and bounds from %d to %d are left of it", out.Vals[g], out.Zone.Lo(g), out.Zone.Hi(g))
	}
	if why, ok := Contained(e.Program, out, b, RenamingOf(e.Program, out, b)); !ok {
		t.Errorf("what was joined is not contained: %s", why)
	}
}

// A state that is impossible arrives nowhere, though that follows from a fact and the bounds of
// its variables alone: 3*rdx + 7 <= rcx (rcx - byte <= 142, in the environment of markdown-spa).
func TestImpossibleArrivals(t *testing.T) {
	e := recordsExecutor()
	for least, impossible := range map[int64]bool{46: true, 45: false} {
		s := e.AtEntry()
		rcx, rdx := value.RegVar(isa.RCX), value.RegVar(isa.RDX)
		s.Assign(rcx, value.Between(49, 143))
		s.Assign(rdx, value.Between(0, 133))
		fact, _ := zone.Const(7).Plus(zone.Of(rdx), 3)
		fact, _ = fact.Plus(zone.Of(rcx), -1)
		s.Require(fact)
		s.Zone.Require(value.Minus(least, rdx))
		strengthen(e.Program, s, nil)
		if s.Zone.Empty() != impossible {
			t.Errorf("rdx at least %d: impossible: %v", least, s.Zone.Empty())
		}
	}
}

// Where a region's end is a constant in what arrives, fewer bytes may stand for it than are written
// there: as many as the node says of a register at the most (seed 13 of the random specs, 17).
func TestRegionOfWrittenBytesArrives(t *testing.T) {
	e := recordsExecutor()
	rsi := value.RegVar(isa.RSI)
	node := e.AtEntry()
	node.Assign(rsi, value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lo: -90, Hi: -40})
	node.Regions[0] = domain.Region{Base: -100, Live: true}
	node.Assign(domain.EndOf(0), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lo: -70, Hi: -30})
	most, _ := zone.Of(domain.EndOf(0)).Plus(zone.Of(rsi), -1)
	node.Zone.Require(most.PlusConst(-20))
	for from, want := range map[int64]bool{-80: true, -95: false} {
		s := e.AtEntry()
		s.Assign(rsi, value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: zone.Const(from)})
		s.AddSpan(value.Span{Lo: -100, Hi: -50})
		if why, ok := Contained(e.Program, node, s, RenamingOf(e.Program, node, s)); ok != want {
			t.Errorf("rsi at %d: %v, %s", from, ok, why)
		}
	}
}

// Where two regions' ends are constants in what arrives, fewer bytes may stand for one of them than are
// written there, as many as the node says of the other one at the most: the four bytes of a number that
// states came without before one came in which the other region begins ("relation", at the exit of hosts
// with a wildcard of 16 bytes, a log and dates; seed 5004 of the random hosts, 29). One that is shortened
// shortens others.
func TestRegionsOfWrittenBytesArrive(t *testing.T) {
	e := recordsExecutor()
	for apart, want := range map[int64]bool{200: true, 201: false} {
		node, s := e.AtEntry(), e.AtEntry()
		for i, base := range []int64{-310, -300, -100} {
			node.Regions[i] = domain.Region{Base: base, Live: true}
			node.Assign(domain.EndOf(i), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lo: base, Hi: -30})
		}
		for i, most := range []int64{-10, -apart} {
			d, _ := zone.Of(domain.EndOf(i)).Plus(zone.Of(domain.EndOf(i+1)), -1)
			node.Require(d.PlusConst(-most))
		}
		s.AddSpan(value.Span{Lo: -310, Hi: -290})
		s.AddSpan(value.Span{Lo: -300, Hi: -280})
		if why, ok := Contained(e.Program, node, s, RenamingOf(e.Program, node, s)); ok != want {
			t.Errorf("%d bytes apart: %v, %s", apart, ok, why)
		}
	}
}

// Where each of two states has a region in another's place, and there is no free one, both lose it, with
// what is known of where it ends: that stood for nothing in what arrives ("relation", at the exit in
// isolation: connection with a log, a large file and a long error; seed 8002 of the random specs, 50).
func TestLostRegionsAreForgotten(t *testing.T) {
	e := recordsExecutor()
	a, b := e.AtEntry(), e.AtEntry()
	for i := range value.Regions {
		base := -int64(100 * (i + 1))
		for _, s := range []*domain.State{a, b} {
			s.Regions[i] = domain.Region{Base: base, Live: true}
			s.Assign(domain.EndOf(i), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lo: base, Hi: base + 50})
		}
	}
	b.Regions[0].Base = -90
	out := meet.Join(e.Program, &e.Free, a, b.Clone(), &meet.History{}, false)
	if out.Regions[0].Live || out.Zone.Knows(domain.EndOf(0)) || out.Vals[domain.EndOf(0)] != (value.Value{}) {
		t.Errorf("%+v, and bounds from %d to %d are left of it", out.Regions[0], out.Zone.Lo(domain.EndOf(0)), out.Zone.Hi(domain.EndOf(0)))
	}
	b = e.AtEntry() // what arrives without a region in that place
	copy(b.Regions[1:], out.Regions[1:])
	for i := 1; i < value.Regions; i++ {
		b.Assign(domain.EndOf(i), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: zone.Const(out.Regions[i].Base)})
	}
	if why, ok := Contained(e.Program, out, b, RenamingOf(e.Program, out, b)); !ok {
		t.Errorf("what has none there is not contained: %s", why)
	}
}
