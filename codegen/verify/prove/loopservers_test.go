package prove_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify/prove"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// partOf are servers all of whose features another one has: each is proved by itself in rare tests alone, for the time.
var partOf = map[string]string{
	"health": "port", "unix": "log-unix", "log": "log-auth", "workers": "workers-slots", "auto": "auto-slots", "systemd": "systemd-slots",
	"no-bodies": "limits", "head": "limits", "timeouts": "limits", "log-combined": "log-much", "file": "slots-file", "auth": "log-much", "log-hosts": "log-much", "folder-hosts": "log-much",
}

// wildcard is a host that takes parts of the path.
const wildcard = "hosts:\n  \"*.example.org\":\n    routes:\n      - { path: \"/{a}/{b...}\", redirect: \"https://{host}/{b}/{a}\" }\n"

// TestLoopServer proves servers of isolation: proof.
func TestLoopServer(t *testing.T) {
	testtool.Long(t, "80,000 to 270,000 instructions are interpreted for each")
	for name, fsys := range map[string]fs.FS{
		"hello":        os.DirFS(filepath.Join(examples, "hello")),
		"mock-api":     os.DirFS(filepath.Join(examples, "mock-api")),
		"redirects":    os.DirFS(filepath.Join(examples, "redirects")), // https: required, hosts, patterns
		"hosts":        os.DirFS(filepath.Join(examples, "hosts")),
		"health":       files("health: /healthz\nroutes:\n  - { path: /healthz, body: ok }\n"),
		"file":         files("routes:\n  - { path: /big, file: big.bin }\n  - { path: /small, file: public/a.txt }\n"),
		"clock":        files("server: { clock: true, listen: \"[::]:8080\", limits: { head: 64KiB, body: 1TiB, requests: 1000000 } }\n" + twoRoutes),
		"port":         files("server: { listen: { address: \":${PORT:-8080}\", reuse_port: true } }\n" + twoRoutes),
		"landing":      os.DirFS(filepath.Join(examples, "landing")),
		"spa":          os.DirFS(filepath.Join(examples, "spa")),
		"slots":        files(slotHeaders + twoRoutes + overriding + slots + slotErrors),
		"passwords":    files("server: { listen: \":${PORT:-8080}\" }\n" + staff + folder),
		"site":         files(hosted), // a folder with _redirects and _headers
		"dated-app":    files("headers: { Vary: Origin }\nroutes:\n  - { path: /, dir: public, markdown: true, clean_urls: true, last_modified: 2026-01-01, spa: index.html }\n"),
		"patterns":     files("routes:\n  - { path: \"/u/{id}\", body: u }\n  - { path: /u/me, body: me }\n  - { path: \"/{a}/{b}/{c...}\", method: POST, status: 204 }\nerrors:\n  404: { json: { none: true } }\n"),
		"unix":         files("server: { listen: \"unix:/run/x.sock\" }\n" + twoRoutes),
		"auth":         files("auth: { realm: A, users: { alice: secret } }\nroutes:\n  - { path: /, body: a }\n  - { path: /open, body: b, auth: none }\n"),
		"log":          files("server: { access_log: common }\n" + twoRoutes),
		"log-combined": files("server: { access_log: combined, listen: \"[::]:8080\" }\n" + twoRoutes),
		"log-unix":     files("server: { access_log: json, listen: \"unix:/run/x.sock\" }\n" + twoRoutes),
		"log-auth":     files("server: { access_log: common, client_ip: X-Real-IP, trusted: [127.0.0.1] }\nauth: { realm: A, users: { alice: secret } }\n" + twoRoutes),
		"log-hosts":    files("server: { access_log: common }\n" + twoRoutes + wildcard),
		"log-hosted":   files("server: { access_log: json }\n" + hosted), // a folder with _redirects and _headers
		"log-much": files("server: { access_log: combined, listen: \"[::]:8080\" }\nauth: { realm: A, users: { alice: secret } }\n" + folder +
			"  - { path: /big, file: big.bin }\n  - { path: \"/n/{rest...}\", redirect: \"https://n.example/{rest}\" }\n" + wildcard),
		"dated-hosts":  files("server: { clock: true }\n" + hosted + "    last_modified: 2026-01-01\nhosts:\n  example.com:\n    redirect: https://www.{host}{path}\n"),
		"folder-hosts": files(folder + wildcard),
		"slots-dir":    files(folder + slots),
		"log-slots": files("server: { access_log: combined, listen: \":${PORT:-8080}\" }\n" + staff + slotHeaders +
			"routes:\n  - { path: /big, file: big.bin }\n  - { path: \"/n/{rest...}\", redirect: \"https://n.example/{rest}\" }\n" + slots + wildcard),
		"slots-file": files("routes:\n  - { path: /big, file: big.bin }\n  - { path: /small, file: public/a.txt }\n" + slots),
		"log-site":   os.DirFS(filepath.Join(examples, "site")),
		"workers":    files("server: { isolation: proof, workers: 4 }\n" + twoRoutes),
		"no-bodies":  files("server: { isolation: proof, limits: { body: 0 } }\n" + twoRoutes),
		"head":       files("server: { isolation: proof, limits: { head: 1KiB } }\n" + twoRoutes),
		"unix-four":  files("server: { isolation: proof, workers: 4, listen: \"unix:/run/x.sock\" }\n" + twoRoutes + "hosts:\n  example.com:\n    redirect: https://www.{host}{path}\n"),
		"timeouts":   files("server: { isolation: proof, timeouts: { head: 5s, idle: 20s, write: 1m } }\n" + twoRoutes + "hosts:\n  example.com:\n    redirect: https://www.{host}{path}\n"),
		"limits":     files("server: { limits: { body: 0, head: 1KiB }, timeouts: { head: 5s, idle: 20s, write: 1m } }\n" + twoRoutes + "hosts:\n  example.com:\n    redirect: https://www.{host}{path}\n"),
		"fewest":     files("server: { isolation: proof, limits: { connections: 16 } }\n" + twoRoutes),
		"most":       files("server: { isolation: proof, workers: 2, limits: { connections: 65536 } }\n" + folder),
		"auto":       files("server: { isolation: proof, workers: auto, listen: \":${PORT:-8080}\" }\n" + twoRoutes),
		"moved":      files("routes:\n  - { path: \"/{all...}\", redirect: \"https://b.example/{all}\" }\n"),
		"systemd":    files("server: { isolation: proof, listen: systemd }\n" + twoRoutes),
		// each of these has states of the boot of its own
		"workers-slots": files("server: { isolation: proof, workers: 4, clock: true, listen: \"[::]:${PORT:-8080}\" }\n" + staff + slotHeaders + "routes:\n" + slots + slotErrors),
		"auto-slots":    files("server: { isolation: proof, workers: auto, listen: \":${HTTP_PORT}\" }\n" + slotHeaders + "routes:\n" + slots),
		"systemd-slots": files("server: { isolation: proof, listen: systemd, clock: true }\n" + staff + slotHeaders + "routes:\n" + slots),
		"systemd-auto":  files("server: { isolation: proof, listen: systemd, workers: auto }\n" + slotHeaders + "routes:\n" + slots),
	} {
		t.Run(name, func(t *testing.T) {
			if whole, ok := partOf[name]; ok {
				testtool.Rare(t, "part of "+whole+", which each run proves")
			}
			t.Parallel()
			provesBytes(t, compileLoop(t, fsys))
		})
	}
}

