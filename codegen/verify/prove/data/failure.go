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
}

// Branch is a jump, call or return on the way to a failure.
type Branch struct{ From, To uint64 }

func (f *Failure) Error() string { return fmt.Sprintf("%s: at %#x: %s", f.Rule, f.Addr, f.Msg) }
