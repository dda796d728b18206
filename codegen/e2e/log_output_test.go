package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// Addresses: IPv4, IPv6, IPv4 through an IPv6 listener, and none.
func TestAccessLogAddresses(t *testing.T) {
	t.Parallel()
	t.Run("IPv6", func(t *testing.T) {
		needIPv6(t)
		for form, line := range logForms {
			emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
				s := emitted.Build(t, logSite(v, "access_log: "+form+"\nlisten: \"[::]:${PORT:-8080}\"")).Start(t, emitted.Options{})
				for _, host := range []string{"127.0.0.1", "[::1]"} {
					if got, err := ask(fmt.Sprintf("%s:%d", host, s.Port), get("/a.txt")); err != nil || !hasStatus(got, 200) {
						t.Errorf("%s: %q, %v", host, got, err)
					}
				}
				const r = `"GET /a.txt HTTP/1.1" 200 11`
				checkLog(t, s, line("127.0.0.1", r)+line("0000:0000:0000:0000:0000:0000:0000:0001", r))
			})
		}
	})
	t.Run("unix", func(t *testing.T) {
		emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
			name := fmt.Sprintf("@verbosel-log-%d-%s", os.Getpid(), v)
			s := emitted.Build(t, logSite(v, "access_log: json\n"+fmt.Sprintf("listen: %q", "unix:"+name))).Start(t, emitted.Options{})
			askUnix(t, name, "GET /a.txt HTTP/1.0\r\n\r\n")
			checkLog(t, s, asJSON("unix:", `"GET /a.txt HTTP/1.0" 200 11`))
		})
	})
}

// Lines of clients that are served at once never mix, the longest included. A file, unlike
// a pipe, has room for each at once, so that none is dropped.
func TestAccessLogLinesAreWhole(t *testing.T) {
	t.Parallel()
	const clients, each = 8, 60
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		log := filepath.Join(t.TempDir(), "log")
		b := emitted.Build(t, logSite(v, "access_log: common\nlimits: { requests: 100000 }"))
		s := b.Start(t, emitted.Options{Wrap: []string{"/bin/sh", "-c", `exec "$0" >>'` + log + "'"}})
		var wg sync.WaitGroup
		for i := range clients {
			wg.Go(func() {
				path := "/" + strings.Repeat(string(rune('a'+i)), 3000)
				for range each {
					if _, err := ask(s.Addr, strings.Repeat(get(path), 2)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		lines := each
		if v.KeepAlive() {
			lines *= 2
		}
		want := map[string]int{}
		size := 0
		for i := range clients {
			line := common("127.0.0.1", `"GET /`+strings.Repeat(string(rune('a'+i)), 2047)+` HTTP/1.1" 404 5`)
			want[line] = lines
			size += (len(line) + len("27/Nov/2026:08:00:00 +0000") - len("-")) * lines
		}
		await(t, func() bool {
			info, err := os.Stat(log)
			return err == nil && info.Size() >= int64(size)
		}, "lines are missing in the log")
		got, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(undated(string(got))) {
			want[line]--
		}
		for line, n := range want {
			if n != 0 {
				t.Errorf("%d times too few: %.40q, of %d bytes", n, line, len(line))
			}
		}
	})
}

// A log that nobody can read is no reason not to serve, and never goes to a client: with
// standard input closed too, the client has the number of standard output.
func TestAccessLogUnwritable(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"closed": `exec "$0" >&-`, "full": `exec "$0" >/dev/full`, "read-only": `exec "$0" 1</dev/null`,
		"input closed too": `exec "$0" <&- >&-`, "all closed": `exec "$0" <&- >&- 2>&-`,
		"input alone": `exec "$0" <&- >/dev/null`,
	} {
		t.Run(name, func(t *testing.T) {
			emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
				b := emitted.Build(t, logSite(v, "access_log: common"))
				s := b.Start(t, emitted.Options{NoBanner: true, Wrap: []string{"/bin/sh", "-c", script}})
				checkUnlogged(t, s)
			})
		})
	}
}

