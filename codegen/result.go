package codegen

import (
	"encoding/hex"
	"io"
)

// Size is the length of the ELF in bytes.
func (r *Result) Size() int64 { return r.Image.Size() }

// SHA256 is the hash of the ELF in hexadecimal.
func (r *Result) SHA256() string { return hex.EncodeToString(r.hash.Sum(nil)) }

// WriteELF copies the verified bytes to w.
func (r *Result) WriteELF(w io.Writer) error {
	_, err := io.Copy(w, io.NewSectionReader(r.opts.Out, 0, r.Size()))
	return err
}
