package verify

import "fmt"

// Rule names what a server was found to break.
type Rule string

// The rules; doc.go says what each demands.
const (
	RuleSegments Rule = "segments"
	RuleDecode   Rule = "decode"
	RuleSyscalls Rule = "syscalls"
)

// Error is a broken rule. Addr is the virtual address of the instruction or segment
// at fault, 0 where the whole file is (page 0 holds the ELF header, never code).
type Error struct {
	Rule Rule
	Addr uint64
	Msg  string
}

func (e *Error) Error() string {
	if e.Addr == 0 {
		return fmt.Sprintf("verify: %s: %s", e.Rule, e.Msg)
	}
	return fmt.Sprintf("verify: %s: at %#x: %s", e.Rule, e.Addr, e.Msg)
}

// fail makes an Error.
func fail(rule Rule, addr uint64, format string, args ...any) *Error {
	return &Error{Rule: rule, Addr: addr, Msg: fmt.Sprintf(format, args...)}
}
