package e2e

import (
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

const (
	sigint  = syscall.SIGINT
	sigterm = syscall.SIGTERM
	sigkill = syscall.SIGKILL
)

// kill sends a signal to one process.
func kill(pid int, sig syscall.Signal) error { return syscall.Kill(pid, sig) }

func dialAddr(addr string) (net.Conn, error) { return net.Dial("tcp", addr) }

func TestSignalsEndServer(t *testing.T) {
	for _, sig := range []syscall.Signal{sigint, sigterm} {
		emitted.Each(t, emitted.Every(), func(t *testing.T, v emitted.Variant) {
			s := emitted.Start(t, v.Spec("", onePage))
			s.Signal(sig)
			if status, err := s.Wait(); status != 0 || err != nil {
				t.Errorf("%v: status %d, %v", sig, status, err)
			}
			s.Kill()
		})
	}
}

// Ctrl-C reaches the whole group: the parent and every child end.
func TestInterruptEndsGroup(t *testing.T) {
	emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec("", onePage))
		clients := []*emitted.Conn{s.Dial(t), s.Dial(t), s.Dial(t)}
		awaitChildren(t, s.PID, len(clients))
		if err := syscall.Kill(-s.PID, sigint); err != nil {
			t.Fatal(err)
		}
		if status, err := s.Wait(); status != 0 || err != nil {
			t.Errorf("status %d, %v", status, err)
		}
		for _, c := range clients {
			if got := c.ReadAll(); got != "" {
				t.Errorf("a silent client was sent %q", got)
			}
		}
		s.Kill()
	})
}

// A process 1 ignores every signal that it does not handle; kill -TERM is how a
// container is stopped.
func TestProcessOneEnds(t *testing.T) {
	s, pid := inContainer(t, emitted.BuildText(t, emitted.Request.Spec("", onePage)))
	if ids := statusField(t, pid, "NSpid"); !strings.HasSuffix(ids, "\t1") {
		t.Fatalf("the server is process %q of its namespace", ids)
	}
	if got := s.Ask(t, get("/")); !hasStatus(got, 200) {
		t.Errorf("got %q", got)
	}
	if err := syscall.Kill(pid, sigterm); err != nil {
		t.Fatal(err)
	}
	if status, err := s.Wait(); status != 0 || err != nil {
		t.Errorf("status %d, %v", status, err)
	}
	s.Kill()
}

// Signals that others may send do no harm: a child's end, and a client that is gone.
func TestHarmlessSignals(t *testing.T) {
	s := emitted.Start(t, emitted.Request.Spec("", onePage))
	for range 100 {
		s.Signal(syscall.SIGCHLD)
		s.Signal(syscall.SIGPIPE)
	}
	s.Signal(syscall.SIGSTOP)
	c := s.Dial(t)
	s.Signal(syscall.SIGCONT)
	c.Send(get("/"))
	if got := c.ReadAll(); !hasStatus(got, 200) {
		t.Errorf("got %q", got)
	}
}

// A child that is stopped and continued while it reads goes on (EINTR).
func TestStoppedChildGoesOn(t *testing.T) {
	emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec("", onePage))
		c := s.Dial(t)
		awaitChildren(t, s.PID, 1)
		c.Send("GET / HTTP/1.1\r\nHo")
		c.AwaitRead()
		child := children(t, s.PID)[0]
		for _, sig := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGCONT} {
			if err := syscall.Kill(child, sig); err != nil {
				t.Fatal(err)
			}
		}
		c.Send("st: h\r\nConnection: close\r\n\r\n")
		if got := c.ReadAll(); !hasStatus(got, 200) {
			t.Errorf("got %q", got)
		}
	})
}

// children are the processes that a process has forked and that have not ended.
func children(t *testing.T, pid int) []int {
	t.Helper()
	id := strconv.Itoa(pid)
	text, err := os.ReadFile("/proc/" + id + "/task/" + id + "/children")
	if err != nil {
		t.Fatal(err)
	}
	var list []int
	for _, field := range strings.Fields(string(text)) {
		child, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, child)
	}
	return list
}

// awaitChildren waits until a process has n children.
func awaitChildren(t *testing.T, pid, n int) {
	t.Helper()
	await(t, func() bool { return len(children(t, pid)) == n }, "%d children, want %d", len(children(t, pid)), n)
}

// awaitAlone waits until a server has no socket but its listener: its clients have processes of their own, or are gone. The loop
// has begun to answer before it makes one.
func awaitAlone(t *testing.T, pid int) {
	t.Helper()
	await(t, func() bool { return sockets(t, pid) == 1 }, "%d sockets", sockets(t, pid))
}
