package prove

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Failure is a rule that could not be proved. Addr is the instruction's address.
type Failure struct {
	Rule rules.Rule
	Addr uint64
	Msg  string
	Path []Branch // the ways taken to it, the last one last
}

// Branch is a jump, call or return on the way to a failure.
type Branch struct{ From, To uint64 }

func (f *Failure) Error() string { return fmt.Sprintf("%s: at %#x: %s", f.Rule, f.Addr, f.Msg) }

// fail notes that a rule cannot be proved at the instruction in execution; the first
// failure ends the proof.
func (e *executor) fail(rule rules.Rule, format string, args ...any) {
	if e.failure == nil {
		e.failure = &Failure{Rule: rule, Addr: e.pc, Msg: fmt.Sprintf(format, args...)}
	}
}

// bound writes a bound; there may be none.
func bound(c int64) string {
	switch {
	case c >= zone.Inf:
		return "anywhere above"
	case c <= -zone.Inf:
		return "anywhere below"
	}
	return fmt.Sprint(c)
}

// describe writes a term's kind and bounds.
func (e *executor) describe(s *state, t *term) string {
	lo, hi := s.bounds(t)
	text := bound(lo)
	if t.IsSome(meaning.Image) && lo > -zone.Inf && hi < zone.Inf {
		text = fmt.Sprintf("%#x", lo)
		if lo != hi {
			text += fmt.Sprintf("..%#x", hi)
		}
	} else if lo != hi {
		text += ".." + bound(hi)
	}
	if t.IsNumber() {
		return text
	}
	return t.Memory() + "[" + text + "]"
}
