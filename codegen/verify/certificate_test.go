package verify_test

import (
	"bytes"
	"os"
	"regexp"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/cert"
)

// The server that the cases of the corpus break has a certificate, and is accepted with it.
func TestCertificate(t *testing.T) {
	if err := certified(t, newCase(t, readSource(t), new(txtar.Archive))); err != nil {
		t.Fatal(err)
	}
}

// certified says why a server has no certificate with which it is accepted; nil where it has.
func certified(t *testing.T, file []byte) error {
	r, size := bytes.NewReader(file), int64(len(file))
	proof, guide, err := verify.Certify(r, size, verify.Hardened())
	if err != nil {
		return err
	}
	figures, err := cert.Check(r, size, proof, guide)
	if err == nil {
		t.Logf("%+v, %d nodes, %d instructions, %d calls", figures, len(proof.Nodes), proof.Instructions, proof.Calls)
	}
	return err
}

// Servers that the compiler emits, and where each is refused yet; "" where it is accepted.
func TestCertificatesOfEmitted(t *testing.T) {
	for name, want := range map[string]string{
		"hello": "",
	} {
		var file elfStore
		if _, err := codegen.Compile(os.DirFS("../../examples/"+name), "routes.yaml", codegen.Options{Out: &file}); err != nil {
			t.Fatal(err)
		}
		switch err := certified(t, file.Bytes()); {
		case err == nil && want != "":
			t.Errorf("%s is accepted: say so here and in cert/doc.go", name)
		case err != nil && (want == "" || !regexp.MustCompile(want).MatchString(err.Error())):
			t.Errorf("%s: %v, not %s", name, err, want)
		}
	}
}
