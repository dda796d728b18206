package e2e

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// A client of the loop that is silent ends behind timeouts.idle, whether or not others keep the loop busy; one
// that is heard does not, and none of them costs a process. That it ends before twice that, a machine that stands
// still cannot tell: TestLoopSweeps of package verify does, with a clock of its own.
func TestLoopSilentClients(t *testing.T) {
	t.Parallel()
	const idle = 2 * time.Second
	for name, between := range map[string]time.Duration{"busy": time.Millisecond, "at times": idle / 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := loopSite(t, "timeouts: { idle: "+idle.String()+" }\nlimits: { requests: 1000000 }").Start(t, emitted.Options{})
			var silent []*emitted.Conn
			var began []time.Time
			for i := range 20 {
				silent, began = append(silent, s.Dial(t)), append(began, time.Now()) // it is heard then or later
				if i%2 == 0 {
					asksAgain(t, silent[i])
				}
				time.Sleep(idle / 20)
			}
			var heard sync.WaitGroup
			ended := make(chan struct{})
			heard.Go(func() { keepAsking(t, s, idle, between, ended) })
			for i, c := range silent {
				if got := c.ReadAll(); got != "" {
					t.Errorf("a silent client was sent %q", got)
				}
				if after := time.Since(began[i]); after < idle-10*time.Millisecond {
					t.Errorf("client %d ended after %v", i, after)
				}
			}
			if n := len(children(t, s.PID)); n != 0 {
				t.Errorf("%d processes", n)
			}
			close(ended)
			heard.Wait()
		})
	}
}

// TestLoopChildIsPatient: who is handed over has timeouts.head for the rest of a request, and timeouts.idle for the next one.
func TestLoopChildIsPatient(t *testing.T) {
	t.Parallel()
	const head, idle = time.Second, 3 * time.Second
	s := loopSite(t, "timeouts: { head: "+head.String()+", idle: "+idle.String()+" }").Start(t, emitted.Options{})
	slow := s.Dial(t)
	slow.Send(get("/large"))
	await(t, func() bool { return len(children(t, s.PID)) == 1 }, "who does not read has no child")
	began := time.Now() // it reads: its response ends later
	slow.ReadN(largeSize)
	late := s.Dial(t)
	late.Send(get("/") + "GET")
	if got := late.ReadN(pageLength); !hasStatus(got, 200) {
		t.Errorf("got %q", got)
	}
	if got := late.ReadAll(); !hasStatus(got, 408) {
		t.Errorf("who was late is sent %q", got)
	}
	slow.ReadAll()
	if after := time.Since(began); after < idle-10*time.Millisecond {
		t.Errorf("who was silent between requests is gone after %v", after)
	}
}

// keepAsking asks on a connection, with a pause between, until told to end, and for twice the idle time at least. A
// server may end the connection where the client came so late that it was silent for the idle time: then it is another
// one.
func keepAsking(t *testing.T, s *emitted.Server, idle, between time.Duration, ended <-chan struct{}) {
	c, err := dialAddr(s.Addr)
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	began := time.Now()
	for last := began; ; time.Sleep(between) {
		asked := time.Now()
		_, err := io.WriteString(c, get("/"))
		if err == nil {
			_, err = io.ReadFull(c, make([]byte, pageLength))
		}
		if err != nil && time.Since(last) >= idle {
			keepAsking(t, s, idle, between, ended)
			return
		}
		if err != nil {
			t.Errorf("the client that was heard: %v", err)
			return
		}
		last = asked
		select {
		case <-ended:
			if time.Since(began) > 2*idle {
				return
			}
		default:
		}
	}
}

// openFiles sets the number of descriptors that a server may have.
func openFiles(t *testing.T, s *emitted.Server, limit string) {
	t.Helper()
	cmd := exec.Command(testtool.Need(t, "prlimit"), "--pid", strconv.Itoa(s.PID), "--nofile="+limit)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("prlimit: %v: %s", err, out)
	}
}

