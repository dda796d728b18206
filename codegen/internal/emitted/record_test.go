package emitted

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// serve answers the connections that come, one after the other, with what answer writes.
func serve(t *testing.T, answer func(c net.Conn, n int)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := io.ReadFull(c, make([]byte, len("request"))); err == nil {
				answer(c, n)
			}
			c.Close()
		}
	}()
	return l.Addr().String()
}

func recordedCase() *goldenCase { return &goldenCase{parts: [][]byte{[]byte("request")}} }

// TestRecordLateAnswer: a server whose turn comes late is recorded whole.
func TestRecordLateAnswer(t *testing.T) {
	addr := serve(t, func(c net.Conn, _ int) {
		io.WriteString(c, "half ")
		io.Copy(io.Discard, c) // until the client says that it sends nothing more
		io.WriteString(c, "and half")
		time.Sleep(2 * quiet)
		io.WriteString(c, ", all")
	})
	a, err := recordedCase().observeTwice(addr)
	if err != nil || string(a.bytes) != "half and half, all" {
		t.Errorf("recorded %q, %v", a.bytes, err)
	}
}

// TestRecordTwoAnswers: what is not the same a second time is not recorded. Where the machine is so slow that an answer
// which comes at once seems to wait too, there is another try.
func TestRecordTwoAnswers(t *testing.T) {
	addr := serve(t, func(c net.Conn, n int) {
		if n%2 == 1 {
			io.Copy(io.Discard, c) // it waits for the client
		}
		io.WriteString(c, "answer")
	})
	var err error
	for tries := 0; err == nil && tries < 20; tries++ {
		_, err = recordedCase().observeTwice(addr)
	}
	if err == nil || !strings.Contains(err.Error(), "two times, two answers") {
		t.Errorf("got %v", err)
	}
}
