package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// A boot call that fails is named, with the errno and the address.
func TestBootFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	used := l.Addr().String()
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ listen, message string }{
		{used, "bind: EADDRINUSE on " + used},
		{"192.0.2.1:8080", "bind: EADDRNOTAVAIL on 192.0.2.1:8080"}, // TEST-NET-1, RFC 5737
		{"[2001:db8::1]:8080", "bind: EADDRNOTAVAIL on [2001:db8::1]:8080"},
		{"unix:" + folder + "/none/s", "bind: ENOENT on unix:" + folder + "/none/s"},
		{"unix:" + file + "/s", "bind: ENOTDIR on unix:" + file + "/s"},
		{"unix:" + file, "bind: EADDRINUSE on unix:" + file},
	} {
		t.Run(c.message, func(t *testing.T) {
			emitted.Each(t, emitted.Every(), func(t *testing.T, v emitted.Variant) {
				b := emitted.BuildText(t, v.Spec(fmt.Sprintf("listen: %q", c.listen), onePage))
				refuses(t, b, []string{}, c.message+"\n")
			})
		})
	}
}

// With the port from the environment, the message has that port.
func TestBootFailsAtPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	b := emitted.BuildText(t, emitted.Request.Spec("", onePage))
	refuses(t, b, []string{fmt.Sprintf("PORT=%d", port)}, fmt.Sprintf("bind: EADDRINUSE on 127.0.0.1:%d\n", port))
}

func TestBootFailsWithoutPermission(t *testing.T) {
	o := emitted.Options{Env: []string{}, Attr: syscall.SysProcAttr{Credential: nobody(t)}}
	b := emitted.BuildText(t, emitted.Request.Spec(`listen: "127.0.0.1:999"`, onePage))
	openTo(t, b.Path)
	want := emitted.Exit{Status: 1, Stderr: "bind: EACCES on 127.0.0.1:999\n"}
	if got := b.Run(t, o); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A limit of one open file leaves no descriptor for the socket.
func TestBootFailsWithoutDescriptors(t *testing.T) {
	b := emitted.BuildText(t, emitted.Request.Spec("", onePage))
	got := b.Run(t, emitted.Options{Port: 8080, Wrap: []string{"/bin/sh", "-c", `ulimit -n 3; exec "$0"`}})
	want := emitted.Exit{Status: 1, Stderr: "socket: EMFILE on 127.0.0.1:8080\n"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
