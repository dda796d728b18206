package gate

import (
	"cmp"
	"errors"
	"io"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/format"
	"github.com/verbosel/verbosel/codegen/verify/rules"
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

// CheckCertificate checks the server, which r holds, with a certificate as a file has it. An *Error says what is wrong with the server
// by it, a *format.Error what is wrong with the file.
func (s *Server) CheckCertificate(r io.ReaderAt, size int64, promised Set, file []byte) (*Certificate, error) {
	content, f, err := format.Check(r, size, file)
	if refusal := (*cert.Refusal)(nil); errors.As(err, &refusal) {
		return nil, s.Refused(refusal.Rule, refusal.Addr, refusal.Msg)
	}
	if err != nil {
		return nil, err
	}
	for _, addr := range content.Proof.Shown {
		if !promised.Shows(addr) {
			return nil, s.Refused(rules.Reads, addr, "clients may get what is read of the environment here")
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
