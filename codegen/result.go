package codegen

import (
	"bytes"
	"encoding/hex"
	"io"
)

// Size is the length of the ELF in bytes.
func (r *Result) Size() int64 { return r.Image.Size() }

// SHA256 is the hash of the ELF in hexadecimal. Servers of Options.Dev have an Identity.
func (r *Result) SHA256() string {
	if r.hash == nil {
		panic("BUG: the hash of a server that was written in parts")
	}
	return hex.EncodeToString(r.hash.Sum(nil))
}

// Identity names the ELF: that of other bytes is another one. It is the SHA256 but for
// servers of Options.Dev, which nobody names by their hash, and which are written in parts
// at once, as it takes time that somebody waits for.
func (r *Result) Identity() string {
	if r.hash == nil {
		return hex.EncodeToString(r.parts[:])
	}
	return r.SHA256()
}

// Contents are what a server of Options.Dev has of files, for Dev.Over of another build.
func (r *Result) Contents() Contents { return r.placed }

// Bytes are the verified bytes of a small ELF.
func (r *Result) Bytes() ([]byte, error) {
	var b bytes.Buffer
	err := r.WriteELF(&b)
	return b.Bytes(), err
}

// WriteELF copies the verified bytes to w.
func (r *Result) WriteELF(w io.Writer) error {
	_, err := io.Copy(w, io.NewSectionReader(r.opts.Out, 0, r.Size()))
	return err
}

// Certificate is the certificate with which the server was accepted, as a file has it; nil unless Certified.
func (r *Result) Certificate() []byte { return r.certificate }

// Certified says that the server was accepted with a certificate, which is its proof: one of the same code by Options.Certified, or
// by Options.Certificate any.
func (r *Result) Certified() bool { return r.certificate != nil }
