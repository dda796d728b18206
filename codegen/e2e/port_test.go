package e2e

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

const onePage = `routes: [{ path: /, body: "root\n" }]`

// Where the environment gives no port, the spec's default holds.
func TestPortDefault(t *testing.T) {
	for name, env := range map[string][]string{
		"unset": {}, "empty": {"PORT="}, "longer name": {"PORTS=1", "XPORT=2", "POR=3"},
		"empty between": {"A=b", "PORT=", "C=d"},
	} {
		t.Run(name, func(t *testing.T) {
			port := emitted.FreePort(t)
			b := emitted.BuildText(t, emitted.Request.Spec(fmt.Sprintf(`listen: "127.0.0.1:${PORT:-%d}"`, port), onePage))
			servesAt(t, b.Start(t, emitted.Options{Port: port, Env: env}), port)
		})
	}
}

func TestPortFromEnvironment(t *testing.T) {
	b := emitted.BuildText(t, emitted.Request.Spec(`listen: "127.0.0.1:${PORT:-1}"`, onePage))
	for _, env := range [][]string{{"PORT=%d"}, {"PORTS=1", "A=", "PORT=%d", "XPORT=2"}} {
		port := emitted.FreePort(t)
		for i := range env {
			if env[i] == "PORT=%d" {
				env[i] = "PORT=" + strconv.Itoa(port)
			}
		}
		servesAt(t, b.Start(t, emitted.Options{Port: port, Env: env}), port)
	}
}

func servesAt(t *testing.T, s *emitted.Server, port int) {
	t.Helper()
	if want := fmt.Sprintf(">> server listening on 127.0.0.1:%d\n", port); s.Stdout() != want {
		t.Errorf("the banner is %q, want %q", s.Stdout(), want)
	}
	if got := s.Ask(t, get("/")); !hasStatus(got, 200) {
		t.Errorf("got %q", got)
	}
}

func TestPortRefused(t *testing.T) {
	b := emitted.BuildText(t, emitted.Request.Spec("", onePage))
	for _, port := range []string{
		"0", "65536", "70000", "99999", "100000", "123456", "4294975376", "18446744073709559696",
		"-1", "+80", "80a", "a", " 80", "80 ", "8080\n", "0x50", "８０", "00000",
	} {
		t.Run(port, func(t *testing.T) {
			refuses(t, b, []string{"PORT=" + port}, "$PORT must be a port from 1 to 65535\n")
		})
	}
}

func TestPortMissing(t *testing.T) {
	b := emitted.BuildText(t, emitted.Request.Spec(`listen: "127.0.0.1:${HTTP_PORT}"`, onePage))
	const message = "$HTTP_PORT must be set to the port to listen on\n"
	refuses(t, b, []string{"PORT=80"}, message)
	refuses(t, b, []string{"HTTP_PORT="}, message)
	refuses(t, b, []string{"HTTP_PORT=x"}, "$HTTP_PORT must be a port from 1 to 65535\n")
}

// refuses starts a server that must say why it does not start.
func refuses(t *testing.T, b *emitted.Binary, env []string, message string) {
	t.Helper()
	want := emitted.Exit{Status: 1, Stderr: message}
	if got := b.Run(t, emitted.Options{Env: env}); got != want {
		t.Errorf("with %q: %+v, want %+v", env, got, want)
	}
}
