package isa

import "fmt"

// Rule names a rule of codegen/verify that a Machine was seen to break.
type Rule string

// The rules; the documentation of codegen/verify says what each demands.
const (
	RuleDecode    Rule = "decode"
	RuleSyscalls  Rule = "syscalls"
	RuleWrites    Rule = "writes"
	RuleReads     Rule = "reads"
	RuleBounds    Rule = "bounds"
	RuleIsolation Rule = "isolation"
)

// Fault is a broken rule, at the instruction at Addr.
type Fault struct {
	Rule Rule
	Addr uint64
	Msg  string
}

func (f *Fault) Error() string { return fmt.Sprintf("%s: at %#x: %s", f.Rule, f.Addr, f.Msg) }

// Fail makes a Fault of the instruction that m executes.
func (m *Machine) Fail(rule Rule, format string, args ...any) *Fault {
	return &Fault{Rule: rule, Addr: m.at, Msg: fmt.Sprintf(format, args...)}
}
