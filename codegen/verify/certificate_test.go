package verify_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/cert"
)

// The server that the cases of the corpus break has a certificate, and is accepted with it.
func TestCertificate(t *testing.T) {
	if _, err := certified(t, newCase(t, readSource(t), new(txtar.Archive))); err != nil {
		t.Fatal(err)
	}
}

// Examples that have certificates beside examples/hello and examples/redirects: a page and a header for all, files in four
// encodings each, and four servers that answer several requests of a connection, two of folders, one of these with a log, all with the port of the environment.
func TestCertificatesOfExamples(t *testing.T) {
	testtool.Long(t, "a certificate of such a server is looked for for some ten seconds")
	for _, name := range []string{"maintenance", "landing", "default-backend", "mock-api", "hosts", "spa", "site"} {
		t.Run(name, func(t *testing.T) {
			switch name {
			case "mock-api":
				testtool.Rare(t, "takes as long as default-backend, whose connections are the same")
			case "spa", "site":
				testtool.Rare(t, "takes 40 s of CPU")
			case "hosts":
				testtool.Rare(t, "takes 13 s of CPU; a server of a host's end is among the emitted ones")
			}
			proof, err := certified(t, compiledFrom(t, os.DirFS("../../examples/"+name)))
			if err != nil {
				t.Fatal(err)
			}
			if n := facts(proof); name == "default-backend" && n > backendFacts*5/4 {
				t.Errorf("nodes say %d facts: some %d are needed, where a region ends by facts, too", n, backendFacts)
			}
		})
	}
}

// A file has lists of encodings, tags and a range in its requests, of which a connection brings many.
func TestCertificateOfAFile(t *testing.T) {
	testtool.Rare(t, "a certificate is looked for for a minute of CPU")
	file := compiledFrom(t, fstest.MapFS{
		"routes.yaml": {Data: []byte("server: { isolation: connection }\nroutes:\n  - { path: /, file: a.html }\n")},
		"a.html":      {Data: []byte("<p>hello</p>\n")},
	})
	if _, err := certified(t, file); err != nil {
		t.Fatal(err)
	}
}

// certified is a certificate with which a server is accepted, or why there is none.
func certified(t *testing.T, file []byte) (*cert.Proof, error) {
	r, size := bytes.NewReader(file), int64(len(file))
	proof, guide, err := verify.Certify(r, size, verify.Any())
	if err != nil {
		return nil, err
	}
	figures, err := cert.Check(r, size, proof, guide)
	if err == nil {
		t.Logf("%+v, %d nodes, %d instructions, %d calls", figures, len(proof.Nodes), proof.Instructions, proof.Calls)
	}
	return proof, err
}

// helloInstructions is how many instructions package prove finds between two system calls of examples/hello at most.
const helloInstructions = 2_004_641

// backendFacts is how many facts of examples/default-backend's nodes are premises of something.
const backendFacts = 5_891

// helloFacts is how many facts of its nodes are premises of something.
const helloFacts = 1_198

// maxManyClients is between how many nodes such a server's certificate has where ways meet alone, 885, and at all places of its proof
// but inner ones, 2,832.
const maxManyClients = 1_000

func facts(proof *cert.Proof) (n int) {
	for _, node := range proof.Nodes {
		n += len(node.Facts)
	}
	return n
}

