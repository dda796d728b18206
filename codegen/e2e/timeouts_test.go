package e2e

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// Limits are short here, and only what comes back is compared: a test that is slow
// must not fail. The coarse clock counts in units of a second or two.
const (
	shortLimit  = 300 * time.Millisecond
	shortLimits = `timeouts: { head: 300ms, body: 300ms, idle: 300ms, write: 300ms }`
	postPage    = `routes: [{ path: /, method: [GET, POST], body: "root\n" }]`
)

// sentWithin connects and sends text before a limit of the server's can be over. Where the machine was too
// busy for that, the server has perhaps let a silent client go: then it connects again.
func sentWithin[C net.Conn](t *testing.T, limit time.Duration, dial func() C, text string) C {
	t.Helper()
	for {
		began := time.Now()
		c := dial()
		_, err := io.WriteString(c, text)
		if time.Since(began) >= limit {
			c.Close()
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

// dials connects to a server.
func dials(t *testing.T, s *emitted.Server) func() *emitted.Conn {
	return func() *emitted.Conn { t.Helper(); return s.Dial(t) }
}

// A client that stops in a request is told so, and let go.
func TestStalledRequest(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec(shortLimits, postPage))
		for name, text := range map[string]string{
			"method":         "G",
			"request line":   "GET / HTTP/1.1",
			"head":           "GET / HTTP/1.1\r\nHost: h\r\n",
			"empty line":     "\r\n",
			"body":           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhello",
			"no body":        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n",
			"chunk size":     "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
			"chunk":          "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
			"trailer":        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y",
			"second request": get("/") + "GET",
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c := sentWithin(t, shortLimit, dials(t, s), text)
				got := c.ReadAll()
				if name == "second request" {
					checkSecondStalled(t, v, got)
					return
				}
				if !hasStatus(got, 408) || !strings.Contains(got, "\r\nConnection: close\r\n") {
					t.Errorf("got %q", got)
				}
			})
		}
	})
}

// checkSecondStalled: the first request is answered in any case.
func checkSecondStalled(t *testing.T, v emitted.Variant, got string) {
	t.Helper()
	_, second, _ := strings.Cut(got, "root\n")
	if !hasStatus(got, 200) || v.KeepAlive() != hasStatus(second, 408) {
		t.Errorf("got %q", got)
	}
}

// A client that says nothing is let go without a word: nothing was asked.
func TestSilentClient(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec(shortLimits, postPage))
		if got := s.Dial(t).ReadAll(); got != "" {
			t.Errorf("a silent client was sent %q", got)
		}
	})
}

// Between requests too.
func TestIdleConnection(t *testing.T) {
	s := emitted.Start(t, emitted.Connection.Spec(shortLimits, postPage))
	c := sentWithin(t, shortLimit, dials(t, s), get("/"))
	if got := c.ReadAll(); !hasStatus(got, 200) || strings.Count(got, "HTTP/1.1") != 1 {
		t.Errorf("got %q", got)
	}
}

// A byte now and then is no progress: the coarse clock ends the request.
func TestDrippingClient(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec(shortLimits, postPage))
		for name, text := range map[string]string{
			"head": "GET / HTTP/1.1\r\nHost: h\r\nX: ",
			"body": "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n",
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c := sentWithin(t, shortLimit, dials(t, s), text)
				go drip(c)
				got := c.ReadN(len("HTTP/1.1 408 "))
				if !hasStatus(got, 408) {
					t.Errorf("got %q", got)
				}
			})
		}
	})
}

// drip sends a byte every 20 ms until the connection ends.
func drip(c io.Writer) {
	for {
		if _, err := c.Write([]byte{'x'}); err != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// One that is refused and goes on sending is not heard for ever.
func TestRefusedClientGoesOn(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec(shortLimits+"\nlimits: { body: 10 }", postPage))
		c := sentWithin(t, shortLimit, dials(t, s), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n")
		go drip(c)
		if got := c.ReadN(len("HTTP/1.1 413 ")); !hasStatus(got, 413) {
			t.Errorf("got %q", got)
		}
		awaitAlone(t, s.PID)
		awaitChildren(t, s.PID, 0)
	})
}

