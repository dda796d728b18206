package verify

import (
	"errors"
	"fmt"
	"io"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/certify"
	"github.com/verbosel/verbosel/codegen/verify/certify/record"
	"github.com/verbosel/verbosel/codegen/verify/gate"
	"github.com/verbosel/verbosel/codegen/verify/prove"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/rules/words"
)

// Certificate is what was checked with a certificate that stands in a file.
type Certificate = gate.Certificate

// Uncertified says why no certificate of a server can be written: it is proved, but package cert, which
// knows less, cannot be shown so.
type Uncertified struct{ Why *Error }

func (u *Uncertified) Error() string { return "no certificate can be written: " + u.Why.Error() }

// CheckCertificate is Check with a certificate, as a file has it: it looks for nothing. What is wrong with
// the file is a *format.Error.
func CheckCertificate(r io.ReaderAt, size int64, promised Set, file []byte) (*Report, *Certificate, error) {
	g, err := pass(r, size, promised, gate.Pass)
	if err != nil {
		return nil, nil, err
	}
	return g.certified(size, promised, file)
}

// certified adds to the report of a server that has passed the gate what its certificate shows.
func (g *gated) certified(size int64, promised Set, file []byte) (*Report, *Certificate, error) {
	c, err := g.CheckCertificate(g.r, size, promised, file)
	if err != nil {
		return nil, nil, err
	}
	g.report.Proof = Proof{Proved: words.All(), Stack: c.Stack, Work: c.Followed, Shown: c.Shown}
	return g.report, c, nil
}

// Record is Check that writes down a certificate too, and checks what it has written as CheckCertificate
// does. An *Uncertified comes with a report.
func Record(r io.ReaderAt, size int64, promised Set) (*Report, []byte, *Certificate, error) {
	g, err := pass(r, size, promised, gate.Pass)
	if err != nil {
		return nil, nil, nil, err
	}
	result, err := g.search()
	if err != nil {
		return nil, nil, nil, err
	}
	places, input := result.Places(), result.Input() // before bounds are proved, which takes them
	report, err := g.conclude(result, promised)
	if err != nil {
		return nil, nil, nil, err
	}
	file, err := g.record(size, places, input)
	if err != nil {
		return report, nil, nil, err
	}
	c, err := g.CheckCertificate(g.r, size, promised, file)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("BUG: a certificate was written that is not accepted: %w", err)
	}
	return report, file, c, nil
}

// record writes a certificate, or is an *Uncertified.
func (g *gated) record(size int64, places []prove.Place, input prove.Piece) ([]byte, error) {
	proof, guide, err := certify.Write(g.r, size, places, input)
	var file []byte
	if err == nil {
		file, err = record.File(g.r, size, proof, guide)
	}
	refusal := (*cert.Refusal)(nil)
	switch {
	case errors.As(err, &refusal):
		return nil, &Uncertified{g.Refused(refusal.Rule, refusal.Addr, refusal.Msg)}
	case errors.Is(err, certify.ErrUnranked):
		return nil, &Uncertified{&Error{Rule: rules.Bounds, Msg: err.Error()}}
	case err != nil:
		return nil, err
	}
	return file, nil
}

// Certify finds a certificate of a server, which cert.Check checks without this package.
func Certify(r io.ReaderAt, size int64, promised Set) (*cert.Proof, cert.Guide, error) {
	g, err := pass(r, size, promised, gate.PassAnyForm)
	if err != nil {
		return nil, nil, err
	}
	result, err := g.search()
	if err != nil {
		return nil, nil, err
	}
	return certify.Write(r, size, result.Places(), result.Input())
}
