package mutants

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/format"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

var withProof = flag.Int("certified", 510, "how many mutants are checked by the certificate of the server that they were made of")

// certified are servers whose certificates are found in some seconds: a process for each request, with redirects, and one for
// each connection.
const certified = "^(hello|landing|redirects|routes/connection_hardened/off|loop/small)$"

// TestMutantsWithCertificates damages servers, and hands the checker of certificates that of the sound one, which says that it
// is the damaged one's: what it accepts must be harmless.
func TestMutantsWithCertificates(t *testing.T) {
	testtool.Long(t, "checks and judges five hundred damaged servers")
	servers := build(t, certified)
	inParallel(len(servers), func(i int) { servers[i].certify(t) })
	if t.Failed() {
		return
	}
	rows := judged(t, servers, *withProof)
	t.Logf("%d servers\n%s", len(servers), table(rows))
	demandSense(t, rows)
}

// certify lets a server's mutants be checked by its certificate.
func (s *server) certify(t *testing.T) {
	_, proof, _, err := verify.Record(bytes.NewReader(s.file), int64(len(s.file)), s.promised)
	if err != nil {
		t.Errorf("%s: %v", s.name, err)
		return
	}
	s.few = 10
	s.ask = func(_ *server, file []byte) (rules.Rule, error) { return checked(file, proof) }
	if rule, err := checked(s.file, proof); rule != "" || err != nil {
		t.Errorf("%s: its own certificate is refused: %s, %v", s.name, rule, err)
	}
}

// misfit is the rule of a refusal because the certificate has other answers than the checker asks for.
const misfit rules.Rule = "answers"

// checked asks the checker of certificates alone. A certificate begins with seven bytes and the version, and the SHA-256 of its
// server.
func checked(file, proof []byte) (rules.Rule, error) {
	forged := bytes.Clone(proof)
	sum := sha256.Sum256(file)
	copy(forged[8:], sum[:])
	_, _, err := format.Check(bytes.NewReader(file), int64(len(file)), forged)
	refusal, malformed := (*cert.Refusal)(nil), (*format.Error)(nil)
	switch {
	case errors.As(err, &refusal):
		return refusal.Rule, nil
	case errors.As(err, &malformed):
		return misfit, nil
	}
	return "", err
}
