package verify

import (
	"io"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/certify"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// Certify finds a certificate of a server, which cert.Check checks without this package.
func Certify(r io.ReaderAt, size int64, promised Set) (*cert.Proof, cert.Guide, error) {
	g, err := pass(r, size, promised, nil)
	if err != nil {
		return nil, nil, err
	}
	data := new(faults)
	result, err := prove.Prove(g.image(data))
	if data.err != nil {
		return nil, nil, data.err
	}
	if err != nil {
		return nil, nil, g.broken(err)
	}
	return certify.Write(r, size, result.Places(), result.Input())
}
