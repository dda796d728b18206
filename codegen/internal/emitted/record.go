package emitted

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// recording guards the cases while both isolations are recorded.
var recording sync.Mutex

// record notes what the server answers to every case, sent whole.
func (f *goldenFile) record(t *testing.T, s *Server, v Variant) {
	var wg sync.WaitGroup
	free := make(chan struct{}, workers)
	for _, c := range f.cases {
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			a, err := c.observeTwice(s.Addr)
			if err != nil {
				t.Errorf("%s: %s: %v", f.path, c.name, err)
			}
			recording.Lock()
			c.want[v.Isolation] = a
			recording.Unlock()
		})
	}
	wg.Wait()
}

// quiet is the time after which a server that is recorded will say nothing more by itself.
const quiet = 150 * time.Millisecond

// observeTwice refuses what is not the same the second time: on a busy machine a server may
// be quiet because it is not its turn.
func (c *goldenCase) observeTwice(addr string) (answer, error) {
	first, err := c.observe(addr)
	if err != nil {
		return answer{}, err
	}
	second, err := c.observe(addr)
	if err == nil && (first.closed != second.closed || !bytes.Equal(first.bytes, second.bytes)) {
		err = fmt.Errorf("two times, two answers, of which none is recorded:\n%s\n%s", first.text(), second.text())
	}
	return first, err
}

// observe sends the request and takes down all that comes back until the server closes, and
// whether it closes by itself.
func (c *goldenCase) observe(addr string) (answer, error) {
	began := time.Now()
	conn, err := dial(addr)
	if err != nil {
		return answer{}, err
	}
	defer conn.Close()
	x := exchange{segments: c.parts, halfClose: c.halfClose}
	if err := x.send(conn); err != nil {
		return answer{}, err
	}
	if err := awaitRead(conn, len(bytes.Join(c.parts, nil))); err != nil {
		return answer{}, err
	}
	var a answer
	if a.bytes, err = readUntil(conn, quiet); err == nil {
		a.bytes, a.closed = Undate(a.bytes, began), !c.halfClose
		return a, nil
	}
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		return answer{}, err
	}
	if err := conn.CloseWrite(); err != nil && !gone(err) {
		return answer{}, err
	}
	rest, err := readUntil(conn, patience)
	a.bytes = Undate(append(a.bytes, rest...), began)
	return a, err
}

// readUntil reads until the other side closes; that it says nothing for so long is an error.
func readUntil(c net.Conn, lull time.Duration) ([]byte, error) {
	var text []byte
	buf := make([]byte, 64<<10)
	for {
		if err := c.SetReadDeadline(time.Now().Add(lull)); err != nil {
			return text, err
		}
		n, err := c.Read(buf)
		text = append(text, buf[:n]...)
		if err == io.EOF {
			return text, nil
		}
		if err != nil {
			return text, err
		}
	}
}

// sections are the case's responses, with the comments that they had.
func (c *goldenCase) sections(old *txtar.Archive, variants []Variant) []txtar.File {
	first := c.want[variants[0].Isolation]
	out := []txtar.File{c.sectionOf(old, ".response", first)}
	if connection := c.want["connection"]; !bytes.Equal(first.text(), connection.text()) {
		out = append(out, c.sectionOf(old, ".connection", connection))
	}
	return out
}

func (c *goldenCase) sectionOf(old *txtar.Archive, kind string, a answer) txtar.File {
	s := txtar.File{Name: c.name + kind}
	for _, f := range old.Files {
		if f.Name == s.Name {
			s.Data, _ = comment(f.Data)
		}
	}
	s.Data = append(bytes.Clone(s.Data), a.text()...)
	return s
}
