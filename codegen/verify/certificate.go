package verify

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/format"
	"github.com/verbosel/verbosel/codegen/verify/certify"
	"github.com/verbosel/verbosel/codegen/verify/certify/record"
	"github.com/verbosel/verbosel/codegen/verify/prove"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/rules/words"
)

// Certificate is what was checked with a certificate that stands in a file.
type Certificate struct {
	Size         int64 // of the file, in bytes
	Nodes        int
	Followed     int   // instructions
	Stack        int64 // bytes of stack in use at the deepest, below the kernel's own
	Instructions int64 // at most, between two system calls
	Calls        int64 // system calls at most from one client to the next, or to the end
	Kept         []cert.Span
	Shown        []uint64 // addresses of instructions of which clients may get what they read of the environment
}

// Uncertified says why no certificate of a server can be written: it is proved, but package cert, which
// knows less, cannot be shown so.
type Uncertified struct{ Why *Error }

func (u *Uncertified) Error() string { return "no certificate can be written: " + u.Why.Error() }

// CheckCertificate is Check with a certificate, as a file has it: it looks for nothing. What is wrong with
// the file is a *format.Error.
func CheckCertificate(r io.ReaderAt, size int64, promised Set, file []byte) (*Report, *Certificate, error) {
	g, err := pass(r, size, promised, usedForms)
	if err != nil {
		return nil, nil, err
	}
	return g.certified(size, promised, file)
}

// certified adds to the report of a server that has passed the gate what its certificate shows.
func (g *gated) certified(size int64, promised Set, file []byte) (*Report, *Certificate, error) {
	c, err := g.checkCertificate(size, promised, file)
	if err != nil {
		return nil, nil, err
	}
	g.report.Proof = Proof{Proved: words.All(), Stack: c.Stack, Work: c.Followed, Shown: c.Shown}
	return g.report, c, nil
}

func (g *gated) checkCertificate(size int64, promised Set, file []byte) (*Certificate, error) {
	content, f, err := format.Check(g.r, size, file)
	if refusal := (*cert.Refusal)(nil); errors.As(err, &refusal) {
		return nil, g.refused(refusal)
	}
	if err != nil {
		return nil, err
	}
	for _, addr := range content.Proof.Shown {
		if !promised.show(addr) {
			return nil, g.refused(&cert.Refusal{Rule: rules.Reads, Addr: addr, Msg: "clients may get what is read of the environment here"})
		}
	}
	c := &Certificate{
		Shown: content.Proof.Shown,
		Size:  int64(len(file)), Nodes: len(content.Proof.Nodes), Followed: f.Steps, Stack: f.Stack,
		Instructions: content.Proof.Instructions, Calls: content.Proof.Calls,
	}
	for span := range f.Variables {
		c.Kept = append(c.Kept, span)
	}
	slices.SortFunc(c.Kept, func(a, b cert.Span) int { return cmp.Or(cmp.Compare(a.Lo, b.Lo), cmp.Compare(a.Hi, b.Hi)) })
	return c, nil
}

// refused is a refusal with the code around it.
func (g *gated) refused(r *cert.Refusal) *Error {
	return &Error{Rule: r.Rule, Addr: r.Addr, Msg: r.Msg, Code: g.code.around(r.Addr), Path: g.code.way(r.Addr)}
}

// Record is Check that writes down a certificate too, and checks what it has written as CheckCertificate
// does. An *Uncertified comes with a report.
func Record(r io.ReaderAt, size int64, promised Set) (*Report, []byte, *Certificate, error) {
	g, err := pass(r, size, promised, usedForms)
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
	c, err := g.checkCertificate(size, promised, file)
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
		return nil, &Uncertified{g.refused(refusal)}
	case errors.Is(err, certify.ErrUnranked):
		return nil, &Uncertified{&Error{Rule: rules.Bounds, Msg: err.Error()}}
	case err != nil:
		return nil, err
	}
	return file, nil
}

// Certify finds a certificate of a server, which cert.Check checks without this package.
func Certify(r io.ReaderAt, size int64, promised Set) (*cert.Proof, cert.Guide, error) {
	g, err := pass(r, size, promised, nil)
	if err != nil {
		return nil, nil, err
	}
	result, err := g.search()
	if err != nil {
		return nil, nil, err
	}
	return certify.Write(r, size, result.Places(), result.Input())
}
