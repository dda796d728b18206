package e2e

import (
	"bufio"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// flood asks a server without a pause, on kept connections and new ones, until told to end; it counts the
// answers, and reports what is no whole one.
type flood struct {
	answers atomic.Int64
	end     chan struct{}
	wg      sync.WaitGroup
}

func startFlood(t *testing.T, s *emitted.Server, clients int) *flood {
	f := &flood{end: make(chan struct{})}
	for i := range clients {
		f.wg.Go(func() {
			for f.goesOn() {
				c, err := dialAddr(s.Addr)
				if err != nil {
					continue // the server is stopping
				}
				f.ask(t, c, i%2 == 0)
				c.Close()
			}
		})
	}
	return f
}

func (f *flood) goesOn() bool {
	select {
	case <-f.end:
		return false
	default:
		return true
	}
}

// ask asks on a connection, once or until the flood or the connection ends.
func (f *flood) ask(t *testing.T, c net.Conn, again bool) {
	from := bufio.NewReader(c)
	for {
		if _, err := io.WriteString(c, get("/")); err != nil {
			return
		}
		if _, err := from.Peek(1); err != nil {
			return
		}
		page, err := http.ReadResponse(from, nil)
		if err != nil {
			t.Error(err)
			return
		}
		body, err := io.ReadAll(page.Body)
		if err != nil || page.StatusCode != 200 || string(body) != "root\n" {
			t.Errorf("got %s, %q, %v", page.Status, body, err)
			return
		}
		f.answers.Add(1)
		if page.Close || !again || !f.goesOn() {
			return
		}
	}
}

// A server that clients keep busy until it has ended is told to stop, and stops: a wait that has something to
// report delivers no signal.
func TestLoopStopsUnderLoad(t *testing.T) {
	for _, sig := range stopSignals {
		s := loopSite(t, "").Start(t, emitted.Options{})
		f := startFlood(t, s, 64)
		await(t, func() bool { return f.answers.Load() > 1000 }, "the clients are not answered")
		s.Signal(sig)
		if status, err := s.Wait(); status != 0 || err != nil {
			t.Errorf("%v: status %d, %v", sig, status, err)
		}
		close(f.end)
		f.wg.Wait()
		s.Kill()
	}
}

// A server that is told to stop lets a child finish, frees the port for the next server at once, and ends the
// other connections at once.
func TestLoopStopFinishesResponses(t *testing.T) {
	t.Parallel()
	b := loopSite(t, "")
	for _, sig := range stopSignals {
		s := b.Start(t, emitted.Options{})
		kept := s.Dial(t)
		asksAgain(t, kept)
		checkStops(t, s, func() {
			awaitChildren(t, s.PID, 1)
			if err := syscall.Kill(-s.PID, sig); err != nil { // as Ctrl-C does, and systemd: the child hears it too
				t.Fatal(err)
			}
			if got := kept.ReadAll(); got != "" {
				t.Errorf("got %q", got)
			}
		})
		s.Kill()
	}
}

// A child that waits for its client ends with the signal that goes to all, as in the other isolations.
func TestLoopInterruptEndsGroup(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "timeouts: { head: 60s, idle: 60s }").Start(t, emitted.Options{})
	c := s.Dial(t)
	c.Send("GET / HT")
	awaitChildren(t, s.PID, 1)
	c.Send("TP/1.1\r\nHost: h\r\n\r\n")
	if got := c.ReadN(pageLength); !hasStatus(got, 200) {
		t.Errorf("got %q", got)
	}
	stopsBy(t, s, -s.PID, sigint)
}

// A server that is killed takes no response of a child with it, and the next one has the port.
func TestLoopKilled(t *testing.T) {
	t.Parallel()
	b := loopSite(t, "")
	first := b.Start(t, emitted.Options{})
	own := descriptors(t, first.PID)
	client, before := startDownload(t, first)
	awaitChildren(t, first.PID, 1)
	child := children(t, first.PID)[0]
	await(t, func() bool { return descriptors(t, child) == own-2 }, "the child has the listener")
	first.Signal(sigkill)
	if status, err := first.Wait(); status != 128+int(sigkill) || err != nil {
		t.Fatalf("killed, the server exited with status %d, %v", status, err)
	}
	second := b.Start(t, emitted.Options{Port: first.Port})
	asksAgain(t, second.Dial(t))
	finishDownload(t, client, before)
	first.Kill()
}

// Clients that vanish at any point, among others that stay, leave no process and no descriptor behind, and
// no other client is without its answer.
func TestLoopVanishingClients(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "").Start(t, emitted.Options{})
	open := descriptors(t, s.PID)
	rounds := 100
	if testing.Short() {
		rounds = 20
	}
	f := startFlood(t, s, 8)
	random := rand.New(rand.NewPCG(testtool.Seed(t), 2))
	texts := []string{"", "G", get("/"), get("/large"), strings.Repeat(get("/"), 100), "\x00", get("/") + "GET", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"}
	for range rounds {
		for _, text := range texts {
			c := s.Dial(t)
			c.Send(text)
			switch random.IntN(4) {
			case 0:
				c.AwaitRead()
			case 1:
				c.HalfClose()
			}
			if random.IntN(2) == 0 {
				c.Reset()
			}
			c.Close()
		}
		stays := s.Dial(t)
		asksAgain(t, stays)
		stays.Close()
	}
	close(f.end)
	f.wg.Wait()
	awaitChildren(t, s.PID, 0)
	await(t, func() bool { return descriptors(t, s.PID) == open }, "descriptors are left over")
	if f.answers.Load() == 0 {
		t.Error("the clients that stay were not answered")
	}
}
