package e2e

import (
	"io"
	"net"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// loopSite is a server of isolation: proof with a small page, one that takes bodies, and a large one.
// server holds further lines of its section.
func loopSite(t *testing.T, server string) *emitted.Binary {
	t.Helper()
	const rest = "routes:\n  - { path: /, method: [GET, POST], body: \"root\\n\" }\n  - { path: /large, file: large }\n"
	return emitted.BuildUnproved(t, fstest.MapFS{
		emitted.SpecName: {Data: []byte(emitted.Proof.Spec(server, rest))},
		"large":          {Data: []byte(largeText())},
	})
}

// pageLength is the length of the response to get("/") on a kept connection, in bytes.
const pageLength = len("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nroot\n")

// asksAgain asks for the page on a connection that is kept.
func asksAgain(t *testing.T, c *emitted.Conn) {
	t.Helper()
	c.Send(get("/"))
	if got := c.ReadN(pageLength); !hasStatus(got, 200) || !strings.HasSuffix(got, "\r\n\r\nroot\n") {
		t.Fatalf("got %q", got)
	}
}

// keptClients are n connections that have asked for the page and are kept.
func keptClients(t *testing.T, s *emitted.Server, n int) (all []*emitted.Conn) {
	t.Helper()
	for range n {
		c := s.Dial(t)
		asksAgain(t, c)
		all = append(all, c)
	}
	return all
}

// stopsBy sends a signal to a process, or a group of them where pid is negative, by which the server ends with status 0.
func stopsBy(t *testing.T, s *emitted.Server, pid int, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, sig); err != nil {
		t.Fatal(err)
	}
	if status, err := s.Wait(); status != 0 || err != nil {
		t.Errorf("status %d, %v", status, err)
	}
	s.Kill()
}

// What a client has sent whole is answered by the loop itself, and where a read ends within a request, as here
// a full buffer does, a child goes on. Each request is answered, in its order.
func TestLoopPipelined(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "limits: { head: 8KiB, requests: 100000 }").Start(t, emitted.Options{})
	c := s.Dial(t)
	c.Send(get("/") + get("/nowhere") + get("/"))
	page, both := c.ReadN(pageLength), ""
	for !strings.HasSuffix(both, "\nroot\n") {
		both += c.ReadN(1)
	}
	missing := strings.TrimSuffix(both, page)
	if !hasStatus(missing, 404) || len(missing) == len(both) {
		t.Fatalf("got %q, then %q", page, both)
	}
	c.Close()
	for requests, processes := range map[int]int{1: 0, 16: 0, 64: 0, 1000: 1} {
		var text, want strings.Builder
		for i := range requests {
			if i%3 == 1 {
				text.WriteString(get("/nowhere"))
				want.WriteString(missing)
			} else {
				text.WriteString(get("/"))
				want.WriteString(page)
			}
		}
		c := s.Dial(t)
		c.Send(text.String())
		if got := c.ReadN(want.Len()); got != want.String() {
			t.Errorf("%d requests: %s", requests, emitted.Difference(got, want.String()))
		}
		asksAgain(t, c)
		if n := len(children(t, s.PID)); n != processes {
			t.Errorf("%d requests in a row: %d processes, want %d", requests, n, processes)
		}
		c.Close()
		awaitChildren(t, s.PID, 0)
	}
}

