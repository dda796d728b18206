package codegen

import (
	"strings"

	"github.com/verbosel/verbosel/codegen/verify"
)

// Defect is a server that was made from a good spec and that breaks a rule of package
// verify: a mistake in the compiler, never in the spec.
type Defect struct {
	Err *verify.Error
	names
}

// Error says what is wrong, with the listing's labels and the spec's lines for
// addresses.
func (d *Defect) Error() string {
	return "the server that was made is not safe, and is not written. This is a defect of verbosel, please report it," +
		" with the spec, what 'verbosel version' prints, and these lines:\n    " +
		strings.ReplaceAll(d.Err.Describe(d.name), "\n", "\n    ")
}

// Unwrap gives the broken rule.
func (d *Defect) Unwrap() error { return d.Err }
