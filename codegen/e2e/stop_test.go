package e2e

import (
	"io"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// stopSignals tell a server to stop.
var stopSignals = []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT}

// download asks for the large file and reads its start, so that its child writes.
func download(t *testing.T, s *emitted.Server) *emitted.Conn {
	t.Helper()
	c := s.Dial(t)
	c.Send("GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	c.ReadN(1000)
	return c
}

// slowly reads what is left of a download, in pieces.
func slowly(t *testing.T, c *emitted.Conn) {
	t.Helper()
	n := 1000
	buf := make([]byte, 1<<20)
	for {
		got, err := io.ReadFull(c, buf)
		n += got
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		} else if err != nil {
			t.Fatalf("behind %d bytes: %v", n, err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	if n < largeSize {
		t.Errorf("the response is cut behind %d bytes of %d", n, largeSize)
	}
}

// awaitRefused waits until nobody listens.
func awaitRefused(t *testing.T, s *emitted.Server) {
	t.Helper()
	await(t, func() bool {
		c, err := dialAddr(s.Addr)
		if err == nil {
			c.Close()
		}
		return err != nil
	}, "the port still takes clients")
}

// awaitTaken waits until no signal is pending: a second one of the same kind would be the same one. The loop takes it
// right behind the listener's close, where it may be held in between (seen once, on a busy machine).
func awaitTaken(t *testing.T, pid int) {
	t.Helper()
	await(t, func() bool { return strings.Trim(statusField(t, pid, "ShdPnd"), "0") == "" }, "a signal is pending")
}

// checkStops lets a server finish a response behind a signal.
func checkStops(t *testing.T, s *emitted.Server, tell func()) {
	t.Helper()
	c := download(t, s)
	tell()
	awaitRefused(t, s)
	if !s.Alive() {
		t.Fatal("the server did not wait for its child")
	}
	slowly(t, c)
	if status, err := s.Wait(); status != 0 || err != nil {
		t.Errorf("status %d, %v", status, err)
	}
}

// A server that is told to stop takes no more clients, finishes what it sends, and exits 0.
func TestStopFinishesResponses(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		b := large(t, v, "")
		for _, sig := range stopSignals {
			s := b.Start(t, emitted.Options{})
			checkStops(t, s, func() { s.Signal(sig) })
			s.Kill()
		}
	})
}

// So it is where the signal goes to the children as well, as that of Ctrl-C does, and of
// systemd: what one sends is finished.
func TestStopOfGroupFinishesResponses(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		b := large(t, v, "")
		for _, sig := range stopSignals {
			s := b.Start(t, emitted.Options{})
			checkStops(t, s, func() {
				if err := syscall.Kill(-s.PID, sig); err != nil {
					t.Fatal(err)
				}
			})
			s.Kill()
		}
	})
}

// A second signal, of any of them, ends the server at once.
func TestSecondSignalEndsServer(t *testing.T) {
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		b := large(t, v, "")
		for i, sig := range stopSignals {
			s := b.Start(t, emitted.Options{})
			download(t, s)
			s.Signal(sig)
			awaitRefused(t, s)
			if !s.Alive() {
				t.Fatal("the server did not wait for its child")
			}
			awaitTaken(t, s.PID)
			s.Signal(stopSignals[(i*i)%3]) // twice the same one, twice another one
			if status, err := s.Wait(); status != 0 || err != nil {
				t.Errorf("%v: status %d, %v", sig, status, err)
			}
			s.Kill()
		}
	})
}

// inContainer starts a server as process 1 of a namespace; pid is its number outside.
func inContainer(t *testing.T, b *emitted.Binary) (s *emitted.Server, pid int) {
	t.Helper()
	unshare := testtool.Need(t, "unshare")
	needRoot(t)
	s = b.Start(t, emitted.Options{Wrap: []string{unshare, "--pid", "--fork", "--kill-child"}})
	inside := children(t, s.PID)
	if len(inside) != 1 {
		t.Fatalf("unshare has the children %v", inside)
	}
	return s, inside[0]
}

// As process 1 the server must wait: the kernel kills what it leaves behind.
func TestStopOfContainerFinishesResponses(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		b := large(t, v, "")
		for _, sig := range stopSignals {
			s, pid := inContainer(t, b)
			checkStops(t, s, func() {
				if err := kill(pid, sig); err != nil {
					t.Fatal(err)
				}
			})
			s.Kill()
		}
	})
}

// A second signal ends process 1 too.
func TestSecondSignalEndsContainer(t *testing.T) {
	t.Parallel()
	b := large(t, emitted.Request, "")
	s, pid := inContainer(t, b)
	download(t, s)
	for range 2 {
		if err := kill(pid, syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		awaitRefused(t, s)
	}
	if status, err := s.Wait(); status != 0 || err != nil {
		t.Errorf("status %d, %v", status, err)
	}
	s.Kill()
}

// Where no descriptor is to be had for a client, the server waits, and does not burn the
// processor; once there is one it goes on.
func TestNoDescriptorForClient(t *testing.T) {
	t.Parallel()
	prlimit := testtool.Need(t, "prlimit")
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec("", onePage))
		run := func(limit string) {
			t.Helper()
			cmd := exec.Command(prlimit, "--pid", strconv.Itoa(s.PID), "--nofile="+limit)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("prlimit: %v: %s", err, out)
			}
		}
		run("4:1000") // 0 to 2, and the listener
		c := s.Dial(t)
		c.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		before := ticks(t, s.PID)
		time.Sleep(time.Second)
		if spent := ticks(t, s.PID) - before; spent > 10 {
			t.Errorf("%d ticks of processor time in a second of 100, without a descriptor", spent)
		}
		run("1000:1000")
		if got := c.ReadAll(); !hasStatus(got, 200) {
			t.Errorf("got %q", got)
		}
	})
}

// ticks is the processor time of a process, user and system, in units of 10 ms: proc(5).
func ticks(t *testing.T, pid int) int {
	t.Helper()
	_, rest, _ := strings.Cut(procFile(t, pid, "stat"), ") ")
	fields := strings.Fields(rest)
	sum := 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	return sum
}
