package verify_test

import (
	"bytes"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/cert"
)

// The server that the cases of the corpus break has a certificate, and is accepted with it.
func TestCertificate(t *testing.T) {
	file := newCase(t, readSource(t), new(txtar.Archive))
	r, size := bytes.NewReader(file), int64(len(file))
	proof, guide, err := verify.Certify(r, size, verify.Hardened())
	if err != nil {
		t.Fatal(err)
	}
	figures, err := cert.Check(r, size, proof, guide)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v, %d nodes, %d instructions, %d calls", figures, len(proof.Nodes), proof.Instructions, proof.Calls)
}
