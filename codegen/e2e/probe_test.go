package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

const healthy = "health: { path: /healthz, timeout: 1s }\nroutes:\n  - { path: /healthz, status: 204 }\n"

// patient is likewise, for answers that come, however busy the machine is.
var patient = strings.Replace(healthy, "1s", "20s", 1)

// probeOf writes the probe of a server into a file.
func probeOf(t *testing.T, b *emitted.Binary) string {
	t.Helper()
	p, err := b.Result.Probe(nil)
	if err != nil {
		t.Fatal(err)
	}
	var elf bytes.Buffer
	if err := p.WriteELF(&elf); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "probe")
	if err := os.WriteFile(path, elf.Bytes(), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// runProbe runs a probe: its status, and what it says.
func runProbe(t *testing.T, path string, env ...string) (status int, says string) {
	t.Helper()
	cmd := exec.Command(path)
	cmd.Env = append([]string{"A=b"}, env...)
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func expectProbe(t *testing.T, path string, wantStatus int, want string, env ...string) {
	t.Helper()
	if status, says := runProbe(t, path, env...); status != wantStatus || says != want {
		t.Errorf("status %d, %q; want %d, %q", status, says, wantStatus, want)
	}
}

const (
	noConnection = "unhealthy: no connection\n"
	noAnswer     = "unhealthy: no answer in time\n"
	notWell      = "unhealthy: the answer is not 2xx\n"
)

// Where the environment gives the port, it gives it to the probe as well.
func TestProbe(t *testing.T) {
	emitted.Each(t, emitted.Every(), func(t *testing.T, v emitted.Variant) {
		b := emitted.BuildText(t, v.Spec("", healthy))
		p := probeOf(t, b)
		s := b.Start(t, emitted.Options{})
		port := fmt.Sprintf("PORT=%d", s.Port)
		expectProbe(t, p, 0, "", port)
		expectProbe(t, p, 1, "$PORT must be a port from 1 to 65535\n", "PORT=65536")
		s.Stop()
		expectProbe(t, p, 1, noConnection, port)
	})
}

func TestProbeOfUnixSocket(t *testing.T) {
	folder, err := os.MkdirTemp("", "v") // a socket's path has 107 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	for _, path := range []string{filepath.Join(folder, "s"), fmt.Sprintf("@verbosel-probe-%d", os.Getpid())} {
		b := emitted.BuildText(t, emitted.Request.Spec(fmt.Sprintf("listen: %q", "unix:"+path), healthy))
		p := probeOf(t, b)
		expectProbe(t, p, 1, noConnection)
		b.Start(t, emitted.Options{NoBanner: false})
		expectProbe(t, p, 0, "")
	}
}

func TestProbeOfIPv6(t *testing.T) {
	for _, listen := range []string{`listen: "[::]:${PORT}"`, `listen: "[::1]:${PORT}"`} {
		b := emitted.BuildText(t, emitted.Request.Spec(listen, healthy))
		p := probeOf(t, b)
		s := b.Start(t, emitted.Options{})
		expectProbe(t, p, 0, "", fmt.Sprintf("PORT=%d", s.Port))
		expectProbe(t, p, 1, "$PORT must be set to the port to listen on\n")
	}
}

// The probe asks for a file of a folder as for any route.
func TestProbeOfFolder(t *testing.T) {
	b := emitted.Build(t, fstest.MapFS{
		emitted.SpecName:  {Data: []byte(emitted.Request.Spec("", "routes:\n  - { path: /, dir: site }\n"))},
		"site/index.html": {Data: []byte("<title>a</title>")},
	})
	p := probeOf(t, b)
	expectProbe(t, p, 0, "", fmt.Sprintf("PORT=%d", b.Start(t, emitted.Options{}).Port))
}

// Other answers, and what is none, are unhealthy, within the probe's time.
func TestProbeOfOthers(t *testing.T) {
	t.Parallel()
	p := probeOf(t, emitted.BuildText(t, emitted.Request.Spec("", patient)))
	hasty := probeOf(t, emitted.BuildText(t, emitted.Request.Spec("", healthy)))
	for _, tt := range []struct {
		name, answer string
		status       int
		says         string
	}{
		{"ok", "HTTP/1.1 299 Fine\r\n\r\n", 0, ""},
		{"just enough", "HTTP/1.1 2", 0, ""},
		{"redirect", "HTTP/1.1 301 Moved\r\n\r\n", 1, notWell},
		{"unavailable", "HTTP/1.1 503 Busy\r\n\r\n", 1, notWell},
		{"two", "HTTP/1.12 200 OK\r\n\r\n", 1, notWell},
		{"old", "HTTP/1.0 200 OK\r\n\r\n", 1, noAnswer},
		{"cut", "HTTP/1.1 ", 1, noAnswer},
		{"other", "SSH-2.0-OpenSSH_9.2p1 2", 1, noAnswer},
		{"closed", "", 1, noAnswer},
		{"silent", "-", 1, noAnswer},
	} {
		t.Run(tt.name, func(t *testing.T) {
			port, p := serveOnce(t, tt.answer), p
			if tt.answer == "-" {
				p = hasty
			}
			start := time.Now()
			expectProbe(t, p, tt.status, tt.says, fmt.Sprintf("PORT=%d", port))
			if took := time.Since(start); tt.answer == "-" && took < 400*time.Millisecond {
				t.Errorf("it waited for %v only", took)
			}
		})
	}
}

// serveOnce takes one connection, reads the request and answers it; - is silence.
func serveOnce(t *testing.T, answer string) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-done })
	go func() {
		defer close(done)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		b := make([]byte, 1000)
		n, _ := c.Read(b)
		if want := "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"; string(b[:n]) != want {
			t.Errorf("the request is %q, want %q", b[:n], want)
		}
		if answer == "-" {
			_, _ = c.Read(b) // until the probe has given up
			return
		}
		_, _ = c.Write([]byte(answer))
	}()
	return l.Addr().(*net.TCPAddr).Port
}
