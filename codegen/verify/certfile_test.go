package verify_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/format"
	"github.com/verbosel/verbosel/codegen/verify/certify/record"
)

// The server of testdata/verify with its certificate, as files.
var (
	exampleServer = filepath.FromSlash("cert/testdata/server")
	exampleProof  = filepath.FromSlash("cert/testdata/server.proof")
)

// What a file says is accepted as what it was made of is, with the same figures, and the same server gets
// the same file.
func TestCertificateFile(t *testing.T) {
	elf := newCase(t, readSource(t), new(txtar.Archive))
	r, size := bytes.NewReader(elf), int64(len(elf))
	var files [4][]byte
	for i := range files {
		proof, guide, err := verify.Certify(r, size, verify.Hardened())
		if err != nil {
			t.Fatal(err)
		}
		proof.Nodes = append(proof.Nodes, cert.Node{Addr: 1 << 40}) // no way comes there: it is left out
		want, err := cert.Check(r, size, proof, guide)
		if err != nil {
			t.Fatal(err)
		}
		if files[i], err = record.File(r, size, proof, guide); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(files[0], files[i]) {
			t.Errorf("file %d is another one than the first, of the same server", i)
		}
		c, got, err := format.Check(r, size, files[i])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if c.Proof.Instructions != proof.Instructions || c.Proof.Calls != proof.Calls || c.Proof.Input != proof.Input {
			t.Errorf("%+v is not what was written", c.Proof)
		}
		if n := len(c.Proof.Nodes); n < 5 || n >= len(proof.Nodes) {
			t.Errorf("%d nodes, of %d of which one is not used", n, len(proof.Nodes))
		}
	}
	if *update {
		for name, data := range map[string][]byte{exampleServer: elf, exampleProof: files[0]} {
			if err := os.WriteFile(name, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A file that was written once is accepted: who asks for other answers than it has, has another format.
func TestCertificateExample(t *testing.T) {
	elf, err := os.ReadFile(exampleServer)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(exampleProof)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(elf, newCase(t, readSource(t), new(txtar.Archive))) {
		t.Fatalf("%s is not made of testdata/verify: -update writes it", exampleServer)
	}
	if _, _, err := format.Check(bytes.NewReader(elf), int64(len(elf)), file); err != nil {
		t.Errorf("%v\nIf cert asks for other answers now, or in another order, say so in cert/README.md, write %s anew with -update, and raise format.Version if it is no draft any more.", err, exampleProof)
	}
}

var nodeNumbers = regexp.MustCompile(`node \d+`)

// unnumbered is an error without the numbers of nodes, of which a file has an order of its own.
func unnumbered(err error) string { return nodeNumbers.ReplaceAllString(err.Error(), "node") }

// A corrupted certificate is refused in its file as it is without, or accepted as it is without.
func TestCorruptedCertificateFiles(t *testing.T) {
	elf, proof, used, _ := certifiedExample(t, true)
	r, size := bytes.NewReader(elf), int64(len(elf))
	accepted, refused, unwritten := 0, 0, 0
	for seed := range uint64(1_000) {
		rng := rand.New(rand.NewPCG(seed, 3))
		bad, lies := cloned(proof), &liar{Guide: used.Guide, rng: rng}
		kinds := corrupt(rng, bad, used.nodes, lies)
		file, want := record.File(r, size, bad, lies)
		var refusal *cert.Refusal
		if file == nil {
			if errors.As(want, &refusal) {
				t.Fatalf("seed %d, %v: %v, and no file", seed, kinds, want)
			}
			unwritten++
			continue
		}
		_, _, got := format.Check(r, size, file)
		switch {
		case want == nil && got == nil:
			accepted++
		case want == nil || got == nil || unnumbered(got) != unnumbered(want):
			t.Errorf("seed %d, %v: %v, and with the file %v", seed, kinds, want, got)
		default:
			refused++
		}
	}
	t.Logf("%d accepted, %d refused, %d of which no file has the numbers", accepted, refused, unwritten)
	if accepted < 50 || refused < 500 || unwritten > 100 {
		t.Errorf("%d accepted, %d refused, %d not written: too few to say anything", accepted, refused, unwritten)
	}
}

// BenchmarkCertificate checks examples/hello along its certificate.
func BenchmarkCertificate(b *testing.B) {
	elf := compiledHello(b)
	r, size := bytes.NewReader(elf), int64(len(elf))
	proof, guide, err := verify.Certify(r, size, verify.Hardened())
	if err != nil {
		b.Fatal(err)
	}
	file, err := record.File(r, size, proof, guide)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := verify.CheckCertificate(r, size, verify.Hardened(), file); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(file)), "bytes")
}
