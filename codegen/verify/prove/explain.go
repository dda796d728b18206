package prove

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Known is what the proof knows before an instruction, on ways that it does not tell
// apart there. Offsets on the stack are from rsp at the entry, in bytes.
type Known struct {
	Phase   string  // how far the process has come
	Values  []Named // registers and variables on the stack of which something is known
	Written []string
}

// Named is a register or a place on the stack with what is known of its value.
type Named struct{ Name, Value string }

// Explain proves an image and says what is known before the instruction at addr. A
// failure of the proof is returned beside what was known until then; nothing is known
// where no way leads to addr.
func Explain(img Image, addr uint64) ([]Known, error) {
	p := newProgram(img)
	if err := p.scan(); err != nil {
		return nil, err
	}
	var x *explainer
	_, err := prove(p, func(e *engine) func(*state, uint64) {
		x = &explainer{engine: e, addr: addr, seen: map[nodeKey]*state{}}
		return x.see
	})
	return x.known(), err
}

// explainer collects the states at an address.
type explainer struct {
	*engine
	addr uint64
	seen map[nodeKey]*state
}

func (x *explainer) see(s *state, pc uint64) {
	if pc != x.addr {
		return
	}
	key := x.key(s, pc)
	if old := x.seen[key]; old != nil {
		x.seen[key] = x.join(&x.free, old, s.clone(), &history{}, false)
		return
	}
	x.seen[key] = s.clone()
}

// known describes the states, each description once, in the order of the phases.
func (x *explainer) known() []Known {
	type described struct {
		phase phase
		text  string
		known Known
	}
	var all []described
	for _, s := range x.seen {
		k := Known{phaseNames[s.phase], x.values(s), s.writtenText()}
		all = append(all, described{s.phase, fmt.Sprint(k), k})
	}
	slices.SortFunc(all, func(a, b described) int {
		return cmp.Or(cmp.Compare(a.phase, b.phase), cmp.Compare(a.text, b.text))
	})
	all = slices.CompactFunc(all, func(a, b described) bool { return a.text == b.text })
	var out []Known
	for _, d := range all {
		out = append(out, d.known)
	}
	return out
}

// values describes the registers, then the variables on the stack.
func (x *explainer) values(s *state) []Named {
	var out []Named
	for r := range isa.Reg(16) {
		out = x.addValue(out, s, r.String(), regVar(r))
	}
	for i, sl := range s.slots {
		if sl.size != 0 {
			out = x.addValue(out, s, fmt.Sprintf("%d bytes at stack[%d]", sl.size, sl.off), firstSlot+zone.Var(i))
		}
	}
	return out
}

func (x *explainer) addValue(out []Named, s *state, name string, v zone.Var) []Named {
	val := s.vals[v]
	t := term{value: val, lin: zone.Of(v)}
	if lo, hi := s.bounds(&t); lo <= -zone.Inf && hi >= zone.Inf && val.IsNumber() && val.fd == noFD {
		return out
	}
	text := x.describe(s, &t)
	if val.fd != noFD {
		text = fdNames[val.fd] + ", " + text
	}
	if val.MayBeNull() {
		text += " or null"
	}
	if val.IsLow() {
		text += ", modulo 1<<32"
	}
	return append(out, Named{name, text})
}

// writtenText lists the written bytes, those up to a variable last.
func (s *state) writtenText() []string {
	var out []string
	for _, w := range s.written {
		out = append(out, fmt.Sprintf("%d to %d", w.lo, w.hi))
	}
	for i, r := range s.regions {
		if r.live {
			out = append(out, fmt.Sprintf("%d to %s..%s", r.base, bound(s.zone.Lo(endOf(i))), bound(s.zone.Hi(endOf(i)))))
		}
	}
	return out
}
