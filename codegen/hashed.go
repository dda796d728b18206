package codegen

import (
	"hash"
	"io"
)

// hashedWriter writes to a Writer and to a hash, both at once: for a large server each
// of the two takes about as long as the other.
type hashedWriter struct {
	io.Writer
	hash hash.Hash
}

// Write writes p. With an error the hash is of no use.
func (w hashedWriter) Write(p []byte) (int, error) {
	hashed := make(chan struct{})
	go func() {
		_, _ = w.hash.Write(p) // a hash has no errors
		close(hashed)
	}()
	n, err := w.Writer.Write(p)
	<-hashed // p is the caller's again
	return n, err
}
