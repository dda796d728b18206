package codegen

import (
	"strings"

	"github.com/verbosel/verbosel/codegen/verify"
)

// Defect is a server that was made from a good spec and that breaks a rule of package
// verify: a mistake in the compiler, never in the spec; or that is too large for a proof.
type Defect struct {
	Err *verify.Error
	names
	loop bool // it is of isolation: proof
}

// Error says what is wrong, with the listing's labels and the spec's lines for
// addresses. Of a loop that is too large to be proved it is not the compiler that is to blame.
func (d *Defect) Error() string {
	if d.loop && d.Err.TooLarge {
		return "isolation: proof cannot have all that this spec has beside each other yet: the server is too large to be proved to keep its clients apart, and is not written\n    " +
			"write isolation: connection: a process for each connection, or leave out what it needs least"
	}
	says := "the server that was made is not safe, and is not written. This is a defect of verbosel, please report it," +
		" with the spec, what 'verbosel version' prints, and these lines:\n    " +
		strings.ReplaceAll(d.Err.Describe(d.name), "\n", "\n    ")
	if d.loop {
		says += "\nUntil that is mended write isolation: connection: a process for each connection is easier to prove"
	}
	return says
}

// Unwrap gives the broken rule.
func (d *Defect) Unwrap() error { return d.Err }
