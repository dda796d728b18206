package gate

import (
	"fmt"
	"strings"

	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Error is a broken rule. Addr is the virtual address of the instruction or segment
// at fault, 0 where the whole file is (page 0 holds the ELF header, never code).
type Error struct {
	Rule rules.Rule
	Addr uint64
	Msg  string   // what is wrong, with the value that could not be bounded
	Code []Line   // the instruction at Addr and its neighbours; none where it is no code
	Path []Branch // a way to Addr, the last branch last

	TooLarge bool // a proof would take more than it may: nothing was seen to be wrong
}

// Branch is a jump, call or return on a way, taken or not: from the instruction at
// From, which reads Text, to the one at To.
type Branch struct {
	From, To uint64
	Text     string
}

// Names gives an address a name for people, such as a label and a distance from it;
// empty where there is none.
type Names func(addr uint64) string

// Error renders the error without names.
func (e *Error) Error() string { return e.Describe(nil) }

// Describe renders the error for people: rule, place and message, the code around it
// with a mark, and the way there.
func (e *Error) Describe(names Names) string {
	if names == nil {
		names = func(uint64) string { return "" }
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: ", e.Rule)
	if e.Addr != 0 {
		fmt.Fprintf(&b, "at %s: ", place(e.Addr, names))
	}
	b.WriteString(e.Msg)
	writeCode(&b, e.Code, e.Addr)
	if len(e.Path) > 0 {
		b.WriteString("\n    a way there:")
	}
	for _, step := range e.Path {
		fmt.Fprintf(&b, "\n      %s  %s, on to %s", place(step.From, names), step.Text, place(step.To, names))
	}
	return b.String()
}

// place is an address with its name.
func place(addr uint64, names Names) string {
	if name := names(addr); name != "" {
		return fmt.Sprintf("%#x (%s)", addr, name)
	}
	return fmt.Sprintf("%#x", addr)
}

// writeCode writes lines of code, the one at addr with a mark.
func writeCode(b *strings.Builder, code []Line, addr uint64) {
	for _, line := range code {
		mark := " "
		if line.Addr == addr {
			mark = ">"
		}
		fmt.Fprintf(b, "\n    %s %#6x  %s", mark, line.Addr, line.Text)
	}
}

// fail makes an Error that is not about an instruction.
func fail(rule rules.Rule, addr uint64, format string, args ...any) *Error {
	return &Error{Rule: rule, Addr: addr, Msg: fmt.Sprintf(format, args...)}
}
