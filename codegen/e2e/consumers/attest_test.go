package consumers

import (
	"os"
	"testing"

	provenance "github.com/in-toto/attestation/go/predicates/provenance/v1"
	intoto "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/attest"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// A provenance is read by the types of in-toto and SLSA, in which no field is unknown, and
// is valid by their own checks.
func TestProvenance(t *testing.T) {
	site := os.DirFS(root + "/examples/landing")
	r := emitted.Build(t, site).Result
	b, err := attest.New(r, "landing", codegen.Options{}, attest.Compiler{Version: "v1.0.0", Go: "go1.26.0"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := b.Statement()
	if err != nil {
		t.Fatal(err)
	}
	var s intoto.Statement
	if err := protojson.Unmarshal(text, &s); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
	if got := s.Subject[0].Digest["sha256"]; got != r.SHA256() {
		t.Errorf("the subject is %s, the server %s", got, r.SHA256())
	}
	predicate, err := protojson.Marshal(s.Predicate)
	if err != nil {
		t.Fatal(err)
	}
	var p provenance.Provenance
	if err := protojson.Unmarshal(predicate, &p); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	if err := p.Validate(); err != nil {
		t.Error(err)
	}
	if n := len(p.BuildDefinition.ResolvedDependencies); n < 3 {
		t.Errorf("%d files, with the spec: %s", n, text)
	}
}
