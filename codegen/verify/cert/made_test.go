package cert

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// TestMade executes random instructions on two machines, in which what may be made of an address is something else: as long as
// they are followed both go the same way, and registers and bytes that are made of none are the same, secrets or not.
func TestMade(t *testing.T) { testMade(t, Address, 40) }

// TestSecret is likewise of machines in which secrets are others, until they go different ways: registers and bytes that tell of
// nothing are the same.
func TestSecret(t *testing.T) { testMade(t, Secret, 30) }

func testMade(t *testing.T, differs Trace, least int) {
	file, entry := blank(t)
	n := 20_000
	if testing.Short() {
		n = 4_000
	}
	var total trialCounts
	same := 0
	for seed := range uint64(n) {
		r := &trial{t: t, seed: seed, rng: rand.New(rand.NewPCG(seed, 8)), total: &total}
		r.start(file, entry)
		same += r.runBoth(r.other(entry+4, differs), differs)
		if t.Failed() {
			return
		}
	}
	t.Logf("%+v, %d registers and words that are the same", total, same)
	if total.steps < 2*n || same < least*n {
		t.Errorf("too few to say anything: %+v, %d", total, same)
	}
}

// other makes some numbers without bounds what may be made of an address, or of a secret, and is a machine in which these, or
// those, are others.
func (r *trial) other(begin uint64, differs Trace) *isa.Machine {
	s, m := r.ways[0], r.machine(begin)
	m.Regs, m.XMM = r.m.Regs, r.m.XMM
	rsp := r.m.Regs[isa.RSP]
	from, _ := r.m.Writable(rsp, frame)
	to, _ := m.Writable(rsp, frame)
	copy(to, from)
	m.Written(rsp, frame, true)
	at := FirstVar
	next := func(made Trace) bool { // the next variable of the node is such
		v := &s.vars[at]
		at++
		if is := v.Lo == -linear.NoBound && v.Hi == linear.NoBound && r.rng.IntN(2) == 0; !is {
			return false
		}
		v.Made = made
		s.facts = slices.DeleteFunc(s.facts, func(f linear.Sum) bool { return f.Coef(at-1) != 0 })
		return made == differs
	}
	for i := range m.Regs {
		if isa.Reg(i) != isa.RSP && next(Secret+Trace(r.rng.IntN(2))) {
			m.Regs[i] = r.rng.Uint64() >> r.rng.IntN(64)
		}
	}
	for off := 0; off < frame; off += 8 {
		w, made := Span{int64(off) - frame, int64(off) - frame + 8}, Secret+Trace(r.rng.IntN(2))
		if v := &s.vars[at]; next(made) {
			binary.LittleEndian.PutUint64(to[off:], r.rng.Uint64()>>r.rng.IntN(64))
			s.mark(w, made)
		} else if v.Made != Nothing {
			s.mark(w, made)
		}
	}
	return m
}

// runBoth executes and follows, and compares behind each instruction. It counts what has to be the same.
func (r *trial) runBoth(m *isa.Machine, differs Trace) (same int) {
	for r.m.PC-bias < r.end && len(r.ways) <= 16 {
		next, refused := r.follow()
		if refused {
			r.total.refused++
			return same
		}
		r.total.steps++
		r.m.SetNoise(r.seed + 1) // what is undefined is the same in both
		m.SetNoise(r.seed + 1)
		at := r.m.PC - bias
		errA, errB := r.m.Step(), m.Step()
		if differs == Secret && r.m.PC != m.PC && errA == nil && errB == nil {
			return same // a branch may go by secrets
		}
		if errA != nil || errB != nil || r.m.PC != m.PC {
			r.t.Errorf("seed %d, % x at %#x: %v, %v; one goes to %#x, the other to %#x", r.seed, r.code, at, errA, errB, r.m.PC, m.PC)
			return same
		}
		r.ways = slices.DeleteFunc(next, func(s *State) bool { return s.pc != r.m.PC-bias || r.contradiction(s) != "" }) // not the way that they went
		if len(r.ways) != 1 {
			return same // which of them they went is not known
		}
		s := r.ways[0]
		for i, a := range s.regs[:16] {
			if s.made(a) < differs || isa.Reg(i) == isa.RSP {
				if same++; r.m.Regs[i] != m.Regs[i] {
					r.t.Errorf("seed %d, % x behind %#x: %s is %#x and %#x", r.seed, r.code, at, isa.Reg(i), r.m.Regs[i], m.Regs[i])
				}
			}
		}
		same += r.sameBytes(s, m, at, differs)
	}
	return same
}

// sameBytes compares what stands in the frame, in words of which no byte may tell of what differs.
func (r *trial) sameBytes(s *State, m *isa.Machine, at uint64, differs Trace) (same int) {
	base := r.vars[StackBase].Uint64()
	for off := int64(-frame); off < 0; off += 8 {
		a, faultA := r.m.Readable(base+uint64(off), 8)
		b, faultB := m.Readable(base+uint64(off), 8)
		if faultA != nil || faultB != nil || s.marked(linear.Const(off), linear.Const(off+8)) >= differs {
			continue
		}
		if same++; !bytes.Equal(a, b) {
			r.t.Errorf("seed %d, % x behind %#x: at %d stand % x and % x", r.seed, r.code, at, off, a, b)
		}
	}
	return same
}
