package record

import (
	"io"

	"github.com/verbosel/verbosel/codegen/verify/cert"
)

// Unpaid is File where accounts are not looked at.
func Unpaid(r io.ReaderAt, size int64, proof *cert.Proof, guide cert.Guide) ([]byte, error) {
	return file(r, size, proof, guide, func(guide cert.Guide) error {
		return cert.Explore(r, size, proof, guide, func(*cert.State, cert.Way) {})
	})
}
