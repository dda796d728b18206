package e2e

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// has says whether a process has a descriptor.
func has(t *testing.T, pid, descriptor int) bool {
	t.Helper()
	_, err := os.Lstat(fmt.Sprintf("/proc/%d/fd/%d", pid, descriptor))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return err == nil
}

// arrived waits until the other end's kernel has all that was sent (tcp(7), SIOCOUTQ), or the client was answered and
// has closed the connection.
func arrived(t *testing.T, c *net.TCPConn) {
	t.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	await(t, func() bool {
		var unsent int32
		errno := syscall.EINVAL
		err := raw.Control(func(fd uintptr) {
			_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCOUTQ, uintptr(unsafe.Pointer(&unsent)))
		})
		if errors.Is(err, net.ErrClosed) {
			return true
		}
		if err != nil || errno != 0 {
			t.Fatalf("SIOCOUTQ: %v, %v", err, errno)
		}
		return unsent == 0
	}, "what was sent has not arrived")
	runtime.KeepAlive(c)
}

// A server that is told to stop answers who is there: who has sent a request on a kept connection, or several,
// who waits to be accepted, and, by a child, who has sent a part of one, or was accepted and has not asked yet. All
// that is while the server is held, so that none of it was read before.
func TestLoopStopAnswersWhoIsThere(t *testing.T) {
	t.Parallel()
	b := loopSite(t, "")
	for _, sig := range stopSignals {
		s := b.Start(t, emitted.Options{})
		own := descriptors(t, s.PID)
		var all []*emitted.Conn
		for range 100 {
			c := s.Dial(t)
			asksAgain(t, c)
			all = append(all, c)
		}
		silent, late := s.Dial(t), s.Dial(t)
		asksAgain(t, silent)
		await(t, func() bool { return descriptors(t, s.PID) == own+len(all)+2 }, "not all are accepted")
		s.Signal(syscall.SIGSTOP)
		for range 100 { // the backlog is 128
			all = append(all, s.Dial(t))
		}
		part := s.Dial(t)
		part.Send("GET / HT")
		for i, c := range all {
			c.Send(get("/"))
			if i%10 == 0 {
				c.Send(get("/"))
			}
		}
		for _, c := range append(all, part) {
			arrived(t, c.TCPConn)
		}
		s.Signal(sig)
		s.Signal(syscall.SIGCONT)
		for i, c := range all {
			if got := c.ReadN(pageLength); !hasStatus(got, 200) {
				t.Fatalf("%v: client %d got %q", sig, i, got)
			}
			if i%10 == 0 {
				if got := c.ReadN(pageLength); !hasStatus(got, 200) {
					t.Errorf("%v: client %d got %q for its second request", sig, i, got)
				}
			}
			if n, err := c.Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("%v: client %d read %d bytes more, %v", sig, i, n, err)
			}
		}
		if got := silent.ReadAll(); got != "" {
			t.Errorf("got %q", got)
		}
		part.Send("TP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		if got := part.ReadAll(); !hasStatus(got, 200) {
			t.Errorf("got %q", got)
		}
		late.Send(get("/"))
		if got := late.ReadN(pageLength); !hasStatus(got, 200) {
			t.Errorf("got %q", got)
		}
		late.Close()
		if status, err := s.Wait(); status != 0 || err != nil {
			t.Errorf("%v: status %d, %v", sig, status, err)
		}
		s.Kill()
	}
}

// A listener that was handed over is let go of at once: who waits there is the next server's. No signal ends a child
// then, which a socket unit sends to all.
func TestLoopStopLeavesSocket(t *testing.T) {
	t.Parallel()
	l := launch(t, loopSite(t, "listen: systemd"), "127.0.0.1:0")
	server := l.command(io.Discard)
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: sigkill}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "GET /large HT"); err != nil {
		t.Fatal(err)
	}
	awaitChildren(t, server.Process.Pid, 1)
	if err := syscall.Kill(-server.Process.Pid, sigterm); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return !has(t, server.Process.Pid, 3) }, "it has the listener")
	waits := l.asks(t)
	if _, err := io.WriteString(c, "TP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(c); err != nil || !hasStatus(string(got), 200) || len(got) < largeSize {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if err := server.Wait(); err != nil {
		t.Error(err)
	}
	next := l.start(t)
	page := make([]byte, pageLength)
	if _, err := io.ReadFull(waits, page); err != nil || !hasStatus(string(page), 200) {
		t.Errorf("got %q, %v", page, err)
	}
	waits.Close()
	if err := next.Process.Signal(sigterm); err != nil {
		t.Fatal(err)
	}
	if err := next.Wait(); err != nil {
		t.Error(err)
	}
}

// Under load no request is lost that was there when the server was told to stop: each was answered, or is. It
// is held before, until each client has asked, so that there are more than it hears of at a time.
func TestLoopStopLosesNone(t *testing.T) {
	const clients = 120 // any of them may wait to be accepted; the backlog is 128
	for _, sig := range stopSignals {
		s := loopSite(t, "limits: { requests: 1000000 }").Start(t, emitted.Options{})
		var gate sync.RWMutex // who has it for writing knows that nobody is about to send
		var open sync.Map     // *net.TCPConn that have sent, and were not answered yet
		var answers, asked atomic.Int64
		var wg sync.WaitGroup
		stopping := false
		send := func(c *net.TCPConn) (*net.TCPConn, bool) {
			gate.RLock()
			defer gate.RUnlock()
			if stopping {
				return c, false
			}
			if c == nil {
				d, err := net.Dial("tcp", s.Addr)
				if err != nil {
					t.Error(err)
					return nil, false
				}
				c = d.(*net.TCPConn)
				_ = c.SetDeadline(time.Now().Add(time.Minute))
			}
			open.Store(c, true)
			asked.Add(1)
			if _, err := io.WriteString(c, get("/")); err != nil {
				t.Error(err)
			}
			return c, true
		}
		for i := range clients {
			wg.Go(func() {
				var c *net.TCPConn
				for sent := true; ; answers.Add(1) {
					if c, sent = send(c); !sent {
						break
					}
					n, err := io.ReadFull(c, make([]byte, pageLength))
					asked.Add(-1)
					if err != nil {
						t.Errorf("%v: lost: %d bytes, %v", sig, n, err)
						break
					}
					open.Delete(c)
					if i%2 == 0 {
						c.Close()
						c = nil
					}
				}
				if c != nil {
					c.Close()
				}
			})
		}
		await(t, func() bool { return answers.Load() > 1000 }, "the clients are not answered")
		s.Signal(syscall.SIGSTOP)
		await(t, func() bool { return asked.Load() == clients }, "the clients do not ask")
		gate.Lock()
		stopping = true
		open.Range(func(c, _ any) bool {
			arrived(t, c.(*net.TCPConn))
			return true
		})
		s.Signal(sig)
		s.Signal(syscall.SIGCONT)
		gate.Unlock()
		wg.Wait()
		if status, err := s.Wait(); status != 0 || err != nil {
			t.Errorf("%v: status %d, %v", sig, status, err)
		}
		s.Kill()
	}
}
