package e2e

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// launcher holds a socket and starts servers for it, as systemd does for a socket unit.
type launcher struct {
	binary *emitted.Binary
	socket *os.File
	addr   string
}

func launch(t *testing.T, b *emitted.Binary, addr string) *launcher {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	return &launcher{b, socket, l.Addr().String()}
}

// start starts a server with descriptor 3, whose LISTEN_PID the shell sets that becomes it, and
// waits until it says that it listens: a signal before that would find no handler.
func (l *launcher) start(t *testing.T) *exec.Cmd {
	t.Helper()
	server := l.command(io.Discard)
	out, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if banner, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the server says %q: %v", banner, err)
	}
	return server
}

func (l *launcher) command(stderr io.Writer) *exec.Cmd {
	server := exec.Command("sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$0"`, l.binary.Path)
	server.ExtraFiles, server.Stderr = []*os.File{l.socket}, stderr
	return server
}

// No request is lost where a server is stopped and another one started under load, ten times:
// clients wait in the socket meanwhile. A server that is stopped while it has accepted a client,
// and has no process for it yet, lost that one, before the signals that stop it were blocked.
func TestActivationLosesNothing(t *testing.T) {
	testtool.Long(t, "10,000 requests, three times")
	const requests, restarts, clients = 10_000, 10, 8
	for isolation, build := range map[string]func(testing.TB, string) *emitted.Binary{
		"request": emitted.BuildText, "connection": emitted.BuildText, "proof": emitted.BuildUnprovedText,
	} {
		t.Run(isolation, func(t *testing.T) {
			l := launch(t, build(t, "server: { listen: systemd, isolation: "+isolation+" }\n"+onePage), "127.0.0.1:0")
			var sent, failed atomic.Int64
			var all sync.WaitGroup
			for range clients {
				all.Add(1)
				go func() {
					defer all.Done()
					for sent.Add(1) <= requests {
						if err := askOnce(l.addr); err != nil {
							failed.Add(1)
							t.Log(err)
						}
					}
				}()
			}
			server := l.start(t)
			for i := range restarts {
				for sent.Load() < int64((i+1)*requests/(restarts+1)) {
					time.Sleep(time.Millisecond)
				}
				stopped(t, server)
				server = l.start(t)
			}
			all.Wait()
			stopped(t, server)
			if n := failed.Load(); n > 0 {
				t.Errorf("%d of %d requests were lost in %d restarts", n, requests, restarts)
			}
		})
	}
}

// A server that is told to stop does so where clients wait too, and leaves them to the next one. The
// signal is there before its first look at them: it was blocked, and sent, before the server was
// executed. When the server waited for clients alone, all that were there came first: under load the
// kernel delivered no signal for two seconds.
func TestActivationStopsUnderLoad(t *testing.T) {
	blocking := testtool.Need(t, "env")
	const waiting = 50
	for isolation, build := range map[string]func(testing.TB, string) *emitted.Binary{
		"request": emitted.BuildText, "connection": emitted.BuildText, "proof": emitted.BuildUnprovedText,
	} {
		t.Run(isolation, func(t *testing.T) {
			l := launch(t, build(t, "server: { listen: systemd, isolation: "+isolation+" }\n"+onePage), "127.0.0.1:0")
			clients := make([]net.Conn, waiting)
			for i := range clients {
				clients[i] = l.asks(t)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			server := exec.CommandContext(ctx, blocking, "--block-signal=TERM", "sh", "-c", `kill -TERM $$; LISTEN_PID=$$ LISTEN_FDS=1 exec "$0"`, l.binary.Path)
			server.ExtraFiles = []*os.File{l.socket}
			if err := server.Run(); err != nil {
				t.Fatalf("stopped, the server ended with %v", err)
			}
			if n := heard(t, clients, time.Millisecond); n != 0 {
				t.Errorf("%d of %d clients were answered by the server that had to stop", n, waiting)
			}
			next := l.start(t)
			if n := heard(t, clients, 20*time.Second); n != waiting {
				t.Errorf("%d of %d clients were answered by the next server", n, waiting)
			}
			for _, c := range clients {
				c.Close()
			}
			stopped(t, next)
		})
	}
}

// asks is a client that has sent a request, be it accepted or not.
func (l *launcher) asks(t *testing.T) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, get("/")); err != nil {
		t.Fatal(err)
	}
	return c
}

// heard counts the clients that something comes for within a time each.
func heard(t *testing.T, clients []net.Conn, within time.Duration) (n int) {
	t.Helper()
	for _, c := range clients {
		if err := c.SetReadDeadline(time.Now().Add(within)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 1)); err == nil {
			n++
		}
	}
	return n
}

// stopped stops a server, which has to exit with status 0.
func stopped(t *testing.T, server *exec.Cmd) {
	t.Helper()
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("stopped, the server ended with %v", err)
	}
}

// askOnce asks for the page on a connection of its own.
func askOnce(addr string) error {
	c, err := net.DialTimeout("tcp", addr, 20*time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"); err != nil {
		return err
	}
	got, err := io.ReadAll(c)
	if err != nil || !strings.HasPrefix(string(got), "HTTP/1.1 200 OK\r\n") || !strings.HasSuffix(string(got), "\r\n\r\nroot\n") {
		return fmt.Errorf("got %q, %v", got, err)
	}
	return nil
}

// systemd's own launcher starts the server with the first client, on IPv4, on IPv6, and with a
// log, whose addresses are of the family that the socket turns out to have.
func TestSystemdSocketActivate(t *testing.T) {
	activate := testtool.Need(t, "systemd-socket-activate")
	for host, client := range map[string]string{"127.0.0.1": "127.0.0.1", "[::1]": "0000:0000:0000:0000:0000:0000:0000:0001"} {
		b := emitted.BuildText(t, "server: { listen: systemd, access_log: common }\n"+onePage)
		addr := fmt.Sprintf("%s:%d", host, emitted.FreePort(t))
		server := exec.Command(activate, "--listen="+addr, b.Path)
		var out strings.Builder
		server.Stdout, server.Stderr = &out, io.Discard
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		awaitAnswer(t, addr)
		stopped(t, server)
		if !strings.HasPrefix(out.String(), client+" - - [") || !strings.Contains(out.String(), `"GET / HTTP/1.1" 200 5`) {
			t.Errorf("%s: the log is %q", addr, out.String())
		}
	}
}

// awaitAnswer asks until there is an answer.
func awaitAnswer(t *testing.T, addr string) {
	t.Helper()
	var err error
	for range 100 {
		if err = askOnce(addr); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal(err)
}

// What is handed over to another process, or not at all, or more than one socket, or none of TCP,
// is said, and the server exits with status 1.
func TestActivationRefuses(t *testing.T) {
	b := emitted.BuildText(t, "server: { listen: systemd }\n"+onePage)
	const nothing = "$LISTEN_PID and $LISTEN_FDS hand this process no socket over: start it by a socket unit of systemd, or by systemd-socket-activate\n"
	for _, tt := range []struct{ env, want string }{
		{"", nothing},
		{"LISTEN_FDS=1", nothing},
		{"LISTEN_PID=$$", nothing},
		{"LISTEN_FDS=1 LISTEN_PID=1", nothing},
		{"LISTEN_FDS=1 LISTEN_PID=", nothing},
		{"LISTEN_FDS=1 LISTEN_PID=0$$x", nothing},
		{"LISTEN_FDS=1 LISTEN_PID=123456789", nothing},
		{"LISTEN_FDS=1 LISTEN_PID=-1", nothing},
		{"LISTEN_FDS=2 LISTEN_PID=$$", "$LISTEN_FDS must be 1: the socket unit has one ListenStream\n"},
		{"LISTEN_FDS=10 LISTEN_PID=$$", "$LISTEN_FDS must be 1: the socket unit has one ListenStream\n"},
		{"LISTEN_FDS= LISTEN_PID=$$", "$LISTEN_FDS must be 1: the socket unit has one ListenStream\n"},
		{"LISTEN_FDS=1 LISTEN_PID=$$", "setsockopt: EBADF on the socket of systemd\n"},
	} {
		var said strings.Builder
		server := exec.Command("sh", "-c", "exec 3>&-; "+tt.env+` exec "$0"`, b.Path)
		server.Env, server.Stderr = []string{}, &said
		err := server.Run()
		if status := server.ProcessState.ExitCode(); status != 1 || said.String() != tt.want {
			t.Errorf("%s: status %d, %v, says %q, want %q", tt.env, status, err, said.String(), tt.want)
		}
	}
	unix, err := net.Listen("unix", t.TempDir()+"/s")
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close()
	socket, err := unix.(*net.UnixListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	var said strings.Builder
	server := (&launcher{b, socket, ""}).command(&said)
	err = server.Run()
	if err == nil || said.String() != "setsockopt: EOPNOTSUPP on the socket of systemd\n" {
		t.Errorf("a unix socket: %v, %q", err, said.String())
	}
}

// A server that shares its port takes over from an old one: both listen at once, and when the old
// one is stopped the new one answers. Without reuse_port the second one does not start.
func TestReusePort(t *testing.T) {
	shared := emitted.BuildText(t, "server: { listen: { address: \"127.0.0.1:${PORT:-8080}\", reuse_port: true } }\n"+onePage)
	first := shared.Start(t, emitted.Options{})
	second := shared.Start(t, emitted.Options{Port: first.Port})
	if got := second.Ask(t, get("/")); !hasStatus(got, 200) {
		t.Errorf("with two servers: %q", got)
	}
	first.Signal(sigterm)
	if status, err := first.Wait(); status != 0 || err != nil {
		t.Errorf("stopped, the first server exited with status %d, %v", status, err)
	}
	first.Kill()
	for range 100 {
		if got := second.Ask(t, get("/")); !hasStatus(got, 200) {
			t.Fatalf("the second server answers %q", got)
		}
	}
	alone := emitted.BuildText(t, "server: { listen: \"127.0.0.1:${PORT:-8080}\" }\n"+onePage)
	cmd := exec.Command(alone.Path)
	cmd.Env = append(os.Environ(), fmt.Sprintf("PORT=%d", second.Port))
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "bind: EADDRINUSE") {
		t.Errorf("without reuse_port: %v, %s", err, out)
	}
}

// A client that the parent has accepted, and has no process for yet, is not lost where the server
// is stopped then: the signal waits. strace holds the parent up before its fork.
func TestActivationKeepsAcceptedClient(t *testing.T) {
	t.Parallel()
	strace := testtool.Need(t, "strace")
	l := launch(t, emitted.BuildText(t, "server: { listen: systemd }\n"+onePage), "127.0.0.1:0")
	server := exec.Command(strace, "-qq", "-f", "-e", "trace=fork", "-e", "inject=fork:delay_enter=500000",
		"sh", "-c", `echo $$; LISTEN_PID=$$ LISTEN_FDS=1 exec "$0"`, l.binary.Path)
	server.ExtraFiles = []*os.File{l.socket}
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	lines := bufio.NewReader(out)
	if _, err := fmt.Fscanln(lines, &pid); err != nil {
		t.Fatal(err)
	}
	if banner, err := lines.ReadString('\n'); err != nil {
		t.Fatal(banner, err)
	}
	own, answer := descriptors(t, pid), make(chan error)
	go func() { answer <- askOnce(l.addr) }()
	await(t, func() bool { return descriptors(t, pid) > own }, "the client is not accepted") // and the parent is held up
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := <-answer; err != nil {
		t.Errorf("the client that was accepted: %v", err)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("stopped, the server ended with %v", err)
	}
}

// The loop makes its listener one that does not wait, and workers share it, each of which has clients.
func TestActivationDoesNotWait(t *testing.T) {
	t.Parallel()
	for _, more := range []string{"", ", workers: 2"} {
		l := launch(t, emitted.BuildUnprovedText(t, "server: { isolation: proof, listen: systemd"+more+" }\n"+onePage), "127.0.0.1:0")
		server := l.start(t)
		if workers := children(t, server.Process.Pid); more != "" {
			awaitWorkersOf(t, server.Process.Pid, 2)
		} else if len(workers) != 0 {
			t.Errorf("%d children", len(workers))
		}
		if waits(t, l.socket) {
			t.Errorf("%q: accept4 waits", more)
		}
		var clients []net.Conn
		answered := 0
		idle := func() bool { // a worker that has no client yet
			return slices.ContainsFunc(children(t, server.Process.Pid), func(w int) bool { return sockets(t, w) == 1 })
		}
		for len(clients) < 32 || idle() && len(clients) < 1000 {
			if clients = append(clients, l.asks(t)); len(clients) < 32 {
				continue
			}
			if n := heard(t, clients[answered:], 20*time.Second); n != len(clients)-answered {
				t.Fatalf("%q: %d of %d clients were answered", more, n, len(clients)-answered)
			}
			answered = len(clients)
		}
		if idle() {
			t.Errorf("a worker has none of %d clients", len(clients))
		}
		stopped(t, server)
	}
}

// waits says whether a call waits on a file. os.File.Fd would have it wait.
func waits(t *testing.T, f *os.File) bool {
	t.Helper()
	conn, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var flags uintptr
	var errno syscall.Errno
	if err := conn.Control(func(fd uintptr) { flags, _, errno = syscall.Syscall(syscall.SYS_FCNTL, fd, syscall.F_GETFL, 0) }); err != nil || errno != 0 {
		t.Fatal(err, errno)
	}
	return flags&syscall.O_NONBLOCK == 0
}
