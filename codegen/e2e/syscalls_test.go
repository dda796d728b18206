package e2e

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// theTen are the system calls of every server; hardened ones add setsockopt, wait4 when
// they are told to stop, and poll where there is no descriptor for a client, which
// TestNoDescriptorForClient sees.
var theTen = []string{"accept", "bind", "close", "exit", "fork", "listen", "read", "rt_sigaction", "socket", "write"}

// Under real traffic a server makes exactly the system calls that it promises.
func TestSystemCalls(t *testing.T) {
	emitted.Each(t, emitted.All(), func(t *testing.T, v emitted.Variant) {
		trace := traced(t, v, "timeouts: { head: 300ms, idle: 300ms }", func(s *emitted.Server) { traffic(t, s) })
		want := slices.Clone(theTen)
		if v.Syscalls == "hardened" {
			want = slices.Sorted(slices.Values(append(want, "setsockopt", "wait4")))
		}
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(trace.names()))); diff != "" {
			t.Error(diff)
		}
	})
}

// traffic makes a server do what it can do. Without setsockopt it does not drain what
// it refuses, so that a reset may follow.
func traffic(t *testing.T, s *emitted.Server) {
	t.Helper()
	s.Dial(t).Reset()
	for _, text := range []string{
		"", "GET", get("/"), get("/nothing"), "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
		"GET / HTTP/1.0\r\n\r\n", "BREW / HTTP/1.1\r\n\r\n", strings.Repeat(get("/"), 50), "GET /" + strings.Repeat("a", 20_000),
		"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\nhello",
		"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
	} {
		if _, err := ask(s.Addr, text); err != nil && !isGone(err) {
			t.Error(err)
		}
	}
	stalled := s.Dial(t)
	stalled.Send("GET / HT")
	stalled.AwaitRead()
	stalled.HalfClose()
	stalled.ReadAll()
}

// A plain request costs its child close, read, write and exit, and the parent accept,
// fork and close; in isolation: connection, each further one read and write.
func TestSystemCallsOfPlainRequest(t *testing.T) {
	emitted.Each(t, emitted.All(), func(t *testing.T, v emitted.Variant) {
		trace := traced(t, v, "", func(s *emitted.Server) {
			c := s.Dial(t)
			first := c
			for range 3 {
				c.Send(get("/"))
				c.ReadN(len("HTTP/1.1 200"))
				c.AwaitRead()
				if !v.KeepAlive() {
					c.ReadAll()
					c = s.Dial(t)
				}
			}
			first.HalfClose()
			c.HalfClose()
			c.ReadAll()
		})
		want := "close read write exit"
		if v.KeepAlive() {
			want = "close read write read write read write read exit"
		}
		if got := strings.Join(trace.child(1), " "); got != want {
			t.Errorf("the first child: %s, want %s", got, want)
		}
		served := strings.Join(trace.child(0), " ")
		if !strings.Contains(served, "accept fork close accept") || strings.Contains(served, "read") {
			t.Errorf("the parent: %s", served)
		}
	})
}

// A trace is the system calls of each process, in the order in which they appeared.
type trace struct {
	pids  []string
	calls map[string][]string
}

// traceLine is the start of a call in what strace -f writes.
var traceLine = regexp.MustCompile(`(?m)^([0-9]+) +([a-z0-9_]+)\(`)

// traced runs a server under strace, and something that uses it.
func traced(t *testing.T, v emitted.Variant, server string, use func(*emitted.Server), strace ...string) trace {
	t.Helper()
	file := filepath.Join(t.TempDir(), "trace")
	b := emitted.BuildText(t, v.Spec(server, postPage))
	s := b.Start(t, emitted.Options{Wrap: slices.Concat([]string{testtool.Need(t, "strace"), "-f", "-qq", "-o", file}, strace)})
	use(s)
	parent := tracee(t, s.PID)
	awaitChildren(t, parent, 0)
	stop(t, s, parent)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := trace{calls: map[string][]string{}}
	for _, m := range traceLine.FindAllStringSubmatch(string(text), -1) {
		if m[2] == "execve" {
			continue // strace's own start of the server
		}
		if out.calls[m[1]] == nil {
			out.pids = append(out.pids, m[1])
		}
		out.calls[m[1]] = append(out.calls[m[1]], m[2])
	}
	return out
}

// tracee is the process that strace runs.
func tracee(t *testing.T, strace int) int {
	t.Helper()
	list := children(t, strace)
	if len(list) == 0 {
		t.Fatal("strace runs nothing")
	}
	return list[0]
}

// stop ends a server that a command wraps, from inside.
func stop(t *testing.T, s *emitted.Server, parent int) {
	t.Helper()
	if err := kill(parent, sigterm); err != nil {
		t.Fatal(err)
	}
	if status, err := s.Wait(); status != 0 || err != nil {
		t.Errorf("status %d, %v", status, err)
	}
	s.Kill()
}

func (tr trace) names() map[string]bool {
	all := map[string]bool{}
	for _, calls := range tr.calls {
		for _, name := range calls {
			all[name] = true
		}
	}
	return all
}

// child is the calls of the nth process that was forked; 0 is the parent.
func (tr trace) child(n int) []string {
	if n >= len(tr.pids) {
		return []string{fmt.Sprintf("only %d processes", len(tr.pids))}
	}
	return tr.calls[tr.pids[n]]
}
