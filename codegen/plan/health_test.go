package plan

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/spec"
)

func healthOf(t *testing.T, text string) Health {
	t.Helper()
	fsys := fstest.MapFS{"routes.yaml": {Data: []byte(text)}, "f.txt": {Data: []byte("file")}}
	s, err := spec.Parse(fsys, "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Build(fsys, s)
	if err != nil {
		t.Fatal(err)
	}
	return p.Health
}

// The status is that of what a GET of the path gets, whatever names it, in the spec's own
// routes; a host's are not asked.
func TestHealthStatus(t *testing.T) {
	for _, tt := range []struct {
		text string
		want int
	}{
		{"routes: []", 0},
		{"routes: [{ path: /, body: a }]", 200},
		{"routes: [{ path: /, method: POST, body: a }]", 405},
		{"routes: [{ path: /, status: 204 }]", 204},
		{"routes: [{ path: \"/{a...}\", status: 503 }, { path: /, body: a }]", 200},
		{"routes: [{ path: \"*\", status: 503 }]", 503},
		{"routes: [{ path: \"/{a}\", body: a }]", 0},
		{"hosts: { a.example: { routes: [{ path: /, body: a }] } }", 0},
		{"hosts: { a.example: { routes: [{ path: /, body: a }] } }\nroutes: [{ path: /, status: 202 }]", 202},
	} {
		if got := healthOf(t, tt.text+"\n").Status; got != tt.want {
			t.Errorf("%s: %d, want %d", tt.text, got, tt.want)
		}
	}
}

// A probe asks on this machine where the server listens on all addresses, and there where it
// listens on one.
func TestHealthAddress(t *testing.T) {
	for listen, want := range map[string][]byte{
		":8080":                 {2, 0, 0x1f, 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0},
		"0.0.0.0:${PORT:-8080}": {2, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0},
		"10.0.0.1:80":           {2, 0, 0, 80, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0},
		"[::]:80":               {10, 0, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0},
		"[fe80::2]:80":          {10, 0, 0, 80, 0, 0, 0, 0, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0},
		"unix:/s":               {1, 0, '/', 's', 0},
	} {
		got := healthOf(t, "server: { listen: \""+listen+"\" }\nhealth: { path: /, timeout: 3s }\nroutes: [{ path: /, body: a }]\n")
		if diff := cmp.Diff(want, got.Sockaddr); diff != "" {
			t.Errorf("%s: %s", listen, diff)
		}
		if got.Timeout != (Timeval{1, 500000}) {
			t.Errorf("%s: half of 3 s is %v", listen, got.Timeout)
		}
	}
}
