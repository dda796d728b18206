package data

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Failure is a rule that could not be proved. Addr is the instruction's address.
type Failure struct {
	Rule rules.Rule
	Addr uint64
	Msg  string
	Path []Branch // the ways taken to it, the last one last

	TooLarge bool // a proof would take more than it may: nothing was seen to be wrong
}

// Branch is a jump, call or return on the way to a failure.
type Branch struct{ From, To uint64 }

// TooLarge is a Failure of a program of which a proof would take more than it may.
func TooLarge(addr uint64, format string, args ...any) *Failure {
	return &Failure{Rule: rules.Bounds, Addr: addr, Msg: "the program is too large to be proved: " + fmt.Sprintf(format, args...), TooLarge: true}
}

func (f *Failure) Error() string { return fmt.Sprintf("%s: at %#x: %s", f.Rule, f.Addr, f.Msg) }
