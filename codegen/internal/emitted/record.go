package emitted

import (
	"bytes"
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
			a, err := c.observe(s.Addr)
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

// quiet is the time after which a server that is recorded will say nothing more.
const quiet = 150 * time.Millisecond

// observe sends the request and takes down what comes back, and whether the server
// closes by itself.
func (c *goldenCase) observe(addr string) (answer, error) {
	conn, err := dial(addr)
	if err != nil {
		return answer{}, err
	}
	defer conn.Close()
	x := exchange{segments: c.parts, halfClose: c.halfClose}
	if err := x.send(conn); err != nil {
		return answer{}, err
	}
	var a answer
	if a.bytes, a.closed, err = readQuiet(conn); err != nil || a.closed {
		a.closed = a.closed && !c.halfClose
		return a, err
	}
	if err := conn.CloseWrite(); err != nil && !gone(err) {
		return answer{}, err
	}
	rest, _, err := readQuiet(conn)
	a.bytes = append(a.bytes, rest...)
	return a, err
}

// readQuiet reads until the other side closes, or is quiet.
func readQuiet(c net.Conn) (text []byte, closed bool, err error) {
	buf := make([]byte, 64<<10)
	for {
		if err := c.SetReadDeadline(time.Now().Add(quiet)); err != nil {
			return text, false, err
		}
		n, err := c.Read(buf)
		text = append(text, buf[:n]...)
		if err == nil {
			continue
		}
		if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
			return text, false, nil
		}
		if err == io.EOF {
			return text, true, nil
		}
		return text, true, err
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
