package prove

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// tableAt is where the records of recordsExecutor stand: two of 4 bytes each.
const tableAt = 0x2000

func recordsExecutor() *executor {
	data := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, 7), 9)
	return &executor{program: newProgram(Image{Data: []Segment{{tableAt, uint64(len(data)), bytes.NewReader(data)}}})}
}

// pointing is a state in which rcx points to one of some records, of which the field was loaded
// if that is asked for.
func pointing(e *executor, loaded bool, records ...int64) *state {
	s := e.entry()
	s.phase = serving
	s.syms[0] = e.intern(records)
	rcx := regVar(isa.RCX)
	s.assign(rcx, term{value: value{Meaning: meaning.Of(meaning.Image), org: self(0)}, lo: records[0], hi: records[len(records)-1]})
	if loaded {
		o := origin{sym: 1, n: 1}
		o.parts[0] = part{1, field{size: 4}}
		e.ghost(s, o, 4)
	}
	e.linkAll(s)
	return s
}

// Where the node knows a field of a record that rcx points to, and a state arrives in which rcx
// points to one record whose field was not loaded, that has its number nevertheless ("variable
// 43: bits", at log_status_known of random specs).
func TestFieldOfOneRecordArrives(t *testing.T) {
	e := recordsExecutor()
	node := pointing(e, true, tableAt, tableAt+4)
	one := pointing(e, false, tableAt+4)
	if why, ok := e.contained(node, one, e.renamingOf(node, one)); !ok {
		t.Errorf("the second record: %s", why)
	}
	first := pointing(e, true, tableAt)
	if _, ok := e.contained(first, one, e.renamingOf(first, one)); ok {
		t.Error("the second record is taken for the first one")
	}
}

// Where two registers of the node point to one record, and in the state that arrives they were
// chosen apart but are equal ("variable 12: origin", at range_first: the response that was
// compared with, in r11, is that of the resource in rbx).
func TestEqualPointersArrive(t *testing.T) {
	e := recordsExecutor()
	node := pointing(e, false, tableAt, tableAt+4)
	rcx, rdx := regVar(isa.RCX), regVar(isa.RDX)
	apart := node.clone()
	node.assign(rdx, term{value: node.vals[rcx], lin: zone.Of(rcx)})
	apart.syms[1] = apart.syms[0]
	apart.assign(rdx, term{value: value{Meaning: meaning.Of(meaning.Image), org: self(1)}, lo: tableAt, hi: tableAt + 4})
	e.linkAll(apart)
	if _, ok := e.contained(node, apart, e.renamingOf(node, apart)); ok {
		t.Error("two records are taken for one")
	}
	d, _ := zone.Of(rdx).Plus(zone.Of(rcx), -1)
	apart.zone.RequireEqual(d)
	if why, ok := e.contained(node, apart, e.renamingOf(node, apart)); !ok {
		t.Errorf("one record by two ways: %s", why)
	}
}

// Where widening gave up the last bound of a variable nothing is said of it, and anything may arrive ("variable 3: wrap", at
// range_first of examples/landing in isolation: proof).
func TestUnboundedVariableArrives(t *testing.T) {
	e := recordsExecutor()
	rdx := regVar(isa.RDX)
	node, s := e.entry(), e.entry()
	for _, a := range []*state{node, s} {
		a.setTrace(isa.RDX, 8, ofAnything)
	}
	s.assign(rdx, between(-48, 16388))
	s.vals[rdx].Meaning = s.vals[rdx].Low()
	node.assign(rdx, between(0, 9))
	if _, ok := e.contained(node, s, e.renamingOf(node, s)); ok {
		t.Error("any number is taken for one of ten")
	}
	wide, patience := node.clone(), zone.Patience{}
	for patience.Round = range 9 { // a bound may move a few times
		wide.zone.Widen(node.zone, s.zone, func(zone.Var) *zone.Steps { return &zone.Steps{None: math.MaxInt64} }, &e.near, false, &patience)
	}
	wide.vals[rdx] = value{}
	if !wide.zone.Knows(rdx) || wide.zone.Says(rdx) {
		t.Fatalf("from %d to %d is left", wide.zone.Lo(rdx), wide.zone.Hi(rdx))
	}
	if why, ok := e.contained(wide, s, e.renamingOf(wide, s)); !ok {
		t.Error(why)
	}
}

