package verify

import (
	"io"

	"github.com/verbosel/verbosel/codegen/verify/gate"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// CheckAnyForm is Check for servers of any form of instruction that package isa knows: what
// breaks a rule must be refused by the rule too, not for its forms alone.
func CheckAnyForm(r io.ReaderAt, size int64, promised Set) (*Report, error) {
	return check(r, size, promised, gate.PassAnyForm)
}

// Places are what is known of a server where states meet, and where what it reads is stored.
func Places(r io.ReaderAt, size int64, promised Set) ([]prove.Place, prove.Piece, error) {
	g, err := pass(r, size, promised, gate.PassAnyForm)
	if err != nil {
		return nil, prove.Piece{}, err
	}
	result, err := prove.Prove(g.image(new(faults)))
	if err != nil {
		return nil, prove.Piece{}, err
	}
	return result.Places(), result.Input(), nil
}
