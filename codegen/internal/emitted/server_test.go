package emitted

import (
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/unproved"
)

// What is tested here is not what servers do, but what asks them.
func init() { unproved.Allow() }

// recorder is a testing.TB that notes errors instead of failing.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

const page = `routes: [{ path: /, body: "root\n" }]`

func TestStartAndStop(t *testing.T) {
	Each(t, All(), func(t *testing.T, v Variant) {
		s := Start(t, v.Spec("", page))
		if got := s.Ask(t, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"); !strings.HasSuffix(got, "\r\n\r\nroot\n") {
			t.Errorf("got %q", got)
		}
		s.Stop()
		if err := syscall.Kill(s.PID, 0); err != syscall.ESRCH || s.Alive() {
			t.Errorf("the stopped server is still there: %v", err)
		}
		s.Stop() // again
	})
}

// A server that dies by itself fails the test that started it.
func TestStopSeesDeath(t *testing.T) {
	s := Start(t, Request.Spec("", page))
	r := &recorder{TB: t}
	s.t = r
	s.Signal(syscall.SIGKILL)
	if status, err := s.Wait(); status != 128+9 || err != nil {
		t.Errorf("status %d, %v", status, err)
	}
	s.Stop()
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "ended by itself") {
		t.Errorf("got %q", r.errors)
	}
}

// Children that outlive the parent are ended too.
func TestKillEndsChildren(t *testing.T) {
	s := Start(t, RequestTen.Spec("", page))
	c := s.Dial(t)
	c.Send("G")
	c.AwaitRead()
	s.Kill()
	if got, err := c.Read(make([]byte, 1)); got != 0 || err == nil {
		t.Errorf("read %d bytes, %v", got, err)
	}
}

// A port that is taken is passed over.
func TestStartPassesUsedPorts(t *testing.T) {
	s := Start(t, Request.Spec("", page))
	ports.Lock()
	next := ports.next
	ports.Unlock()
	if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", next+1)); err == nil {
		defer l.Close() // else somebody else has it, which is as good
	}
	if other := Start(t, Request.Spec("", page)); other.Port == next+1 || other.Port == s.Port {
		t.Errorf("started on port %d, which is taken", other.Port)
	}
}

func TestRun(t *testing.T) {
	b := BuildText(t, Request.Spec("", page))
	got := b.Run(t, Options{Env: []string{"PORT=x"}})
	if got.Status != 1 || got.Stdout != "" || !strings.Contains(got.Stderr, "PORT") {
		t.Errorf("%+v", got)
	}
}

func TestBuildIsExecutable(t *testing.T) {
	b := BuildText(t, Request.Spec("", page))
	info, err := os.Stat(b.Path)
	if err != nil || info.Size() != b.Result.Size() || info.Mode()&0o111 == 0 {
		t.Errorf("%v, %v", info, err)
	}
}
