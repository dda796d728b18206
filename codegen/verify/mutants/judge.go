package mutants

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/verbosel/verbosel/codegen/verify/dynamic"
	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// How many runs a mutant gets: of those that are known to come by its change, and of any.
const (
	aimedTrials = 30
	otherTrials = 10
)

// maxSteps bounds a run, in instructions: no script makes a sound server take as many.
const maxSteps = 4_000_000

// judge runs mutants of a server and looks for broken rules.
type judge struct {
	*program
	seeds    [][]byte // requests
	plain    [][]byte // those that are tried as they are
	probe    bool     // it is none of a server
	loop     bool     // the server has many connections in one process
	boundary *boundary
	reached  []offsets // by trial: the instructions of the sound server that it comes by
	starts   int       // how many of the trials are starts
}

// offsets is a set of offsets of the text.
type offsets []uint64

func newOffsets(n int) offsets        { return make(offsets, n/64+1) }
func (o offsets) add(off uint64)      { o[off/64] |= 1 << (off % 64) }
func (o offsets) has(off uint64) bool { return o[off/64]>>(off%64)&1 != 0 }

// newJudge runs the sound server, to learn which trial comes by which instruction. No
// trial may find a fault in it.
func newJudge(p *program, seeds, plain [][]byte, b *boundary, trials int, loop bool) (*judge, error) {
	j := &judge{program: p, seeds: seeds, plain: plain, boundary: b, starts: bootTrials, loop: loop}
	var server *dynamic.Server
	for n := range j.starts {
		err := j.profile(func(watch func(*isa.Machine)) error {
			s, err := j.boot(p.file, n, watch)
			if n == 0 {
				server = s
			}
			return err
		})
		if err != nil || server == nil {
			return nil, fmt.Errorf("start %d, server %v: %w", n, server, err)
		}
	}
	for n := j.starts; n < j.starts+trials; n++ {
		if err := j.profile(func(watch func(*isa.Machine)) error { return j.serve(server, n, watch) }); err != nil {
			return nil, fmt.Errorf("trial %d: %w", n, err)
		}
	}
	return j, nil
}

// newProbeJudge is newJudge for a probe, which does nothing but start, and ends.
func newProbeJudge(p *program, trials int) (*judge, error) {
	j := &judge{program: p, starts: trials, probe: true}
	for n := range j.starts {
		err := j.profile(func(watch func(*isa.Machine)) error {
			_, err := j.boot(p.file, n, watch)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("start %d: %w", n, err)
		}
	}
	return j, nil
}

// profile notes which instructions a trial comes by.
func (j *judge) profile(run func(watch func(*isa.Machine)) error) error {
	seen := newOffsets(len(j.text))
	first := len(j.reached) == 0
	err := run(func(m *isa.Machine) {
		if first && j.boundary != nil {
			j.boundary.top = m.Regs[isa.RSP]
		}
		first = false
		if off := m.PC - dynamic.Bias - j.base; off < uint64(len(j.text)) {
			seen.add(off)
		}
	})
	j.reached = append(j.reached, seen)
	return err
}

// verdict is what the judge saw of a mutant.
type verdict struct {
	fault   error // the rule that it was seen to break; nil: none
	trial   int   // in which trial
	reached bool  // a trial came by the change; always false for data
}

// judge runs a mutant.
func (j *judge) judge(c patch) verdict {
	file := j.apply(c)
	if err := dynamic.Loads(file); err != nil {
		var fault *isa.Fault
		if !errors.As(err, &fault) {
			err = nil // what cannot be started harms nobody
		}
		return verdict{fault: err}
	}
	var v verdict
	low, high := j.extent(c)
	watch := func(m *isa.Machine) {
		if at := m.PC - dynamic.Bias; at-low < high-low {
			v.reached = true
		}
	}
	server := j.boots(file, low, &v, watch)
	if server == nil || v.fault != nil {
		return v
	}
	for _, v.trial = range j.choose(c, low) {
		if v.fault = j.serve(server, v.trial, watch); v.fault != nil {
			break
		}
	}
	return v
}

// extent is the range of addresses of the instructions that a patch changes, empty where
// it changes none.
func (j *judge) extent(c patch) (low, high uint64) {
	i := j.at(c.off)
	if i < 0 {
		return 0, 0
	}
	return j.insts[i].Addr, j.base + uint64(c.off+len(c.bytes)-j.start)
}

// boots starts a mutant: once, or in every way where its change has to do with it. It
// returns the server of the first start, if there was one.
func (j *judge) boots(file []byte, low uint64, v *verdict, watch func(*isa.Machine)) (server *dynamic.Server) {
	for n := range j.starts {
		if n > 0 && low != 0 && !j.reached[n].has(low-j.base) {
			continue
		}
		s, err := j.boot(file, n, watch)
		if err != nil {
			v.fault, v.trial = err, n
			return nil
		}
		if n == 0 {
			server = s
		}
	}
	return server
}

// choose picks the trials of a patch: some that come by it, and some others.
func (j *judge) choose(c patch, low uint64) (out []int) {
	rng := rand.New(rand.NewPCG(uint64(c.off), uint64(c.bytes[0])))
	aimed, others := aimedTrials, otherTrials
	if low == 0 {
		aimed, others = 0, aimedTrials+otherTrials // who reads which data is not known
	}
	for _, i := range rng.Perm(len(j.reached) - j.starts) {
		n := i + j.starts
		switch {
		case aimed > 0 && j.reached[n].has(low-j.base):
			aimed--
		case others > 0:
			others--
		default:
			continue
		}
		out = append(out, n)
	}
	return out
}
