package e2e

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// slowEach is how many clients of each kind are slow at a time.
const slowEach = 200

// 200 clients that say nothing, 200 that send a byte now and then, and 200 that do not read what they asked for leave others
// served as long as there is one of them, and are gone when their time is over, with their processes and descriptors.
func TestLoopSlowClients(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "backlog: 1024\nlimits: { requests: 1000000 }\ntimeouts: { head: 2s, body: 2s, idle: 2s, write: 2s }").Start(t, emitted.Options{})
	open := descriptors(t, s.PID)
	done := make(chan struct{})
	var beside sync.WaitGroup
	beside.Go(func() { askWhile(t, s.Addr, done) })
	checkSlow(t, s, done, &beside)
	close(done)
	beside.Wait()
	await(t, func() bool { return descriptors(t, s.PID) == open }, "descriptors are left over")
}

// checkSlow has slow clients of each kind until they are gone.
func checkSlow(t *testing.T, s *emitted.Server, done chan struct{}, beside *sync.WaitGroup) {
	t.Helper()
	const limit = 2 * time.Second // as the server's
	texts := []string{"GET / HTTP/1.1\r\nHost: h\r\nX: ", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n"}
	var silent, dripping, stuck []*emitted.Conn
	for i := range slowEach {
		c := s.Dial(t)
		c.Send(get("/large"))
		stuck = append(stuck, c)
		silent = append(silent, s.Dial(t))
		dripping = append(dripping, sentWithin(t, limit, dials(t, s), texts[i%2]))
	}
	beside.Go(func() { dripAll(dripping, done) })
	for _, c := range slices.Concat(silent, dripping, stuck) { // to connect so many may take a while
		if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range stuck {
		if got := c.ReadN(len("HTTP/1.1 200 ")); !hasStatus(got, 200) {
			t.Errorf("got %q", got)
		}
	}
	for _, c := range silent {
		if got := c.ReadAll(); got != "" {
			t.Errorf("a silent client was sent %q", got)
		}
	}
	for _, c := range dripping {
		if got := c.ReadN(len("HTTP/1.1 408 ")); !hasStatus(got, 408) {
			t.Errorf("got %q", got)
		}
	}
	awaitChildren(t, s.PID, 0)
}

// dripAll sends a byte of each client now and then. Who was refused has a connection that may be reset.
func dripAll(clients []*emitted.Conn, done chan struct{}) {
	for {
		select {
		case <-done:
			return
		case <-time.After(100 * time.Millisecond):
		}
		for _, c := range clients {
			_, _ = c.Write([]byte{'x'})
		}
	}
}

// askWhile asks for the page again and again, twice on each of new connections, one at least.
func askWhile(t *testing.T, addr string, done chan struct{}) {
	for {
		if err := asksTwice(addr); err != nil {
			t.Errorf("beside slow clients: %v", err)
			return
		}
		select {
		case <-done:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// asksTwice asks for the page on a new connection, and on the same one, which is kept.
func asksTwice(addr string) error {
	c, err := dialAddr(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	for range 2 {
		page := make([]byte, pageLength)
		if _, err := io.WriteString(c, get("/")); err != nil {
			return err
		}
		if n, err := io.ReadFull(c, page); err != nil || !hasStatus(string(page), 200) {
			return fmt.Errorf("got %q, %w", page[:n], err)
		}
	}
	return nil
}