// restsFor demands that a server spends no time in a second.
func rests(t *testing.T, s *emitted.Server) {
	t.Helper()
	before := ticks(t, s.PID)
	time.Sleep(time.Second)
	if spent := ticks(t, s.PID) - before; spent > 10 {
		t.Errorf("%d ticks of processor time in a second of 100", spent)
	}
}

// A client of TCP that has sent nothing yet is not accepted, for a second: the kernel has it among those that are about to
// connect, though it has connected. On a machine that stands still for so long the next one is asked.
func TestLoopDefersAccept(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "").Start(t, emitted.Options{})
	const aboutToConnect = "03" // TCP_SYN_RECV
	await(t, func() bool {
		c := s.Dial(t)
		defer c.Close()
		ends := fmt.Sprintf("0100007F:%04X 0100007F:%04X ", s.Port, c.LocalAddr().(*net.TCPAddr).Port)
		_, state, found := strings.Cut(procFile(t, s.PID, "net/tcp"), ends)
		if !found || !strings.HasPrefix(state, aboutToConnect) {
			return false
		}
		asksAgain(t, c)
		return true
	}, "who is silent is accepted at once")
}

// Clients beyond limits.connections wait in the backlog, without costing time, until others leave; then
// each is served. Where the last number of a client's is open from the start, one is lost, and no other one.
func TestLoopBeyondConnections(t *testing.T) {
	b := loopSite(t, "timeouts: { idle: 60s, head: 60s }\nlimits: { connections: 64 }")
	t.Run("last is free", func(t *testing.T) { checkBeyond(t, b.Start(t, emitted.Options{}), 0) })
	t.Run("last is open", func(t *testing.T) {
		wrap := []string{testtool.Need(t, "bash"), "-c", `ulimit -n 4096; exec 63</dev/null; exec "$0"`}
		checkBeyond(t, b.Start(t, emitted.Options{Wrap: wrap}), 1)
	})
}

// checkBeyond has more clients than a server may have, of which so many may be lost.
func checkBeyond(t *testing.T, s *emitted.Server, lost int) {
	t.Helper()
	const clients, limit = 150, 64
	openFiles(t, s, "4096:4096")
	own := below(t, s.PID, limit)
	var all []*emitted.Conn
	for range clients {
		c := s.Dial(t)
		c.Send(get("/"))
		all = append(all, c)
	}
	served := limit - own
	for _, c := range all[:served] {
		if got := c.ReadN(pageLength); !hasStatus(got, 200) {
			t.Fatalf("got %q", got)
		}
	}
	await(t, func() bool { return below(t, s.PID, limit) == limit }, "it has not as many clients as it may")
	rests(t, s)
	for i, c := range all[served:] {
		all[i].Close()
		page := make([]byte, pageLength)
		if _, err := io.ReadFull(c, page); err != nil {
			lost--
		} else if !hasStatus(string(page), 200) {
			t.Errorf("got %q", page)
		}
	}
	if lost < 0 {
		t.Errorf("%d clients more than may be lost", -lost)
	}
	for _, c := range all {
		c.Close()
	}
	await(t, func() bool { return below(t, s.PID, limit) == own }, "descriptors are left over")
}

// TestLoopHighNumbers: where limits.connections is so large that zeros are stored in rounds of several, the last two numbers
// are clients' like others, with requests that are counted; who would have the next one waits.
func TestLoopHighNumbers(t *testing.T) {
	t.Parallel()
	const fill = `ulimit -n 6000; for ((i = 3; i < 4995; i++)); do eval "exec $i</dev/null"; done; exec "$0"` // the server itself has three
	b := loopSite(t, "timeouts: { idle: 60s, head: 60s }\nlimits: { connections: 5000, requests: 2 }")
	s := b.Start(t, emitted.Options{Wrap: []string{testtool.Need(t, "bash"), "-c", fill}})
	clients := keptClients(t, s, 2)
	if got := below(t, s.PID, 5000); got != 5000 {
		t.Fatalf("%d of 5000 numbers are taken", got)
	}
	next := s.Dial(t)
	next.Send(get("/"))
	for _, c := range clients {
		c.Send(get("/"))
		if got := c.ReadAll(); !hasStatus(got, 200) || !strings.Contains(got, "\r\nConnection: close\r\n") {
			t.Errorf("the last response of a connection is %q", got)
		}
	}
	if got := next.ReadN(pageLength); !hasStatus(got, 200) {
		t.Errorf("got %q", got)
	}
}

