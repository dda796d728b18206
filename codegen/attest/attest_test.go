package attest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/secure-systems-lab/go-securesystemslib/signerverifier"

	"github.com/verbosel/verbosel/codegen"
)

const sum = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// hostile has names that mean something to JSON, HTML and URLs.
func hostile() *Build {
	return &Build{
		Server: File{"a \"server\" </script>\n", sum}, Spec: File{"routes.yaml", sum}, Symbols: true, Imports: []File{{"moved.csv", sum}},
		Assets: []codegen.Asset{
			{Name: "a/\\\"${x}{{y}}%s\u2028.html", SHA256: sum, Size: 3, Ranges: []codegen.Range{{Offset: 4096, Size: 3}, {Offset: 5000, Size: 3}}},
			{Name: "a/\\\"${x}{{y}}%s\u2028.html", Coding: "br", SHA256: sum, Size: 2, Ranges: []codegen.Range{{Offset: 4099, Size: 2}}},
			{Name: "empty", SHA256: sum},
		},
		Compiler: Compiler{Version: "v1.2.3", Go: "go1.26.0", Modules: []*debug.Module{
			{Path: "example.com/A", Version: "v2.0.0+incompatible", Sum: "h1:abc="},
			{Path: "example.com/old", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/new", Version: "v1.1.0"}},
		}},
	}
}

// The bill of materials is valid by the schema of its format, and says what was given.
func TestSBOM(t *testing.T) {
	b := hostile()
	text, err := b.SBOM()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema(t).Validate(doc); err != nil {
		t.Errorf("%v\nof\n%s", err, text)
	}
	if again, err := hostile().SBOM(); err != nil || !bytes.Equal(again, text) {
		t.Errorf("another one of the same build, %v:\n%s", err, again)
	}
	var bom cdx.BOM
	if err := cdx.NewBOMDecoder(bytes.NewReader(text), cdx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	if got := bom.Metadata.Component; got.Name != b.Server.Name || (*got.Hashes)[0].Value != sum {
		t.Errorf("the server: %+v", got)
	}
	if got := *bom.Components; len(got) < 2 || got[1].Name != "moved.csv" || (*got[1].Properties)[0].Value != "redirects" {
		t.Fatalf("components %+v", got)
	}
	list := (*bom.Components)[1:]
	if len(list) != 4 || list[1].Name != b.Assets[0].Name || list[2].BOMRef == list[1].BOMRef || list[3].Properties != nil {
		t.Fatalf("components %+v", list)
	}
	if got := *list[1].Properties; len(got) != 2 || got[0] != (cdx.Property{Name: "verbosel:range", Value: "4096+3"}) || got[1].Value != "5000+3" {
		t.Errorf("ranges %+v", got)
	}
	if got := *list[2].Properties; len(got) != 2 || got[0] != (cdx.Property{Name: "verbosel:coding", Value: "br"}) {
		t.Errorf("coding %+v", got)
	}
	tool := (*bom.Metadata.Tools.Components)[0]
	modules := *tool.Components
	if tool.PackageURL != "pkg:golang/github.com/verbosel/verbosel@v1.2.3" || len(modules) != 3 ||
		modules[1].PackageURL != "pkg:golang/example.com/a@v2.0.0%2Bincompatible" || modules[2].Name != "example.com/new" {
		t.Errorf("the compiler: %+v", tool)
	}
}

// schema is the JSON schema of CycloneDX 1.6, which the library's module has beside it.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for name, file := range map[string]string{
		"bom-1.6.schema.json": "bom-1.6.schema.json", "spdx.schema.json": "spdx.schema.json", "jsf-0.82.schema.json": "jsf-0.82.schemax.json",
	} {
		text, err := os.Open(filepath.Join(strings.TrimSpace(string(dir)), "schema", file))
		if err != nil {
			t.Fatal(err)
		}
		defer text.Close()
		doc, err := jsonschema.UnmarshalJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource("http://cyclonedx.org/schema/"+name, doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile("http://cyclonedx.org/schema/bom-1.6.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The schema is a test that can fail.
func TestSchemaRefuses(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(
		`{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [{"type": "file", "name": "a", "hashes": [{"alg": "SHA-256", "content": "xyz"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema(t).Validate(doc); err == nil || !strings.Contains(err.Error(), "hashes") {
		t.Errorf("%v", err)
	}
}

// A compiler that was built from a commit has no version by which a package is known.
func TestDevelopmentVersion(t *testing.T) {
	if got := purl("example.com/x", "(devel) 0123abc, modified"); got != "pkg:golang/example.com/x" {
		t.Errorf("%q", got)
	}
}

// keys are a private key of each kind.
func keys(t *testing.T) map[string]crypto.Signer {
	t.Helper()
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]crypto.Signer{"ed25519": ed, "ecdsa": ec, "rsa": rs}
}

func block(kind string, der []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// What each kind of key signed is accepted by its public key, and by no other; and only as
// it was signed.
func TestSign(t *testing.T) {
	text, err := hostile().Statement()
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range keys(t) {
		t.Run(name, func(t *testing.T) {
			der, err := x509.MarshalPKCS8PrivateKey(key)
			k, err := LoadKey(block("PRIVATE KEY", der, err))
			if err != nil {
				t.Fatal(err)
			}
			envelope, err := k.Sign(text)
			if err != nil {
				t.Fatal(err)
			}
			der, err = x509.MarshalPKIXPublicKey(key.Public())
			public := block("PUBLIC KEY", der, err)
			if got, err := verified(public, envelope); err != nil || !bytes.Equal(got, text) {
				t.Errorf("%v:\n%s", err, got)
			}
			for other, key := range keys(t) {
				der, err := x509.MarshalPKIXPublicKey(key.Public())
				if _, err := verified(block("PUBLIC KEY", der, err), envelope); err == nil {
					t.Errorf("accepted by another key, of %s", other)
				}
			}
			var e dsse.Envelope
			if err := json.Unmarshal(envelope, &e); err != nil {
				t.Fatal(err)
			}
			e.PayloadType = "text/plain"
			forged, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := verified(public, forged); err == nil {
				t.Error("accepted as of another type")
			}
			if _, err := LoadKey(public); err == nil || !strings.Contains(err.Error(), "this is a public key: signing takes the private one") {
				t.Errorf("%v", err)
			}
		})
	}
}

// verified gives what an envelope holds, if a key has signed it.
func verified(public, envelope []byte) ([]byte, error) {
	var e dsse.Envelope
	if err := json.Unmarshal(envelope, &e); err != nil {
		return nil, err
	}
	key, err := signerverifier.LoadKey(public)
	if err != nil {
		return nil, err
	}
	var v dsse.Verifier
	switch key.KeyType {
	case signerverifier.ED25519KeyType:
		v, err = signerverifier.NewED25519SignerVerifierFromSSLibKey(key)
	case signerverifier.ECDSAKeyType:
		v, err = signerverifier.NewECDSASignerVerifierFromSSLibKey(key)
	default:
		v, err = signerverifier.NewRSAPSSSignerVerifierFromSSLibKey(key)
	}
	if err != nil {
		return nil, err
	}
	verifier, err := dsse.NewEnvelopeVerifier(v)
	if err != nil {
		return nil, err
	}
	_, payload, err := verifier.VerifyAndDecode(context.Background(), &e)
	return payload, err
}

// Other forms of keys are read, and what is no key is refused with the remedy.
func TestLoadKey(t *testing.T) {
	all := keys(t)
	der, err := x509.MarshalECPrivateKey(all["ecdsa"].(*ecdsa.PrivateKey))
	for name, text := range map[string][]byte{
		"SEC 1":   block("EC PRIVATE KEY", der, err),
		"PKCS #1": block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(all["rsa"].(*rsa.PrivateKey)), nil),
	} {
		if k, err := LoadKey(text); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if _, err := k.Sign([]byte("{}")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	legacy := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"DEK-Info": "AES-256-CBC,00"}, Bytes: []byte("x")})
	for text, want := range map[string]string{
		"":                               "'openssl genpkey -algorithm ed25519' makes one",
		"ssh-ed25519 AAAA a@example.com": "this is no key in PEM",
		string(block("CERTIFICATE", []byte("x"), nil)):           "no private key of Ed25519, ECDSA or RSA can be read from it",
		string(block("ENCRYPTED PRIVATE KEY", []byte("x"), nil)): "the key is encrypted: decrypt it with 'openssl pkey'",
		string(legacy): "the key is encrypted",
	} {
		if _, err := LoadKey([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	exchange, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err = x509.MarshalPKCS8PrivateKey(exchange)
	if _, err := LoadKey(block("PRIVATE KEY", der, err)); err == nil {
		t.Error("a key that cannot sign is taken")
	}
}
