package emitted

import (
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"
)

// Conn is a raw client. TCP_NODELAY is set, as net does it, so that each Send is a
// segment of its own.
type Conn struct {
	*net.TCPConn
	t     testing.TB
	sent  int  // bytes
	given bool // a deadline
}

// Dial connects to the server; the connection is closed when the test ends.
func (s *Server) Dial(t testing.TB) *Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	conn := &Conn{TCPConn: c.(*net.TCPConn), t: t}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// Read waits with patience for some bytes, however long the connection lasts.
func (c *Conn) Read(b []byte) (int, error) {
	if err := c.patiently(c.SetReadDeadline); err != nil {
		return 0, err
	}
	return c.TCPConn.Read(b)
}

// Write waits likewise until all is sent.
func (c *Conn) Write(b []byte) (int, error) {
	if err := c.patiently(c.SetWriteDeadline); err != nil {
		return 0, err
	}
	return c.TCPConn.Write(b)
}

// SetDeadline sets one for all that comes, in the place of patience.
func (c *Conn) SetDeadline(at time.Time) error {
	c.given = true
	return c.TCPConn.SetDeadline(at)
}

func (c *Conn) patiently(set func(time.Time) error) error {
	if c.given {
		return nil
	}
	return set(time.Now().Add(patience))
}

// Send writes text, and fails the test where that is not possible.
func (c *Conn) Send(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		c.t.Fatalf("sending %.80q: %v", text, err)
	}
	c.sent += len(text)
}

// AwaitRead waits until the server has read all that was sent.
func (c *Conn) AwaitRead() {
	c.t.Helper()
	if err := awaitRead(c.TCPConn, c.sent); err != nil {
		c.t.Fatal(err)
	}
}

// ReadN reads n bytes, or fewer where the server closes before.
func (c *Conn) ReadN(n int) string {
	c.t.Helper()
	buf := make([]byte, n)
	got, err := io.ReadFull(c, buf)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		c.t.Fatalf("reading %d bytes: %v, after %d: %.300q", n, err, got, buf[:got])
	}
	return string(buf[:got])
}

// ReadAll reads until the server closes. A reset fails the test.
func (c *Conn) ReadAll() string {
	c.t.Helper()
	text, err := io.ReadAll(c)
	if err != nil {
		c.t.Fatalf("reading: %v, after %.300q", err, text)
	}
	return string(text)
}

// HalfClose tells the server that nothing more will be sent.
func (c *Conn) HalfClose() {
	c.t.Helper()
	if err := c.CloseWrite(); err != nil && !errors.Is(err, syscall.ENOTCONN) {
		c.t.Fatal(err)
	}
}

// Reset closes the connection with RST instead of FIN.
func (c *Conn) Reset() {
	c.t.Helper()
	if err := c.SetLinger(0); err != nil {
		c.t.Fatal(err)
	}
	c.Close()
}

// Ask sends text on a connection of its own, half-closes it, and returns all that
// comes back.
func (s *Server) Ask(t testing.TB, text string) string {
	t.Helper()
	c := s.Dial(t)
	defer c.Close()
	c.Send(text)
	c.HalfClose()
	return c.ReadAll()
}
