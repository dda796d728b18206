package isa

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Fault is a broken rule, at the instruction at Addr.
type Fault struct {
	Rule rules.Rule
	Addr uint64
	Msg  string
}

func (f *Fault) Error() string { return fmt.Sprintf("%s: at %#x: %s", f.Rule, f.Addr, f.Msg) }

// Fail makes a Fault of the instruction that m executes.
func (m *Machine) Fail(rule rules.Rule, format string, args ...any) *Fault {
	return &Fault{Rule: rule, Addr: m.at, Msg: fmt.Sprintf(format, args...)}
}
