package dynamic

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// text compiles a spec that names no files.
func text(t testing.TB, spec string) []byte {
	t.Helper()
	return compile(t, fstest.MapFS{emitted.SpecName: {Data: []byte(spec)}})
}

const oneRoute = "routes:\n  - path: /\n    body: \"x\"\n"

// listens are the kinds of address.
var listens = map[string]string{
	"IPv4":        "127.0.0.1:8080",
	"IPv6":        "[::]:8080",
	"environment": "127.0.0.1:${PORT:-8080}",
	"IPv6, env":   "[::]:${PORT:-8080}",
	"unix":        "unix:/run/site.sock",
}

// eachListen runs a test for servers of every variant and kind of address.
func eachListen(t *testing.T, test func(*testing.T, emitted.Variant, []byte)) {
	for name, listen := range listens {
		for _, v := range emitted.All() {
			t.Run(name+"/"+v.String(), func(t *testing.T) {
				t.Parallel()
				test(t, v, text(t, v.Spec(fmt.Sprintf("listen: %q", listen), oneRoute)))
			})
		}
	}
}

// errnos are some that calls fail with, and one without a name.
var errnos = []int64{1, 2, 12, 13, 20, 22, 23, 24, 30, 36, 38, 40, 97, 98, 99, 105, 4095}

// TestBootFails fails each call of the boot with each errno: the server says which
// call it was and exits with status 1. Only the banner may get lost.
func TestBootFails(t *testing.T) {
	eachListen(t, func(t *testing.T, v emitted.Variant, file []byte) {
		_, plain, err := Boot(file, Script{})
		if err != nil || plain.Exited {
			t.Fatalf("%v, exited %v", err, plain.Exited)
		}
		errnos := testtool.Some(t, 4, errnos)
		for _, call := range plain.Calls {
			for _, errno := range errnos {
				server, run, err := Boot(file, Script{Result: only(call.Index, -errno)})
				switch {
				case err != nil:
					t.Fatalf("call %d gives %d: %v", call.Number, -errno, err)
				case call.Number == Write || call.Number == Accept:
					if server == nil {
						t.Errorf("call %d gives %d: the server ended", call.Number, -errno)
					}
				case server != nil || run.Status != 1 || !strings.Contains(string(run.Console), ": "):
					t.Errorf("call %d gives %d: status %d, %q", call.Number, -errno, run.Status, run.Console)
				}
			}
		}
	})
}

// TestEnvironment looks for the port among other variables.
func TestEnvironment(t *testing.T) {
	spec := "server:\n  listen: \"127.0.0.1:${PORT:-8080}\"\n" + oneRoute
	file := text(t, spec)
	for value, starts := range map[string]bool{
		"PORT=1": true, "PORT=65535": true, "PORT=": true, "PORT": true, "PORT=08080": true,
		"PORT=0": false, "PORT=65536": false, "PORT=99999": false, "PORT=123456": false,
		"PORT=abc": false, "PORT=80 ": false, "PORT=-1": false, "PORT=4294967297": false,
	} {
		for _, env := range [][]string{{value}, {"PATH=/bin", "PORTO=2", "POR", "", value}, {value, "Z=" + strings.Repeat("z", 5000)}} {
			server, run, err := Boot(file, Script{Env: env})
			if err != nil || (server != nil) != starts {
				t.Errorf("%q: %v, started %v; it said %q", env, err, server != nil, run.Console)
			}
		}
	}
}

// TestHandlers runs the signal handlers: each exits with status 0.
func TestHandlers(t *testing.T) {
	eachListen(t, func(t *testing.T, v emitted.Variant, file []byte) {
		s := boot(t, file)
		want := map[string]int{"ten": 2, "hardened": 3}[v.Syscalls] // of SIGTERM, SIGINT, and SIGQUIT
		if len(s.Handlers) != want {
			t.Fatalf("%d handlers, want %d", len(s.Handlers), want)
		}
		for _, h := range s.Handlers {
			if run, err := s.Signal(h, nil); err != nil || !run.Exited || run.Status != 0 {
				t.Errorf("%v, exited %v with %d", err, run.Exited, run.Status)
			}
		}
	})
}

// TestParent follows the parent: it closes the client and accepts again. Where there
// is no process to be had it answers with 503.
func TestParent(t *testing.T) {
	eachListen(t, func(t *testing.T, v emitted.Variant, file []byte) {
		s := boot(t, file)
		run, err := s.Serve(Script{Parent: true})
		if err != nil || run.Exited || len(run.Output) != 0 {
			t.Errorf("%v, exited %v, wrote %q", err, run.Exited, run.Output)
		}
		noFork := func(c Call) (int64, bool) { return -EAGAIN, c.Number == Fork }
		run, err = s.Serve(Script{Result: noFork})
		if err != nil || run.Exited || !strings.HasPrefix(string(run.Output), "HTTP/1.1 503 ") {
			t.Errorf("%v, exited %v, wrote %q", err, run.Exited, run.Output)
		}
		for _, result := range []int64{-EAGAIN, -EPIPE, -EINTR, 0, 1} {
			run, err = s.Serve(Script{Result: func(c Call) (int64, bool) {
				if c.Number == Write {
					return result, true
				}
				return noFork(c)
			}})
			if err != nil || run.Exited {
				t.Errorf("the 503's write gives %d: %v, exited %v", result, err, run.Exited)
			}
		}
	})
}
