package codegen

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/internal/unproved"
	"github.com/verbosel/verbosel/codegen/spec"
)

func TestWithPort(t *testing.T) {
	v4 := spec.Listen{Text: "127.0.0.1:${PORT:-8080}", Network: "tcp4", Port: 8080, PortEnv: "PORT"}
	copy(v4.IP[:], netip.MustParseAddr("127.0.0.1").AsSlice())
	v6 := spec.Listen{Text: "[::1]:8080", Network: "tcp6", Port: 8080, IP: netip.MustParseAddr("::1").As16()}
	for _, test := range []struct {
		listen spec.Listen
		want   string
	}{
		{v4, "127.0.0.1:3000"},
		{v6, "[::1]:3000"},
	} {
		got, err := withPort(test.listen, 3000)
		if err != nil {
			t.Fatal(err)
		}
		if got.Text != test.want || got.Port != 3000 || got.PortEnv != "" || got.IP != test.listen.IP {
			t.Errorf("got %+v, want %s", got, test.want)
		}
	}
}

func TestWithPortRefuses(t *testing.T) {
	unix := spec.Listen{Network: "unix", Path: "/run/site.sock", Pos: diag.Pos{File: "routes.yaml", Line: 2, Col: 11}}
	tcp := spec.Listen{Network: "tcp4"}
	for _, test := range []struct {
		listen spec.Listen
		port   int
		want   string
	}{
		{unix, 3000, "routes.yaml:2:11: the spec listens on a unix socket"},
		{tcp, 65536, "port 65536 is not in 1 to 65535"},
		{tcp, -1, "port -1 is not"},
	} {
		if _, err := withPort(test.listen, test.port); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}

func TestOverrideIsolation(t *testing.T) {
	parsed := &spec.Spec{Server: spec.Defaults()}
	for isolation, want := range map[string]spec.Isolation{
		"": spec.IsolationRequest, "connection": spec.IsolationConnection, "request": spec.IsolationRequest, "proof": spec.IsolationProof,
	} {
		r := &Result{Spec: parsed, opts: Options{Isolation: isolation}}
		if err := override(r); err != nil || r.Spec.Server.Isolation != want {
			t.Errorf("%q: %v, %v", isolation, r.Spec.Server.Isolation, err)
		}
	}
	if parsed.Server.Isolation != spec.IsolationRequest {
		t.Error("the parsed spec was changed")
	}
	r := &Result{Spec: parsed, opts: Options{Isolation: "process"}}
	if err := override(r); err == nil || !strings.Contains(err.Error(), `isolation "process" is none of`) {
		t.Errorf("got %v", err)
	}
}

// TestOnLoopback: what is open to every machine is no more, and nothing else changes.
func TestOnLoopback(t *testing.T) { unproved.While(func() { testOnLoopback(t) }) }

func testOnLoopback(t *testing.T) {
	for listen, want := range map[string]string{
		":8080": "127.0.0.1:8080", "0.0.0.0:${PORT:-8080}": "127.0.0.1:${PORT:-8080}", ":${PORT}": "127.0.0.1:${PORT}",
		"[::]:80": "[::1]:80", "[::]:${P:-1}": "[::1]:${P:-1}", "10.0.0.1:80": "10.0.0.1:80", "unix:/run/s": "unix:/run/s",
	} {
		r, err := Compile(testSite("server: { listen: \""+listen+"\" }\nroutes: []\n"), name, Options{Loopback: true})
		if err != nil {
			t.Fatal(err)
		}
		l := r.Spec.Server.Listen
		if l.Text != want {
			t.Errorf("%s: %s, want %s", listen, l.Text, want)
		}
		env := func(string) string { return "8080" }
		again, err := Compile(testSite("server: { listen: \""+want+"\" }\nroutes: []\n"), name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, got := r.Address(env)
		if _, same := again.Address(env); got != same || l.IP != again.Spec.Server.Listen.IP {
			t.Errorf("%s: listens on %s, want %s", listen, got, same)
		}
	}
}

// A server that is handed its socket is the one of `listen: systemd`, byte for byte. What the
// spec says of a socket of its own, beside its address, is an error.
func TestActivated(t *testing.T) {
	const routes = "routes: [{ path: /, body: a }]\n"
	want := unprovenBytes(t, "server: { listen: systemd }\n"+routes, Options{})
	for _, listen := range []string{"", "server: { listen: \"127.0.0.1:${PORT}\" }\n", "server: { listen: \"unix:/run/a\" }\n", "server: { listen: systemd }\n", "health: /\n"} {
		got := unprovenBytes(t, listen+routes, Options{Activated: true})
		if !bytes.Equal(got, want) {
			t.Errorf("%q: another server than with listen: systemd", listen)
		}
	}
	for server, want := range map[string]string{
		"syscalls: ten":                     "not among the ten",
		"backlog: 5":                        "write Backlog= into",
		"listen: unix:/a\n  mode: \"0660\"": "write SocketMode= into",
		"listen: { reuse_port: true }":      "write ReusePort= into",
		"listen: unix:/a\n  access_log: common\n  client_ip: Forwarded": "name the proxies in trusted",
	} {
		_, err := Compile(testSite("server:\n  "+server+"\n"+routes), name, Options{Activated: true})
		if err == nil || !strings.Contains(err.Error(), "socket activation ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", server, err, want)
		}
	}
	several := spec.Defaults()
	several.Isolation, several.Workers = spec.IsolationProof, 2
	if _, err := activated(several); err == nil || !strings.Contains(err.Error(), "write workers: 1") {
		t.Errorf("several workers: %v", err)
	}
	r, err := Compile(testSite("health: /\n"+routes), name, Options{Activated: true, Dev: &Dev{}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Probe(nil); err == nil || !strings.Contains(err.Error(), "cannot know where that listens") {
		t.Errorf("a probe: %v", err)
	}
}

// unprovenBytes are those of a server as `dev` has it.
func unprovenBytes(t *testing.T, spec string, opts Options) []byte {
	t.Helper()
	opts.Dev = &Dev{}
	r, err := Compile(testSite(spec), name, opts)
	if err != nil {
		t.Fatal(err)
	}
	b, err := r.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}
