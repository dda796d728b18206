package e2e

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// Limits are short here, and only what comes back is compared: a test that is slow
// must not fail. The coarse clock counts in units of a second or two.
const (
	shortLimits = `timeouts: { head: 300ms, body: 300ms, idle: 300ms, write: 300ms }`
	postPage    = `routes: [{ path: /, method: [GET, POST], body: "root\n" }]`
)

// A client that stops in a request is told so, and let go.
func TestStalledRequest(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
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
				c := s.Dial(t)
				c.Send(text)
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
	emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec(shortLimits, postPage))
		if got := s.Dial(t).ReadAll(); got != "" {
			t.Errorf("a silent client was sent %q", got)
		}
	})
}

// Between requests too.
func TestIdleConnection(t *testing.T) {
	s := emitted.Start(t, emitted.Connection.Spec(shortLimits, postPage))
	c := s.Dial(t)
	c.Send(get("/"))
	if got := c.ReadAll(); !hasStatus(got, 200) || strings.Count(got, "HTTP/1.1") != 1 {
		t.Errorf("got %q", got)
	}
}

// A byte now and then is no progress: the coarse clock ends the request.
func TestDrippingClient(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec(shortLimits, postPage))
		for name, text := range map[string]string{
			"head": "GET / HTTP/1.1\r\nHost: h\r\nX: ",
			"body": "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n",
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c := s.Dial(t)
				c.Send(text)
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
	emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec(shortLimits+"\nlimits: { body: 10 }", postPage))
		c := s.Dial(t)
		c.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n")
		go drip(c)
		if got := c.ReadN(len("HTTP/1.1 413 ")); !hasStatus(got, 413) {
			t.Errorf("got %q", got)
		}
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
	c := s.Dial(t)
	c.Send(get("/"))
	first := c.ReadN(1)
	time.Sleep(400 * time.Millisecond) // four times the head's limit
	c.Send("GET / HTTP/1.1\r\n")
	if got := first + c.ReadAll(); !hasStatus(got, 200) || !strings.Contains(got, "root\nHTTP/1.1 408 ") {
		t.Errorf("got %q", got)
	}
}

// A client that does not read is given up; one that reads slowly is not.
func TestWriteTimeout(t *testing.T) {
	emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
		s := large(t, v, shortLimits).Start(t, emitted.Options{})
		stuck := s.Dial(t)
		stuck.Send(get("/large"))
		awaitChildren(t, s.PID, 1)
		awaitChildren(t, s.PID, 0)

		slow, before := startDownload(t, s)
		var content strings.Builder
		content.WriteString(before)
		for content.Len() < largeSize/2 {
			content.WriteString(slow.ReadN(1 << 20))
			time.Sleep(10 * time.Millisecond)
		}
		finishDownload(t, slow, content.String())
	})
}

// 200 silent connections are all gone after the head's time, and others are served
// while they last.
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
