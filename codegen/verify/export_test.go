package verify

import "io"

// CheckAnyForm is Check for servers of any form of instruction that package isa knows: what
// breaks a rule must be refused by the rule too, not for its forms alone.
func CheckAnyForm(r io.ReaderAt, size int64, promised Set) (*Report, error) {
	return check(r, size, promised, nil)
}