// Servers that the compiler emits, and where each is refused yet; "" where it is accepted.
func TestCertificatesOfEmitted(t *testing.T) {
	const hello = "routes:\n  - { path: /, body: \"Hello, World!\\n\" }\n"
	for _, c := range []struct{ name, spec, want string }{
		{"one text", hello, ""},
		{"texts and a redirect", hello + "  - { path: /a, body: \"a\\n\" }\n  - { path: /old, redirect: / }\n", ""},
		{"requests of a connection", "server: { isolation: connection }\n" + hello, ""},
		{"ten system calls in a connection", "server: { isolation: connection, syscalls: ten }\n" + hello, ""},
		{"a folder with a log in a connection", "server: { isolation: connection, access_log: common }\nroutes:\n  - { path: /, dir: public }\n", ""},
		{"a folder behind TLS", "https: required\nroutes:\n  - { path: /, dir: public }\n", ""},
		{"bodies of 1 TiB", "server: { limits: { head: 64KiB, body: 1TiB } }\n" + hello, ""}, // a chunk's bound, and counts of its reads, are more than 4 bytes
		{"one text for many clients", "server: { isolation: proof }\n" + hello, ""},
		{"150 routes", "routes:\n" + manyRoutes(150), ""},
		{"a clock", "server: { clock: true }\n" + hello, ""},
		{"a listener that is handed over", "server: { listen: systemd }\n" + hello, ""},
		{"an access log", "server: { access_log: common }\n" + hello, ""},
		{"fields in an access log", "server: { access_log: combined }\n" + hello, ""},
		{"an access log and small requests in a connection", "server: { isolation: connection, access_log: common, limits: { head: 1KiB, body: 99, requests: 3 } }\n" + hello, ""},
		{"TLS and errors in a connection", "server: { isolation: connection, syscalls: ten }\nhttps: required\n" + hello + "errors:\n  404: { body: none }\n  503: { body: busy }\n", ""},
		{"hosts", "hosts:\n  a.example:\n    routes:\n      - { path: /, body: a }\n", ""},
		{"the end of a host's name", "hosts:\n  \"*.b\":\n    routes:\n      - { path: /, body: a }\n", ""},
		{"parameters", "routes:\n  - { path: \"/u/{id}\", body: u }\n  - { path: /u/me, body: me }\n  - { path: \"/{a}/{b}/{c...}\", method: POST, body: rest }\n", ""},
		{"a password of the environment", passwordOfEnvironment, ""},
		{"a password of the environment in a connection", "server: { isolation: connection }\n" + passwordOfEnvironment, ""},
		{"a value of the environment", valueOfEnvironment, ""},
		{"a value and a password of the environment", "auth: { realm: Staff, users: { alice: \"${ALICE_PASSWORD}\" } }\n" + valueOfEnvironment, ""},
		{"a value and the port of the environment", "server: { listen: \":${PORT}\" }\n" + valueOfEnvironment, ""},
		{"the port of the environment", "server: { listen: \":${PORT:-8080}\" }\n" + hello, ""},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			if c.spec != hello {
				testtool.Long(t, "a certificate is looked for for seconds")
			}
			if strings.HasSuffix(c.name, "in a connection") {
				testtool.Rare(t, "takes 15 s of CPU, that of a folder twice as much")
			}
			manyClients := strings.HasSuffix(c.name, "for many clients")
			if manyClients {
				testtool.Rare(t, "takes two minutes of CPU")
			}
			fsys := fstest.MapFS{"routes.yaml": {Data: []byte(c.spec)}, "public/a.txt": {Data: []byte("a\n")}, "public/index.html": {Data: []byte("<p>x\n")}}
			var file elfStore
			if _, err := codegen.Compile(fsys, "routes.yaml", codegen.Options{Out: &file}); err != nil {
				t.Fatal(err)
			}
			switch proof, err := certified(t, file.Bytes()); {
			case err == nil && c.want != "":
				t.Error("it is accepted: say so here and in cert/doc.go")
			case err != nil && (c.want == "" || !regexp.MustCompile(c.want).MatchString(err.Error())):
				t.Errorf("%v, not %s", err, c.want)
			case err == nil && manyClients && len(proof.Nodes) > maxManyClients:
				t.Errorf("%d nodes: those that one way comes to are not left out", len(proof.Nodes))
			case err == nil && c.spec == hello && proof.Instructions > 2*helloInstructions:
				t.Errorf("%d instructions between two calls, and package prove says %d", proof.Instructions, helloInstructions)
			case err == nil && c.spec == hello && facts(proof) > 2*helloFacts:
				t.Errorf("nodes say %d facts: some %d are needed", facts(proof), helloFacts)
			}
		})
	}
}

// manyRoutes are more than are compared one by one.
func manyRoutes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  - { path: /p%07d, body: r%d }\n", i, i)
	}
	return b.String()
}
