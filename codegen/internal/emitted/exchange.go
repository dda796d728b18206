package emitted

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"
)

// An exchange is one connection of a golden case: segments out, bytes back.
type exchange struct {
	segments  [][]byte // the server has read each before the next is sent
	halfClose bool     // at once
	exact     bool     // in one segment: whether the server closes, and how, is compared too
	want      answer
}

// reply is what a connection brought, read while the segments are still being sent.
type reply struct {
	bytes []byte
	err   error
}

// run sends the segments to addr and compares what comes back.
func (x *exchange) run(addr string) error {
	began := time.Now()
	c, err := dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	enough, all := make(chan struct{}), make(chan reply, 1)
	go func() {
		r := receive(c, len(x.want.bytes), enough)
		if x.want.hasDates() {
			r.bytes = Undate(r.bytes, began)
		}
		all <- r
	}()
	if err := x.send(c); err != nil {
		return err
	}
	<-enough
	early := x.awaitClose(c, all)
	if early != nil {
		return early
	}
	if err := c.CloseWrite(); err != nil && !gone(err) {
		return err
	}
	r := <-all
	return x.compare(r)
}

func dial(addr string) (*net.TCPConn, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return c.(*net.TCPConn), c.SetDeadline(time.Now().Add(patience))
}

// receive reads until the server closes, and says when n bytes are there.
func receive(c io.Reader, n int, enough chan<- struct{}) reply {
	buf := make([]byte, n)
	got, err := io.ReadFull(c, buf)
	close(enough)
	r := reply{bytes: buf[:got], err: err}
	if err == nil {
		rest, err := io.ReadAll(c)
		r = reply{bytes: append(r.bytes, rest...), err: err}
	}
	if r.err == io.EOF || r.err == io.ErrUnexpectedEOF {
		r.err = nil
	}
	return r
}

// send writes the segments. A server that has closed already is no error here: what
// it said is compared.
func (x *exchange) send(c *net.TCPConn) error {
	sent := 0
	for i, s := range x.segments {
		if i > 0 {
			if err := awaitRead(c, sent); err != nil {
				return err
			}
		}
		sent += len(s)
		if err := c.SetDeadline(time.Now().Add(patience)); err != nil { // of each segment: there may be hundreds
			return err
		}
		if _, err := c.Write(s); err != nil {
			if gone(err) {
				return nil
			}
			return err
		}
	}
	if x.halfClose {
		if err := c.CloseWrite(); err != nil && !gone(err) {
			return err
		}
	}
	return nil
}

// gone: the other side has closed.
func gone(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ENOTCONN)
}

// lull is how long a server is watched that must not close the connection. A machine
// that is slow makes the check weaker, never wrong.
const lull = 15 * time.Millisecond

// awaitClose checks whether the server closes by itself. It puts back what it takes
// from all.
func (x *exchange) awaitClose(c *net.TCPConn, all chan reply) error {
	if !x.exact || x.halfClose {
		return nil
	}
	var early <-chan time.Time
	if !x.want.closed {
		early = time.After(lull)
	}
	select {
	case r := <-all:
		all <- r
		if !x.want.closed && bytes.Equal(r.bytes, x.want.bytes) {
			return errors.New("the server closed the connection by itself")
		}
		var timeout net.Error
		if errors.As(r.err, &timeout) && timeout.Timeout() && bytes.Equal(r.bytes, x.want.bytes) {
			return errors.New("the server did not close the connection by itself")
		}
	case <-early:
	}
	return nil
}

func (x *exchange) compare(r reply) error {
	if !bytes.Equal(r.bytes, x.want.bytes) {
		return fmt.Errorf("%s (%v)", Difference(string(r.bytes), string(x.want.bytes)), r.err)
	}
	// What is sent behind a closed connection is answered by a reset.
	if r.err != nil && (x.exact && len(x.segments) == 1 || !gone(r.err)) {
		return r.err
	}
	return nil
}

// around is how many bytes before and behind a difference are shown.
const around = 160

// Difference shows where got is not what is wanted.
func Difference(got, want string) string {
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	show := func(s string) string { return s[max(0, at-around):min(len(s), at+around)] }
	return fmt.Sprintf("at byte %d, of %d where %d are wanted:\ngot  %q\nwant %q", at, len(got), len(want), show(got), show(want))
}
