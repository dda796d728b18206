package verify

import (
	"errors"
	"io"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/certify/explain"
	"github.com/verbosel/verbosel/codegen/verify/gate"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// Explanation is what the proof knows at an instruction.
type Explanation struct {
	Addr uint64
	Code []Line // the instruction and its neighbours
	Ways []Known
}

// Known is what is known before an instruction: by the search on ways of one kind, which have neither From nor Facts, or by
// the checker of certificates on each way from a node.
type Known = explain.Known

// Explain tells what the proof of a server knows before the instruction at addr; the
// other parameters are Check's, and so are the errors of a server that does not pass
// the gate. Where the proof fails, it tells what was known until then.
func Explain(r io.ReaderAt, size int64, promised Set, addr uint64) (*Explanation, error) {
	g, err := pass(r, size, promised, gate.Pass)
	if err != nil {
		return nil, err
	}
	if err := g.Instruction(addr); err != nil {
		return nil, err
	}
	data := new(faults)
	ways, err := prove.Explain(g.image(data), addr)
	if data.err != nil {
		return nil, data.err
	}
	if failure := (*prove.Failure)(nil); err != nil && !errors.As(err, &failure) {
		return nil, err
	}
	e := &Explanation{Addr: addr, Code: g.Around(addr)}
	for _, w := range ways {
		known := Known{Phase: w.Phase, Written: w.Written}
		for _, v := range w.Values {
			known.Values = append(known.Values, explain.Named(v))
		}
		e.Ways = append(e.Ways, known)
	}
	return e, nil
}

// ExplainCertificate is Explain with what package cert knows by a certificate, as a file has it: nothing is looked for. Where it
// is refused, it tells what was known until then.
func ExplainCertificate(r io.ReaderAt, size int64, promised Set, file []byte, addr uint64) (*Explanation, error) {
	g, err := pass(r, size, promised, gate.Pass)
	if err != nil {
		return nil, err
	}
	if err := g.Instruction(addr); err != nil {
		return nil, err
	}
	ways, err := explain.At(g.r, size, file, addr)
	if refusal := (*cert.Refusal)(nil); err != nil && !errors.As(err, &refusal) {
		return nil, err
	}
	return &Explanation{addr, g.Around(addr), ways}, nil
}
