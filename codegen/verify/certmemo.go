package verify

import (
	"crypto/sha256"
	"fmt"
	"io"

	"github.com/verbosel/verbosel/codegen/verify/certify/record"
	"github.com/verbosel/verbosel/codegen/verify/gate"
)

// Certificate is CheckCertificate with one that is looked for, and a memory: remembered reports that it is one that was found of a
// server with the same program, and data that begins at the same place. That it is accepted with this server decides: where it is
// refused, as the data is another, a certificate is looked for anew. What package prove says of the server counts for nothing: its
// bounds are not asked for. The error may be an *Uncertified.
func (m Memo) Certificate(r io.ReaderAt, size int64, promised Set) (report *Report, file []byte, remembered bool, err error) {
	g, err := pass(r, size, promised, gate.Pass)
	if err != nil {
		return nil, nil, false, err
	}
	if report, file = m.certified(g, size, promised); file != nil {
		return report, file, true, nil
	}
	result, err := g.search()
	if err != nil {
		return nil, nil, false, err
	}
	if file, err = g.record(size, result.Places(), result.Input()); err != nil {
		return nil, nil, false, err
	}
	if report, _, err = g.certified(size, promised, file); err != nil {
		return nil, nil, false, fmt.Errorf("BUG: a certificate was written that is not accepted: %w", err)
	}
	if m.Store != nil {
		sum := sha256.Sum256(file)
		_ = m.Store.Put(m.certificateKey(g), append(sum[:], file...)) // at worst it is looked for again
	}
	return report, file, false, nil
}

// Certified is CheckCertificate with the certificate that Certificate would find remembered, which is the file then. Where there is
// none, or it is refused, there is no report, and nothing is said of the server.
func (m Memo) Certified(r io.ReaderAt, size int64, promised Set) (*Report, []byte, error) {
	g, err := pass(r, size, promised, gate.Pass)
	if err != nil {
		return nil, nil, err
	}
	report, file := m.certified(g, size, promised)
	return report, file, nil
}

// certified checks the certificate that is remembered, if there is one.
func (m Memo) certified(g *gated, size int64, promised Set) (*Report, []byte) {
	if m.Store == nil {
		return nil, nil
	}
	entry, err := m.load(m.certificateKey(g))
	if err != nil {
		return nil, nil
	}
	file, err := record.For(entry, g.r, size)
	if err != nil {
		return nil, nil
	}
	report, _, err := g.certified(size, promised, file)
	if err != nil {
		return nil, nil
	}
	return report, file
}

// certificateKey names what a certificate is remembered by.
func (m Memo) certificateKey(g *gated) string {
	img := g.image(new(faults))
	for i := range img.Data {
		img.Data[i].Size = 0 // a content that is longer may make no difference
	}
	return "certificate-" + m.key(img)
}
