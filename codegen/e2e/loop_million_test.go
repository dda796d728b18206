package e2e

import (
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// Of many requests, on kept connections and new ones, none is lost while other clients vanish at any point, and no
// process and no descriptor is left. It is a million of them where rare tests are asked for.
func TestLoopLosesNone(t *testing.T) {
	requests := int64(20_000)
	if testing.Short() {
		requests = 5_000
	}
	if testtool.IsRare() {
		requests = 1_000_000
	}
	s := loopSite(t, "limits: { requests: 100000 }").Start(t, emitted.Options{})
	open := descriptors(t, s.PID)
	var left, answers atomic.Int64
	left.Store(requests)
	var asking, vanishing sync.WaitGroup
	done := make(chan struct{})
	const clients, vanishers = 32, 4
	for i := range clients {
		asking.Go(func() { answers.Add(askUntil(t, s.Addr, byte(i+1), i%2 == 0, &left)) })
	}
	seed := testtool.Seed(t)
	for i := range vanishers {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		vanishing.Go(func() { vanishUntil(s.Addr, byte(clients+i+1), random, done) })
	}
	asking.Wait()
	close(done)
	vanishing.Wait()
	if n := answers.Load(); n != requests {
		t.Errorf("%d of %d requests were answered", n, requests)
	}
	awaitChildren(t, s.PID, 0)
	await(t, func() bool { return descriptors(t, s.PID) == open }, "descriptors are left over")
	asksAgain(t, s.Dial(t))
}

// dialFrom connects from an address of the client's own, as the ports of one would not do for all connections.
func dialFrom(addr string, host byte) (*net.TCPConn, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, host)}, Timeout: time.Minute}
	c, err := d.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return c.(*net.TCPConn), c.SetDeadline(time.Now().Add(time.Minute))
}

// askUntil asks for the page until nothing is left to be asked for, on connections that are kept for up to 1,000
// requests or on a new one for each, and returns how often the answer was whole.
func askUntil(t *testing.T, addr string, host byte, kept bool, left *atomic.Int64) (answers int64) {
	var c *net.TCPConn
	defer func() {
		if c != nil {
			c.Close()
		}
	}()
	page := make([]byte, pageLength)
	for left.Add(-1) >= 0 {
		if c == nil {
			var err error
			if c, err = dialFrom(addr, host); err != nil {
				t.Error(err)
				return answers
			}
		}
		if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil { // of each request: a kept connection may take longer
			t.Error(err)
			return answers
		}
		if _, err := io.WriteString(c, get("/")); err != nil {
			t.Error(err)
			return answers
		}
		if n, err := io.ReadFull(c, page); err != nil || !hasStatus(string(page), 200) || !strings.HasSuffix(string(page), "\r\n\r\nroot\n") {
			t.Errorf("got %q, %v", page[:n], err)
			return answers
		}
		if answers++; !kept || answers%1000 == 0 {
			c.Close()
			c = nil
		}
	}
	return answers
}

// vanishUntil connects, sends something and is gone, again and again.
func vanishUntil(addr string, host byte, random *rand.Rand, done chan struct{}) {
	texts := []string{
		"", "G", get("/"), get("/large"), strings.Repeat(get("/"), 100), "\x00", get("/") + "GET",
		"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
	}
	for {
		select {
		case <-done:
			return
		default:
		}
		c, err := dialFrom(addr, host)
		if err != nil {
			continue // the backlog is full of others
		}
		_, _ = io.WriteString(c, texts[random.IntN(len(texts))]) // it may be gone: that is what is tried
		if random.IntN(2) == 0 {
			_ = c.SetReadDeadline(time.Now().Add(100 * time.Millisecond)) // a part of a request has no answer
			_, _ = c.Read(make([]byte, 1+random.IntN(200)))
		}
		if random.IntN(2) == 0 {
			_ = c.SetLinger(0)
		}
		c.Close()
	}
}
