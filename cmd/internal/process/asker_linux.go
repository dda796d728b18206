package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"
)

// asker sends the same request one time after the other.
type asker struct {
	to        netip.AddrPort
	request   []byte
	keepAlive bool
	conn      *conn // persistent; nil before the first request
}

// askLimit bounds a read: a server under the eyes of ptrace takes its time, on a busy machine more than 30 s.
const askLimit = 2 * time.Minute

// ask sends n requests, each when the one before has been answered.
func (a *asker) ask(ctx context.Context, n int) error {
	for range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := a.once(); err != nil {
			return err
		}
	}
	return nil
}

func (a *asker) once() error {
	if !a.keepAlive {
		_, _, err := exchange(a.to, a.request, askLimit, true)
		return err
	}
	if a.conn == nil {
		c, err := dial(a.to, askLimit)
		if err != nil {
			return err
		}
		a.conn = c
	}
	if err := a.conn.send(a.request); err != nil {
		return err
	}
	return a.conn.receive()
}

func (a *asker) end() {
	if a.conn != nil {
		a.conn.close()
	}
}

// receive reads one response.
func (c *conn) receive() error {
	var response []byte
	buffer := make([]byte, 64<<10)
	for {
		n, err := c.read(buffer)
		response = append(response, buffer[:n]...)
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("the connection did not persist: it ended behind %d bytes", len(response))
		}
		if err != nil {
			return err
		}
		if whole, err := complete(response); whole || err != nil {
			return err
		}
	}
}
