package verify

import (
	"crypto/sha256"
	"io"

	"github.com/verbosel/verbosel/codegen/verify/certify/record"
)

// Certificate is Record's file with a memory: remembered reports that it is one that was found of a server with the same
// program, and data that begins at the same place. It was checked with this one, which decides: where it is refused, as the
// data is another, a certificate is looked for anew.
func (m Memo) Certificate(r io.ReaderAt, size int64, promised Set) (file []byte, remembered bool, err error) {
	g, err := pass(r, size, promised, usedForms)
	if err != nil {
		return nil, false, err
	}
	img := g.image(new(faults))
	for i := range img.Data {
		img.Data[i].Size = 0 // a content that is longer may make no difference
	}
	key := "certificate-" + m.key(img)
	if entry, err := m.load(key); err == nil {
		if file, err = record.For(entry, r, size); err == nil {
			if _, _, err = CheckCertificate(r, size, promised, file); err == nil {
				return file, true, nil
			}
		}
	}
	if _, file, _, err = Record(r, size, promised); err != nil {
		return nil, false, err
	}
	sum := sha256.Sum256(file)
	_ = m.Store.Put(key, append(sum[:], file...)) // at worst it is looked for again
	return file, false, nil
}