// below is how many descriptors a process has whose numbers are below a limit. Who runs tests may have left others open.
func below(t *testing.T, pid, limit int) (n int) {
	t.Helper()
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range list {
		number, err := strconv.Atoi(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		if number < limit {
			n++
		}
	}
	return n
}

// Where no descriptor is to be had, the listener is out of the set: no time is spent, clients that there are
// are served, and the next one is when a client leaves, or with a sweep.
func TestLoopNoDescriptor(t *testing.T) {
	t.Parallel()
	t.Run("close", func(t *testing.T) {
		s := loopSite(t, "timeouts: { idle: 60s, head: 60s }").Start(t, emitted.Options{})
		openFiles(t, s, "7:1000") // 0 to 2, the listener, the signals, the set, and one client
		first, second := s.Dial(t), s.Dial(t)
		asksAgain(t, first)
		second.Send(get("/"))
		rests(t, s)
		asksAgain(t, first)
		first.Close()
		if got := second.ReadN(pageLength); !hasStatus(got, 200) {
			t.Errorf("got %q", got)
		}
	})
	t.Run("sweep", func(t *testing.T) {
		s := loopSite(t, "timeouts: { idle: 2s }").Start(t, emitted.Options{})
		openFiles(t, s, "6:1000")
		c := s.Dial(t)
		c.Send(get("/"))
		rests(t, s)
		openFiles(t, s, "1000:1000")
		if got := c.ReadN(pageLength); !hasStatus(got, 200) {
			t.Errorf("got %q", got)
		}
	})
}

// The loop leaves its routines where it hands over, and takes their frames down: else its stack would grow
// with each such client, here beyond what it may have.
func TestLoopStack(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "").Start(t, emitted.Options{})
	cmd := exec.Command(testtool.Need(t, "prlimit"), "--pid", strconv.Itoa(s.PID), "--stack=65536")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("prlimit: %v: %s", err, out)
	}
	for range 4000 { // 56 bytes each; execve(2) has given it 128 KiB already
		c := s.Dial(t)
		c.Send("GET / HT")
		c.HalfClose()
		if got := c.ReadAll(); got != "" {
			t.Fatalf("got %q", got)
		}
		c.Close()
	}
	asksAgain(t, s.Dial(t))
}

// Where no process is to be had, requests that are whole are answered, one that is not gets 503 behind the
// answers that it is owed, and a response that was begun ends, with no other text in it.
func TestLoopForkFails(t *testing.T) {
	b := loopSite(t, "")
	openTo(t, b.Path)
	s := b.Start(t, emitted.Options{Attr: syscall.SysProcAttr{Credential: nobody(t)}})
	open := descriptors(t, s.PID)
	limitProcesses(t, s.PID, 1)
	for range 10 {
		c := s.Dial(t)
		asksAgain(t, c)
		c.Send(get("/") + "GET /")
		got, _ := io.ReadAll(c) // what it sends after may be reset
		page, rest := string(got[:min(len(got), pageLength)]), string(got[min(len(got), pageLength):])
		if !hasStatus(page, 200) || !hasStatus(rest, 503) {
			t.Errorf("got %q", got)
		}
		c = s.Dial(t)
		c.Send(get("/large"))
		got, _ = io.ReadAll(c)
		if n := strings.Count(string(got), "HTTP/1.1"); n != 1 || len(got) >= largeSize {
			t.Errorf("%d status lines in %d bytes", n, len(got))
		}
	}
	limitProcesses(t, s.PID, 100)
	c := s.Dial(t)
	c.Send("GET / HT")
	awaitChildren(t, s.PID, 1)
	c.Send("TP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	if got := c.ReadAll(); !hasStatus(got, 200) {
		t.Errorf("got %q", got)
	}
	await(t, func() bool { return descriptors(t, s.PID) == open }, "descriptors are left over")
}
