package step

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Fail notes that a rule cannot be proved at the instruction in execution; the first
// failure ends the proof.
func (e *Executor) Fail(rule rules.Rule, format string, args ...any) {
	if e.Failure == nil {
		e.Failure = &data.Failure{Rule: rule, Addr: e.PC, Msg: fmt.Sprintf(format, args...)}
	}
}

// TooLarge is Fail where a proof would take more than it may.
func (e *Executor) TooLarge(format string, args ...any) {
	if e.Failure == nil {
		e.Failure = data.TooLarge(e.PC, format, args...)
	}
}

// BoundText writes a bound; there may be none.
func BoundText(c int64) string {
	switch {
	case c >= zone.Inf:
		return "anywhere above"
	case c <= -zone.Inf:
		return "anywhere below"
	}
	return fmt.Sprint(c)
}

// Describe writes a term's kind and bounds.
func (e *Executor) Describe(s *domain.State, t *value.Term) string {
	lo, hi := s.Bounds(t)
	text := BoundText(lo)
	if t.IsSome(meaning.Image) && lo > -zone.Inf && hi < zone.Inf {
		text = fmt.Sprintf("%#x", lo)
		if lo != hi {
			text += fmt.Sprintf("..%#x", hi)
		}
	} else if lo != hi {
		text += ".." + BoundText(hi)
	}
	if t.IsNumber() {
		return text
	}
	return t.Memory() + "[" + text + "]"
}

// Overspent fails where the budget is used up, and says whether it is.
func (e *Executor) Overspent() bool {
	switch {
	case e.Work > e.MostWork:
		e.TooLarge("more than %d million numbers would have to be looked at", e.MostWork/1_000_000)
	case e.Held > e.MostHeld:
		e.TooLarge("more than %d MiB would have to be kept of it", e.MostHeld>>20)
	}
	return e.Failure != nil
}