// A field that is none of the record of both states is forgotten where they are joined, with what
// relations say of it: nothing can stand for it in what arrives ("a choice among 17").
func TestLostFieldsAreForgotten(t *testing.T) {
	e := recordsExecutor()
	a, b := pointing(e, true, tableAt, tableAt+4), pointing(e, false, tableAt, tableAt+4)
	g := firstGhost
	for g < firstGhost+ghosts && a.vals[g].org.sym == 0 {
		g++
	}
	if !isGhost(g) {
		t.Fatal("no field is known")
	}
	number, _ := zone.Of(regVar(isa.RDX)).Plus(zone.Of(g), -1)
	for _, s := range []*state{a, b} {
		s.assign(regVar(isa.RDX), between(0, 9))
		s.assign(g, term{value: s.vals[g], lo: 7, hi: 9})
		s.require(number)
	}
	out := e.join(&e.free, a, b.clone(), &history{}, false)
	if out.zone.Knows(g) || out.vals[g] != (value{}) {
		t.Errorf("%+v and bounds from %d to %d are left of it", out.vals[g], out.zone.Lo(g), out.zone.Hi(g))
	}
	if why, ok := e.contained(out, b, e.renamingOf(out, b)); !ok {
		t.Errorf("what was joined is not contained: %s", why)
	}
}

// A state that is impossible arrives nowhere, though that follows from a fact and the bounds of
// its variables alone: 3*rdx + 7 <= rcx (rcx - byte <= 142, in the environment of markdown-spa).
func TestImpossibleArrivals(t *testing.T) {
	e := recordsExecutor()
	for least, impossible := range map[int64]bool{46: true, 45: false} {
		s := e.entry()
		rcx, rdx := regVar(isa.RCX), regVar(isa.RDX)
		s.assign(rcx, between(49, 143))
		s.assign(rdx, between(0, 133))
		fact, _ := zone.Const(7).Plus(zone.Of(rdx), 3)
		fact, _ = fact.Plus(zone.Of(rcx), -1)
		s.require(fact)
		s.zone.Require(minus(least, rdx))
		e.strengthen(s, nil)
		if s.zone.Empty() != impossible {
			t.Errorf("rdx at least %d: impossible: %v", least, s.zone.Empty())
		}
	}
}

// Where a region's end is a constant in what arrives, fewer bytes may stand for it than are written
// there: as many as the node says of a register at the most (seed 13 of the random specs, 17).
func TestRegionOfWrittenBytesArrives(t *testing.T) {
	e := recordsExecutor()
	rsi := regVar(isa.RSI)
	node := e.entry()
	node.assign(rsi, term{value: value{Meaning: meaning.Of(meaning.Stack)}, lo: -90, hi: -40})
	node.regions[0] = region{-100, true}
	node.assign(endOf(0), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lo: -70, hi: -30})
	most, _ := zone.Of(endOf(0)).Plus(zone.Of(rsi), -1)
	node.zone.Require(most.PlusConst(-20))
	for from, want := range map[int64]bool{-80: true, -95: false} {
		s := e.entry()
		s.assign(rsi, term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: zone.Const(from)})
		s.addSpan(span{-100, -50})
		if why, ok := e.contained(node, s, e.renamingOf(node, s)); ok != want {
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
		node, s := e.entry(), e.entry()
		for i, base := range []int64{-310, -300, -100} {
			node.regions[i] = region{base, true}
			node.assign(endOf(i), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lo: base, hi: -30})
		}
		for i, most := range []int64{-10, -apart} {
			d, _ := zone.Of(endOf(i)).Plus(zone.Of(endOf(i+1)), -1)
			node.require(d.PlusConst(-most))
		}
		s.addSpan(span{-310, -290})
		s.addSpan(span{-300, -280})
		if why, ok := e.contained(node, s, e.renamingOf(node, s)); ok != want {
			t.Errorf("%d bytes apart: %v, %s", apart, ok, why)
		}
	}
}

// Where each of two states has a region in another's place, and there is no free one, both lose it, with
// what is known of where it ends: that stood for nothing in what arrives ("relation", at the exit in
// isolation: connection with a log, a large file and a long error; seed 8002 of the random specs, 50).
func TestLostRegionsAreForgotten(t *testing.T) {
	e := recordsExecutor()
	a, b := e.entry(), e.entry()
	for i := range regions {
		base := -int64(100 * (i + 1))
		for _, s := range []*state{a, b} {
			s.regions[i] = region{base, true}
			s.assign(endOf(i), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lo: base, hi: base + 50})
		}
	}
	b.regions[0].base = -90
	out := e.join(&e.free, a, b.clone(), &history{}, false)
	if out.regions[0].live || out.zone.Knows(endOf(0)) || out.vals[endOf(0)] != (value{}) {
		t.Errorf("%+v, and bounds from %d to %d are left of it", out.regions[0], out.zone.Lo(endOf(0)), out.zone.Hi(endOf(0)))
	}
	b = e.entry() // what arrives without a region in that place
	copy(b.regions[1:], out.regions[1:])
	for i := 1; i < regions; i++ {
		b.assign(endOf(i), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: zone.Const(out.regions[i].base)})
	}
	if why, ok := e.contained(out, b, e.renamingOf(out, b)); !ok {
		t.Errorf("what has none there is not contained: %s", why)
	}
}
