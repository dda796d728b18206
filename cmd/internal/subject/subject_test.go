package subject

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
)

func compiler(text string) Compile {
	fsys := fstest.MapFS{"routes.yaml": {Data: []byte(text)}}
	return func(opts codegen.Options) (*codegen.Result, error) {
		return codegen.Compile(fsys, "routes.yaml", opts)
	}
}

const routes = `
routes:
  - path: /gone
    status: 410
  - path: /in
    method: POST
    body: "in\n"
  - path: /out
    body: "out\n"
`

func TestTarget(t *testing.T) {
	dir := t.TempDir()
	s := New(dir, "connection", compiler(`server: { listen: "0.0.0.0:80" }`+routes))
	first, err := s.Target()
	if err != nil {
		t.Fatal(err)
	}
	if first.Paths[0] != "/out" || !strings.HasPrefix(first.Address, "127.0.0.1:") || !first.Command.Forks {
		t.Errorf("%+v", first)
	}
	info, err := os.Stat(first.Command.Path)
	if err != nil || info.Size() != s.Size() || info.Mode()&0o100 == 0 {
		t.Errorf("%v, %v", info, err)
	}
	if s.result.Spec.Server.Isolation != "connection" || s.Syscalls() != "hardened" {
		t.Errorf("isolation %s, system calls %s", s.result.Spec.Server.Isolation, s.Syscalls())
	}
	again, err := s.Target("/a", "/b")
	if err != nil || again.Command.Path != first.Command.Path || len(again.Paths) != 2 {
		t.Errorf("again: %+v, %v", again, err)
	}
}

// A server that cannot be started again at once gets a port of its own each time.
func TestTargetOfTen(t *testing.T) {
	dir := t.TempDir()
	s := New(dir, "request", compiler(`server: { listen: "127.0.0.1:80", syscalls: ten }`+routes))
	first, err := s.Target()
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Target()
	if err != nil || second.Command.Path == first.Command.Path {
		t.Errorf("%+v, then %+v, %v", first, second, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%v is left", left)
	}
}

func TestTargetFails(t *testing.T) {
	for name, test := range map[string]struct{ dir, text, want string }{
		"a socket without a port": {t.TempDir(), `server: { listen: "unix:x.sock" }` + routes, "unix socket"},
		"nothing to get":          {t.TempDir(), "routes: [{ path: /, method: POST, body: x }]", "no route of the spec answers GET"},
		"no folder":               {"/nowhere", routes, "no such file"},
	} {
		if _, err := New(test.dir, "request", compiler(test.text)).Target(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}
