package plan

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/verbosel/verbosel/codegen/spec"
)

func TestListen(t *testing.T) {
	v4 := func(port string, ip string) string {
		return "\x02\x00" + port + ip + "\x00\x00\x00\x00\x00\x00\x00\x00"
	}
	v6 := func(port, ip string) string { return "\x0a\x00" + port + "\x00\x00\x00\x00" + ip + "\x00\x00\x00\x00" }
	const any6 = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	for listen, want := range map[string]Listen{
		":8080":                   {AFInet, []byte(v4("\x1f\x90", "\x00\x00\x00\x00")), "0.0.0.0:8080", ":8080", "", "8080", nil, false},
		"0.0.0.0:80":              {AFInet, []byte(v4("\x00\x50", "\x00\x00\x00\x00")), "0.0.0.0:80", ":80", "", "80", nil, false},
		"127.0.0.1:8080":          {AFInet, []byte(v4("\x1f\x90", "\x7f\x00\x00\x01")), "127.0.0.1:8080", "127.0.0.1:8080", "", "8080", nil, false},
		"127.0.0.1:${PORT:-8080}": {AFInet, []byte(v4("\x00\x00", "\x7f\x00\x00\x01")), "127.0.0.1:", "127.0.0.1:", "PORT", "8080", nil, false},
		":${WEB_PORT}":            {AFInet, []byte(v4("\x00\x00", "\x00\x00\x00\x00")), "0.0.0.0:", ":", "WEB_PORT", "", nil, false},
		"[::]:8080":               {AFInet6, []byte(v6("\x1f\x90", any6+"\x00")), "[::]:8080", ":8080", "", "8080", nil, false},
		"[::1]:${PORT:-8080}":     {AFInet6, []byte(v6("\x00\x00", any6+"\x01")), "[::1]:", "[::1]:", "PORT", "8080", nil, false},
		"unix:/run/s.sock":        {AFUnix, []byte("\x01\x00/run/s.sock\x00"), "unix:/run/s.sock", "unix:/run/s.sock", "", "", nil, false},
		"unix:@name":              {AFUnix, []byte("\x01\x00\x00name"), "unix:@name", "unix:@name", "", "", nil, false},
	} {
		got := build(t, "server: { listen: \""+listen+"\" }\nroutes: [{ path: /, body: x }]").Server.Listen
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", listen, diff)
		}
	}
}

func TestServer(t *testing.T) {
	p := build(t, `
server:
  backlog: 7
  isolation: connection
  syscalls: ten
  timeouts: { head: 2500ms, idle: 1s, body: 61s, write: 1500ms }
  limits: { head: 1KiB, body: 5GiB, requests: 9 }
routes: [{ path: /, body: x }]`)
	got := p.Server
	got.Listen = Listen{}
	want := Server{
		Backlog: 7, KeepAlive: true,
		ReadTimeout: Timeval{1, 0}, WriteTimeout: Timeval{1, 500_000},
		HeadTimeouts: 3, IdleTimeouts: 1, HeadSeconds: 3, BodySeconds: 61,
		HeadLimit: 1024, BodyLimit: 5 << 30, Requests: 9, AccessLog: LogOff,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What isolation: proof adds. No spec may ask for it yet.
func TestServerOfOneProcess(t *testing.T) {
	s, err := spec.Parse(fstest.MapFS{"routes.yaml": {Data: []byte("server: { isolation: connection, timeouts: { idle: 1500ms } }\nroutes: [{ path: /, body: x }]")}}, "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := planServer(s.Server); got.Loop || got.Connections != 0 || got.SweepMillis != 0 {
		t.Errorf("isolation: connection: %+v", got)
	}
	s.Server.Isolation = spec.IsolationProof
	if got := planServer(s.Server); !got.Loop || !got.KeepAlive || got.Connections != 1024 || got.SweepMillis != 1500 {
		t.Errorf("isolation: proof: %+v", got)
	}
}

// In isolation: request nothing is idle: the head's time holds.
func TestServerOfOneRequest(t *testing.T) {
	s := build(t, "server: { timeouts: { head: 3s, idle: 1s } }\nroutes: [{ path: /, body: x }]").Server
	if s.KeepAlive || !s.Hardened || s.ReadTimeout != (Timeval{3, 0}) || s.HeadTimeouts != 1 {
		t.Errorf("%+v", s)
	}
}

// The mask is what the mode of a unix socket does not permit.
func TestSocketMode(t *testing.T) {
	for mode, want := range map[string]uint32{"0660": 0o117, "0777": 0, "0000": 0o777, "0600": 0o177} {
		l := build(t, "server: { listen: \"unix:/run/s\", mode: \""+mode+"\" }\nroutes: [{ path: /, body: x }]").Server.Listen
		if l.Umask == nil || *l.Umask != want {
			t.Errorf("%s: %v, want %o", mode, l.Umask, want)
		}
	}
}
