package measure

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/process"
)

// company are the clients of a scenario beside those of its load.
type company struct {
	conns []net.Conn
	wg    sync.WaitGroup
}

// A slow client takes so much at a time, and rests in between: some 3 MiB/s.
const (
	slowPart = 64 << 10 // bytes
	slowRest = 20 * time.Millisecond
)

// join has the clients of a scenario that are beside its load: those that keep a connection and are silent, each
// behind a response, and those that read a large body slowly, again and again. leave ends them.
func join(t Target, s Scenario) (*company, error) {
	c := &company{}
	for range s.Idle {
		conn, err := c.dial(t)
		if err == nil {
			err = ask(conn, t.Address, t.Paths[0], conn)
		}
		if err != nil {
			c.leave()
			return nil, fmt.Errorf("client %d that is to be silent: %w", len(c.conns), err)
		}
	}
	for range s.Slow {
		conn, err := c.dial(t)
		if err != nil {
			c.leave()
			return nil, err
		}
		c.wg.Go(func() {
			for ask(conn, t.Address, s.SlowPath, slowly{conn}) == nil {
			}
		})
	}
	return c, nil
}

func (c *company) dial(t Target) (net.Conn, error) {
	conn, err := net.DialTimeout("tcp", t.Address, startLimit)
	if err != nil {
		return nil, err
	}
	c.conns = append(c.conns, conn)
	return conn, nil
}

// leave closes all connections.
func (c *company) leave() {
	for _, conn := range c.conns {
		conn.Close()
	}
	c.wg.Wait()
}

// ask asks once on a connection that is kept, and reads the response to its end.
func ask(conn io.Writer, address, path string, from io.Reader) error {
	if _, err := conn.Write(process.Request(path, address, true)); err != nil {
		return err
	}
	response, err := http.ReadResponse(bufio.NewReaderSize(from, slowPart), nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body)
	if response.StatusCode != http.StatusOK {
		err = errors.Join(err, errors.New(response.Status))
	}
	return errors.Join(err, response.Body.Close())
}

// slowly reads a part, and rests.
type slowly struct{ from io.Reader }

// Read reads at most slowPart bytes.
func (s slowly) Read(b []byte) (int, error) {
	time.Sleep(slowRest)
	return s.from.Read(b[:min(len(b), slowPart)])
}