// A pipe whose reader is gone sends SIGPIPE.
func TestAccessLogBrokenPipe(t *testing.T) {
	b := emitted.Build(t, logSite(emitted.Request, "access_log: common"))
	s := b.Start(t, emitted.Options{NoBanner: true, Wrap: []string{"/bin/sh", "-c", `(sleep 0.2; exec "$0") | true`}})
	defer s.Kill() // the shell, not the server, is the process that would be stopped
	checkUnlogged(t, s)
}

// A log that nobody reads costs its lines, and no client its response: what is written is
// whole, no process waits, and a reader that comes back gets what happens then.
func TestAccessLogUnread(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		fifo := filepath.Join(t.TempDir(), "log")
		if err := syscall.Mkfifo(fifo, 0o600); err != nil {
			t.Fatal(err)
		}
		reader, err := os.OpenFile(fifo, os.O_RDWR, 0) // for writing too: there always is a writer
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		b := emitted.Build(t, logSite(v, "access_log: common"))
		s := b.Start(t, emitted.Options{Wrap: []string{"/bin/sh", "-c", `exec "$0" >` + fifo}})
		path := "/" + strings.Repeat("x", 2000) // 32 lines fill a pipe
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 50 {
					if got, err := ask(s.Addr, get(path)); err != nil || !hasStatus(got, 404) {
						t.Errorf("%.100q, %v", got, err)
					}
				}
			})
		}
		wg.Wait()
		log, n := "", 0
		for waiting := true; waiting; log += drained(t, reader) { // who waits for room gets it as lines are read
			waiting = len(children(t, s.PID)) > 0
		}
		for line := range strings.Lines(log) {
			if n++; undated(line) != common("127.0.0.1", `"GET `+path+` HTTP/1.1" 404 5`) {
				t.Errorf("a line of %d bytes: %.100q", len(line), line)
			}
		}
		if n < 10 || n > 100 {
			t.Errorf("%d lines of 200 in a pipe of 64 KiB, and of those who waited", n)
		}
		s.Ask(t, get("/a.txt"))
		log = ""
		await(t, func() bool { log += drained(t, reader); return strings.HasSuffix(log, "\n") }, "behind it there is no line")
		if undated(log) != common("127.0.0.1", `"GET /a.txt HTTP/1.1" 200 11`) {
			t.Errorf("behind it: %q", log)
		}
	})
}

// drained is what can be read of a pipe without a wait.
func drained(t *testing.T, pipe *os.File) (text string) {
	t.Helper()
	raw, err := pipe.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 64<<10)
	for n := 1; n > 0; text += string(buf[:max(n, 0)]) {
		if err := raw.Control(func(fd uintptr) { n, _ = syscall.Read(int(fd), buf) }); err != nil {
			t.Fatal(err)
		}
	}
	return text
}

// The response goes first: a client has all of it while its line waits for room.
func TestAccessLogComesLast(t *testing.T) {
	for _, v := range emitted.WithProof() {
		trace := traced(t, v, "access_log: common", func(s *emitted.Server) { s.Ask(t, get("/")) })
		got, want := "", "write poll write"
		if v == emitted.Proof {
			got, want = strings.Join(trace.calls[trace.pids[0]], " "), "sendto pwritev2"
		} else {
			got = strings.Join(trace.child(1), " ")
		}
		if !strings.Contains(got, want) {
			t.Errorf("%v: %s", v, got)
		}
	}
}

func checkUnlogged(t *testing.T, s *emitted.Server) {
	t.Helper()
	for range 3 {
		got, err := ask(s.Addr, get("/a.txt"))
		if err != nil || !hasStatus(got, 200) || !strings.HasSuffix(got, "\r\n\r\n0123456789\n") {
			t.Errorf("got %q, %v", got, err)
		}
	}
}
