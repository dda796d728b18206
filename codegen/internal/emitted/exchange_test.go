package emitted

import (
	"net"
	"strings"
	"testing"
)

// fake is a server of one connection that reads n bytes, answers, and closes or waits.
type fake struct {
	reads  int
	answer string
	close  bool
	reset  bool
}

// serve returns the address of a fake.
func (f fake) serve(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		buf := make([]byte, 1)
		for range f.reads {
			_, _ = c.Read(buf)
		}
		_, _ = c.Write([]byte(f.answer))
		if f.reset {
			_ = c.(*net.TCPConn).SetLinger(0)
		}
		for !f.close {
			if n, err := c.Read(buf); n == 0 || err != nil {
				return
			}
		}
	}()
	return l.Addr().String()
}

// An exchange sees every way in which a server may be wrong: that it closes, where it does so within the lull, so that a slow
// machine has other tries.
func TestExchange(t *testing.T) {
	x := exchange{segments: [][]byte{[]byte("ask")}, exact: true}
	for name, c := range map[string]struct {
		server fake
		want   answer
		err    string // empty for none
	}{
		"right":         {fake{reads: 3, answer: "yes"}, answer{bytes: []byte("yes")}, ""},
		"right, closes": {fake{reads: 3, answer: "yes", close: true}, answer{[]byte("yes"), true}, ""},
		"nothing":       {fake{reads: 3}, answer{}, ""},
		"wrong":         {fake{reads: 3, answer: "yea"}, answer{bytes: []byte("yes")}, "at byte 2"},
		"short":         {fake{reads: 3, answer: "ye", close: true}, answer{[]byte("yes"), true}, "at byte 2, of 2 where 3"},
		"long":          {fake{reads: 3, answer: "yes!", close: true}, answer{[]byte("yes"), true}, "at byte 3, of 4 where 3"},
		"closes":        {fake{reads: 3, answer: "yes", close: true}, answer{bytes: []byte("yes")}, "closed the connection by itself"},
		"resets":        {fake{reads: 3, answer: "yes", close: true, reset: true}, answer{[]byte("yes"), true}, "reset"},
	} {
		x.want = c.want
		err := x.run(c.server.serve(t))
		for tries := 1; err == nil && c.err != "" && tries < 20; tries++ {
			err = x.run(c.server.serve(t))
		}
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v, want %q", name, err, c.err)
		}
	}
	if err := x.run("127.0.0.1:1"); err == nil {
		t.Error("nobody listens: no error")
	}
}

// A segment is sent when the one before it has been read, and not earlier.
func TestSegmentsAreReadsOfTheirOwn(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	reads := make(chan []string, 1)
	go func() {
		var list []string
		defer func() { reads <- list }()
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		buf := make([]byte, 100)
		for {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			list = append(list, string(buf[:n]))
		}
	}()
	x := exchange{want: answer{}}
	for i := range 50 {
		x.segments = append(x.segments, []byte(strings.Repeat("x", 1+i%3)))
	}
	if err := x.run(l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if got := <-reads; len(got) != 50 {
		t.Errorf("50 segments arrived in %d reads: %q", len(got), got)
	}
}

// The ways to send a case: whole, in bytes, and split at every offset of every part.
func TestJobs(t *testing.T) {
	c := &goldenCase{parts: [][]byte{[]byte("abc"), []byte("de")}}
	var got []string
	for _, j := range c.jobs(answer{}, Request, &Splits{}) {
		var segments []string
		for _, s := range j.what.segments {
			segments = append(segments, string(s))
		}
		got = append(got, strings.Join(segments, "|"))
	}
	if want := "abc|de a|b|c|d|e a|bc|de ab|c|de abc|d|e"; strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n := len(c.jobs(answer{}, Request, nil)); n != 1 {
		t.Errorf("a case that is not cut is sent in %d ways", n)
	}
	c.whole = true
	if n := len(c.jobs(answer{}, Request, &Splits{})); n != 1 {
		t.Errorf("a whole case is sent in %d ways", n)
	}
	c.whole = false
	if list := c.jobs(answer{}, RequestTen, &Splits{}); len(list) != 1 || list[0].what.exact {
		t.Errorf("to the ten a case is sent so: %+v", list)
	}
}