// TestLoopSendsWhatWaits: in a server with a small limits.head that sends a byte more than what waits, wherever its length is
// computed, that byte is of another request.
func TestLoopSendsWhatWaits(t *testing.T) {
	testtool.Long(t, "100,000 instructions are interpreted for each of two")
	whole := compileLoop(t, files("server: { isolation: proof, limits: { head: 1KiB } }\nroutes:\n  - { path: /, body: "+strings.Repeat("a", 100)+" }\n"))
	const output = 1024 + 32                                      // where responses wait, from rbp
	start := []byte{0x81, 0xEF, output & 0xFF, output >> 8, 0, 0} // sub edi, output
	places := 0
	for at := range whole {
		if !bytes.HasPrefix(whole[at:], start) {
			continue
		}
		places++
		broken := bytes.Clone(whole)
		broken[at+2]--
		_, err := prove.Prove(prove.ImageOf(t, broken))
		var f *prove.Failure
		if !errors.As(err, &f) || f.Rule != rules.Isolation && f.Rule != rules.Reads {
			t.Errorf("at %#x: %v", at, err)
		}
	}
	if places != 2 {
		t.Errorf("the output's length is computed at %d places", places)
	}
}

// compileLoop gives the server of a spec in isolation: proof.
func compileLoop(t testing.TB, fsys fs.FS) []byte {
	t.Helper()
	r, err := codegen.Compile(fsys, emitted.SpecName, codegen.Options{Isolation: emitted.Proof.Isolation})
	if err != nil {
		t.Fatal(err)
	}
	return bytesOf(t, r)
}