// Where idle is the shorter limit, the first request still has the head's time.
func TestFirstRequestHasHeadTime(t *testing.T) {
	t.Parallel()
	s := emitted.Start(t, emitted.Connection.Spec("timeouts: { head: 15s, idle: 100ms }", postPage))
	c := s.Dial(t)
	time.Sleep(400 * time.Millisecond) // four times the idle limit
	c.Send("GET / HTTP/1.1\r\n")
	time.Sleep(400 * time.Millisecond)
	c.Send("Host: h\r\n\r\n")
	if got := c.ReadAll(); !hasStatus(got, 200) || strings.Count(got, "HTTP/1.1") != 1 {
		t.Errorf("got %q", got)
	}
}

// Where the head's is the shorter one, a connection between requests has the idle time.
func TestNextRequestHasIdleTime(t *testing.T) {
	t.Parallel()
	s := emitted.Start(t, emitted.Connection.Spec("timeouts: { head: 100ms, idle: 15s }", postPage))
	c := sentWithin(t, 100*time.Millisecond, dials(t, s), get("/"))
	first := c.ReadN(1)
	time.Sleep(400 * time.Millisecond) // four times the head's limit
	c.Send("GET / HTTP/1.1\r\n")
	if got := first + c.ReadAll(); !hasStatus(got, 200) || !strings.Contains(got, "root\nHTTP/1.1 408 ") {
		t.Errorf("got %q", got)
	}
}

// A client that does not read is given up; one that reads slowly, for longer than the limit in all, is not.
func TestWriteTimeout(t *testing.T) {
	t.Parallel()
	const limit = time.Second // as the server's
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := large(t, v, "timeouts: { write: 1s }").Start(t, emitted.Options{})
		stuck, _ := startDownload(t, s)
		awaitAlone(t, s.PID)
		awaitChildren(t, s.PID, 0)
		if rest, _ := io.ReadAll(stuck); len(rest) >= largeSize-1000 { // a reset may cut it
			t.Errorf("a client that did not read has %d bytes more", len(rest))
		}

		for range 10 {
			slow, before := startDownload(t, s)
			content, pause := readSlowly(t, slow, before, 2*limit)
			if pause < limit/2 {
				finishDownload(t, slow, content)
				return
			}
			slow.Close() // the machine was too busy to read without a pause that the server may take for one too long
		}
		t.Error("this machine is too busy to read slowly and not stop: nothing is known of slow readers")
	})
}

// readSlowly goes on with a download for a time at least, at 8 MiB/s: a server writes again where a third of its socket's
// buffer of up to 4 MiB is free, several times a second. pause is the longest time in which nothing was read.
func readSlowly(t *testing.T, c *emitted.Conn, before string, least time.Duration) (all string, pause time.Duration) {
	t.Helper()
	const piece, rate = 256 << 10, 8 << 20
	var content strings.Builder
	content.WriteString(before)
	began := time.Now()
	for last := began; content.Len() < largeSize/2 || last.Sub(began) < least; {
		text := c.ReadN(piece)
		content.WriteString(text)
		now := time.Now()
		if pause = max(pause, now.Sub(last)); len(text) < piece {
			break // the server has given up
		}
		last = now
		time.Sleep(time.Until(began.Add(time.Duration(content.Len()) * time.Second / rate)))
	}
	return content.String(), pause
}

// 200 silent connections are all gone after the head's time, and others are served
// while they last. TestLoopSlowClients has them in isolation: proof.
func TestSilentConnections(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec("backlog: 512\ntimeouts: { head: 2s, idle: 2s }", postPage))
		var silent []*emitted.Conn
		for range 200 {
			silent = append(silent, s.Dial(t))
		}
		for range 50 {
			if got := s.Ask(t, get("/")); !hasStatus(got, 200) {
				t.Fatalf("got %q", got)
			}
		}
		for _, c := range silent {
			if got := c.ReadAll(); got != "" {
				t.Fatalf("a silent client was sent %q", got)
			}
		}
		awaitChildren(t, s.PID, 0)
	})
}

// With the ten there is no limit of time, and still nothing that a client can hold
// but its own process.
func TestSilentConnectionsWithTen(t *testing.T) {
	for _, v := range []emitted.Variant{emitted.RequestTen, emitted.ConnectionTen} {
		s := emitted.Start(t, v.Spec("", postPage))
		var silent []*emitted.Conn
		for range 50 {
			silent = append(silent, s.Dial(t))
		}
		if got := s.Ask(t, get("/")); !hasStatus(got, 200) {
			t.Errorf("got %q", got)
		}
		for _, c := range silent {
			c.HalfClose()
		}
		awaitChildren(t, s.PID, 0)
	}
}
