package prove

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meet"
	"github.com/verbosel/verbosel/codegen/verify/prove/search"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
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
func Explain(img data.Image, addr uint64) ([]Known, error) {
	p := code.NewProgram(img)
	if err := p.Scan(); err != nil {
		return nil, err
	}
	var x *explainer
	_, err := prove(p, func(e *search.Engine) func(*domain.State, uint64) {
		x = &explainer{Engine: e, addr: addr, seen: map[search.NodeKey]*domain.State{}}
		return x.see
	})
	return x.known(), err
}

// explainer collects the states at an address.
type explainer struct {
	*search.Engine
	addr uint64
	seen map[search.NodeKey]*domain.State
}

func (x *explainer) see(s *domain.State, pc uint64) {
	if pc != x.addr {
		return
	}
	key := x.Key(s, pc)
	if old := x.seen[key]; old != nil {
		x.seen[key] = meet.Join(x.Program, &x.Free, old, s.Clone(), &meet.History{}, false)
		return
	}
	x.seen[key] = s.Clone()
}

// known describes the states, each description once, in the order of the phases.
func (x *explainer) known() []Known {
	type described struct {
		phase domain.Phase
		text  string
		known Known
	}
	var all []described
	for _, s := range x.seen {
		k := Known{domain.PhaseNames[s.Phase], x.values(s), writtenText(s)}
		all = append(all, described{s.Phase, fmt.Sprint(k), k})
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
func (x *explainer) values(s *domain.State) []Named {
	var out []Named
	for r := range isa.Reg(16) {
		out = x.addValue(out, s, r.String(), value.RegVar(r))
	}
	for i, sl := range s.Slots {
		if sl.Size != 0 {
			out = x.addValue(out, s, fmt.Sprintf("%d bytes at stack[%d]", sl.Size, sl.Off), value.FirstSlot+zone.Var(i))
		}
	}
	return out
}

func (x *explainer) addValue(out []Named, s *domain.State, name string, v zone.Var) []Named {
	val := s.Vals[v]
	t := value.Term{Value: val, Lin: zone.Of(v)}
	if lo, hi := s.Bounds(&t); lo <= -zone.Inf && hi >= zone.Inf && val.IsNumber() && val.FD == value.NoFD {
		return out
	}
	text := x.Describe(s, &t)
	if val.FD != value.NoFD {
		text = value.FDNames[val.FD] + ", " + text
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
func writtenText(s *domain.State) []string {
	var out []string
	for _, w := range s.Written {
		out = append(out, fmt.Sprintf("%d to %d", w.Lo, w.Hi))
	}
	for i, r := range s.Regions {
		if r.Live {
			out = append(out, fmt.Sprintf("%d to %s..%s", r.Base, step.BoundText(s.Zone.Lo(domain.EndOf(i))), step.BoundText(s.Zone.Hi(domain.EndOf(i)))))
		}
	}
	return out
}