// A head, or a body, that is not whole is left to a child, on which nobody else waits; one that is
// whole is not.
func TestLoopIncomplete(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "").Start(t, emitted.Options{})
	for name, parts := range map[string][]string{
		"head": {"GET / HT", "TP/1.1\r\nHost: h\r\n\r\n"}, "CR": {"GET / HTTP/1.1\r\nHost: h\r\n\r", "\n"},
		"body":        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n", "hello"},
		"chunk":       {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "lo\r\n0\r\n\r\n"},
		"large body":  {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n", strings.Repeat("x", 100_000)},
		"next":        {get("/") + "GET /", " HTTP/1.1\r\nHost: h\r\n\r\n"},
		"whole body":  {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"},
		"whole chunk": {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
	} {
		c, other, processes := s.Dial(t), s.Dial(t), len(parts)-1
		c.Send(parts[0])
		awaitChildren(t, s.PID, processes)
		asksAgain(t, other)
		if name == "next" {
			if got := c.ReadN(pageLength); !hasStatus(got, 200) {
				t.Errorf("%s: got %q", name, got)
			}
		}
		for _, part := range parts[1:] {
			c.Send(part)
		}
		if got := c.ReadN(pageLength); !hasStatus(got, 200) {
			t.Errorf("%s: got %q", name, got)
		}
		asksAgain(t, c)
		if n := len(children(t, s.PID)); n != processes {
			t.Errorf("%s: %d processes, want %d", name, n, processes)
		}
		c.Close()
		awaitChildren(t, s.PID, 0)
	}
}

// A client that waits for 100 (Continue) gets it from the loop, and its body goes to a child.
func TestLoopContinue(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "").Start(t, emitted.Options{})
	c := s.Dial(t)
	c.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
	const interim = "HTTP/1.1 100 Continue\r\n\r\n"
	if got := c.ReadN(len(interim)); got != interim {
		t.Fatalf("got %q", got)
	}
	asksAgain(t, s.Dial(t))
	c.Send("hello")
	if got := c.ReadN(pageLength); !hasStatus(got, 200) {
		t.Errorf("got %q", got)
	}
}

// What a socket does not take at once is sent by a child, whole, while others are served; that
// connection goes on there.
func TestLoopSlowReader(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "timeouts: { write: 20s }").Start(t, emitted.Options{})
	var slow []*emitted.Conn
	for range 8 {
		c := s.Dial(t)
		c.Send(get("/large") + get("/"))
		slow = append(slow, c)
	}
	awaitChildren(t, s.PID, len(slow))
	for range 100 {
		asksAgain(t, s.Dial(t))
	}
	for _, c := range slow {
		c.Send(get("/")) // which the child does not read yet, and the loop not at all
	}
	rests(t, s)
	for _, c := range slow {
		head := ""
		for !strings.HasSuffix(head, "\r\n\r\n") {
			head += c.ReadN(1)
		}
		if !hasStatus(head, 200) {
			t.Errorf("got %q", head)
		}
		if got := c.ReadN(largeSize); got != largeText() {
			t.Errorf("the response is not whole: %d bytes", len(got))
		}
		for range 2 {
			if got := c.ReadN(pageLength); !hasStatus(got, 200) {
				t.Errorf("got %q", got)
			}
		}
		asksAgain(t, c)
		c.Close()
	}
	awaitChildren(t, s.PID, 0)
}

// So does a child that sends the rest of several responses, behind which nothing more was read: it waits for the
// next request, and is no second loop. On a unix socket a read brings what writes brought, so that each brings
// whole requests.
func TestLoopSlowPipeliner(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s")
	s := loopSite(t, "listen: \"unix:"+path+"\"\ntimeouts: { write: 20s, idle: 20s }\nlimits: { head: 8KiB, requests: 1000000 }").Start(t, emitted.Options{})
	c, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	const size, each, writes = 128, 64, 200
	request := "GET / HTTP/1.1\r\nHost: h\r\nX: "
	request += strings.Repeat("x", size-len(request)-4) + "\r\n\r\n"
	sent := make(chan error, 1)
	go func() {
		for range writes {
			if _, err := io.WriteString(c, strings.Repeat(request, each)); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	awaitChildren(t, s.PID, 1)
	for range 2 { // the second time everything was read
		if _, err := io.ReadFull(c, make([]byte, each*writes*pageLength)); err != nil {
			t.Fatal(err)
		}
		if err := <-sent; err != nil {
			t.Fatal(err)
		}
		go func() {
			_, err := io.WriteString(c, strings.Repeat(request, each*writes))
			sent <- err
		}()
	}
}

// A child has its own client alone: what the loop closes is closed, and what it answers is nobody else's.
func TestLoopChildHasOneClient(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "timeouts: { head: 20s, idle: 20s }").Start(t, emitted.Options{})
	own := descriptors(t, s.PID)
	other, more, slow := s.Dial(t), s.Dial(t), s.Dial(t)
	asksAgain(t, other)
	asksAgain(t, more)
	slow.Send("GET / HT")
	awaitChildren(t, s.PID, 1)
	child := children(t, s.PID)[0]
	await(t, func() bool { return descriptors(t, child) == own-2 }, "the child has more than a client in the place of listener, set and signals")
	other.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	if got := other.ReadAll(); !hasStatus(got, 200) {
		t.Errorf("got %q", got)
	}
	asksAgain(t, more)
	slow.Send("TP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	if got := slow.ReadAll(); !hasStatus(got, 200) {
		t.Errorf("got %q", got)
	}
}

// So it is on a unix socket, where the child sets its client's timeouts.
func TestLoopUnixSocket(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s")
	s := loopSite(t, "listen: \"unix:"+path+"\"\n"+shortLimits).Start(t, emitted.Options{})
	for text, want := range map[string]int{"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n": 200, "GET / HT": 408} {
		c := sentWithin(t, shortLimit, dialsUnix(t, path), text)
		if got := readAll(t, c); !hasStatus(got, want) {
			t.Errorf("%q: got %q", text, got)
		}
	}
	awaitChildren(t, s.PID, 0)
}
