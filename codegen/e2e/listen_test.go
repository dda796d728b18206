package e2e

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

func TestUnixSocket(t *testing.T) {
	emitted.Each(t, emitted.Every(), func(t *testing.T, v emitted.Variant) {
		folder, err := os.MkdirTemp("", "v") // a socket's path has 107 bytes at most
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(folder) })
		path := filepath.Join(folder, "s")
		s := emitted.Start(t, v.Spec(fmt.Sprintf("listen: %q", "unix:"+path), onePage))
		checkUnix(t, s, path, "unix:"+path)
	})
}

// The file of a unix socket has the mode of the spec, whatever the umask is.
func TestSocketMode(t *testing.T) {
	for _, mode := range []os.FileMode{0o660, 0o600, 0o777} {
		for _, umask := range []string{"000", "077"} {
			emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
				path := filepath.Join(t.TempDir(), "s")
				settings := fmt.Sprintf("listen: %q\nmode: \"%04o\"", "unix:"+path, mode)
				b := emitted.BuildText(t, v.Spec(settings, onePage))
				s := b.Start(t, emitted.Options{Wrap: []string{"/bin/sh", "-c", "umask " + umask + `; exec "$0"`}})
				checkUnix(t, s, path, "unix:"+path)
				info, err := os.Stat(path)
				if err != nil {
					t.Fatal(err)
				}
				if got := info.Mode().Perm(); got != mode {
					t.Errorf("under the umask %s: %o, want %o", umask, got, mode)
				}
			})
		}
	}
}

func TestAbstractSocket(t *testing.T) {
	emitted.Each(t, emitted.Every(), func(t *testing.T, v emitted.Variant) {
		name := fmt.Sprintf("@verbosel-%d-%s", os.Getpid(), v)
		s := emitted.Start(t, v.Spec(fmt.Sprintf("listen: %q", "unix:"+name), onePage))
		checkUnix(t, s, name, "unix:"+name)
	})
}

func checkUnix(t *testing.T, s *emitted.Server, path, banner string) {
	t.Helper()
	if want := ">> server listening on " + banner + "\n"; s.Stdout() != want {
		t.Errorf("the banner is %q, want %q", s.Stdout(), want)
	}
	if got := askUnix(t, path, "GET / HTTP/1.0\r\n\r\n"); !hasStatus(got, 200) {
		t.Errorf("got %q", got)
	}
}

func askUnix(t *testing.T, path, text string) string {
	t.Helper()
	c := dialsUnix(t, path)()
	defer c.Close()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	return readAll(t, c)
}

func readAll(t *testing.T, c net.Conn) string {
	t.Helper()
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

// dialsUnix connects to a unix socket.
func dialsUnix(t *testing.T, path string) func() *net.UnixConn {
	return func() *net.UnixConn {
		t.Helper()
		c, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c.(*net.UnixConn)
	}
}

// Accepted unix sockets inherit no timeouts: the child sets them.
func TestUnixSocketTimeout(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		name := fmt.Sprintf("@verbosel-timeout-%d-%s", os.Getpid(), v)
		emitted.Start(t, v.Spec(shortLimits+"\n"+fmt.Sprintf("listen: %q", "unix:"+name), onePage))
		if got := askUnix(t, name, ""); got != "" {
			t.Errorf("a silent client was sent %q", got)
		}
		if got := readAll(t, sentWithin(t, shortLimit, dialsUnix(t, name), "GET")); !hasStatus(got, 408) {
			t.Errorf("got %q", got)
		}
	})
}

// [::] takes IPv4 clients too, [::1] does not.
func TestIPv6(t *testing.T) {
	needIPv6(t)
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec(`listen: "[::]:${PORT:-8080}"`, onePage))
		if want := fmt.Sprintf(">> server listening on :%d\n", s.Port); s.Stdout() != want {
			t.Errorf("the banner is %q, want %q", s.Stdout(), want)
		}
		for _, host := range []string{"127.0.0.1", "[::1]"} {
			got, err := ask(fmt.Sprintf("%s:%d", host, s.Port), get("/"))
			if err != nil || !hasStatus(got, 200) {
				t.Errorf("%s: %q, %v", host, got, err)
			}
		}
	})
	s := emitted.Start(t, emitted.Request.Spec(`listen: "[::1]:${PORT:-8080}"`, onePage))
	if want := fmt.Sprintf(">> server listening on [::1]:%d\n", s.Port); s.Stdout() != want {
		t.Errorf("the banner is %q, want %q", s.Stdout(), want)
	}
	if _, err := dialAddr(s.Addr); err == nil {
		t.Errorf("[::1] listens on %s", s.Addr)
	}
	if got, err := ask(fmt.Sprintf("[::1]:%d", s.Port), get("/")); err != nil || !hasStatus(got, 200) {
		t.Errorf("%q, %v", got, err)
	}
}

func needIPv6(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp6", "[::1]:0")
	if err == nil {
		l.Close()
		return
	}
	if testtool.InCI() {
		t.Fatalf("no IPv6 here, and CI=true: %v", err)
	}
	t.Skipf("no IPv6 here: %v", err)
}

// Every address is the default.
func TestAnyAddress(t *testing.T) {
	s := emitted.Start(t, emitted.Request.Spec(`listen: ":${PORT:-8080}"`, onePage))
	if want := fmt.Sprintf(">> server listening on :%d\n", s.Port); s.Stdout() != want {
		t.Errorf("the banner is %q, want %q", s.Stdout(), want)
	}
	for _, host := range []string{"127.0.0.1", "127.0.0.2"} {
		if got, err := ask(fmt.Sprintf("%s:%d", host, s.Port), get("/")); err != nil || !hasStatus(got, 200) {
			t.Errorf("%s: %q, %v", host, got, err)
		}
	}
}
