package e2e

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// sockets is how many sockets a process has: a worker's own is the listener.
func sockets(t *testing.T, pid int) int {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, entry := range list {
		if to, err := os.Readlink(filepath.Join(dir, entry.Name())); err == nil && strings.HasPrefix(to, "socket:") {
			n++
		}
	}
	return n
}

// awaitWorkers waits until so many workers wait for clients: each has the listener, its set, and the end of the pipe, but not
// the side that writes.
func awaitWorkers(t *testing.T, s *emitted.Server, n int) []int {
	t.Helper()
	return awaitWorkersOf(t, s.PID, n)
}

func awaitWorkersOf(t *testing.T, pid, n int) (list []int) {
	t.Helper()
	await(t, func() bool {
		list = children(t, pid)
		parent := descriptors(t, pid) // which makes the pipe behind its banner
		return len(list) == n && !slices.ContainsFunc(list, func(worker int) bool { return !hasBegun(worker, parent) })
	}, "process %d has not %d workers", pid, n)
	return list
}

// hasBegun: a process, which may have ended, has so many descriptors, and signals blocked.
func hasBegun(pid, descriptors int) bool {
	own, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil || len(own) != descriptors {
		return false
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	return err == nil && strings.Contains(string(status), "\nSigBlk:\t0000000000004006\n")
}

// gone: a process has ended, or is nobody's any more.
func gone(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(text), ") Z ")
}

func awaitGone(t *testing.T, pids []int) {
	t.Helper()
	for _, pid := range pids {
		await(t, func() bool { return gone(pid) }, "process %d is left", pid)
	}
}

// Several workers answer what one process does, however the requests arrive.
func TestWorkersGolden(t *testing.T) {
	for _, name := range []string{"path.txtar", "site_limits.txtar"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(filepath.Dir(goldens), name)
			if _, err := os.Stat(file); err != nil {
				t.Fatal(err)
			}
			emitted.RunGoldenWorkers(t, file, 3)
		})
	}
}

// There are as many workers as the spec says, or as processors. They take clients in turn, also where none has anything to
// do, and who made them has none.
func TestWorkersShareClients(t *testing.T) {
	t.Parallel()
	for text, n := range map[string]int{"3": 3, "auto": runtime.NumCPU()} {
		s := loopSite(t, "workers: "+text).Start(t, emitted.Options{})
		workers := awaitWorkers(t, s, n)
		before := descriptors(t, s.PID)
		const each = 20
		for range each * n {
			asksAgain(t, s.Dial(t))
		}
		total := 0
		for _, w := range workers {
			clients := sockets(t, w) - 1
			if total += clients; clients < each/4 {
				t.Errorf("workers: %s: one has %d clients of %d", text, clients, each*n)
			}
		}
		if total != each*n || descriptors(t, s.PID) != before {
			t.Errorf("workers: %s: they have %d clients of %d, and who made them %d descriptors more", text, total, each*n, descriptors(t, s.PID)-before)
		}
		s.Kill()
	}
}

// TestWorkersAtUnixSocket: they take its clients in turn, too.
func TestWorkersAtUnixSocket(t *testing.T) {
	t.Parallel()
	const n, each = 3, 20
	path := filepath.Join(t.TempDir(), "s")
	s := loopSite(t, "workers: 3\nlisten: \"unix:"+path+"\"").Start(t, emitted.Options{})
	workers := awaitWorkers(t, s, n)
	dial := dialsUnix(t, path)
	for range each * n {
		c, page := dial(), make([]byte, pageLength)
		if _, err := io.WriteString(c, get("/")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, page); err != nil || !hasStatus(string(page), 200) {
			t.Fatalf("got %q, %v", page, err)
		}
	}
	total := 0
	for _, w := range workers {
		clients := sockets(t, w) - 1
		if total += clients; clients < each/4 {
			t.Errorf("one has %d clients of %d", clients, each*n)
		}
	}
	if total != each*n {
		t.Errorf("they have %d clients of %d", total, each*n)
	}
	stopsBy(t, s, s.PID, syscall.SIGTERM)
}

// A worker that is killed takes its own clients with it alone, under load, and another one is made.
func TestWorkerKilled(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "workers: 2\nlimits: { requests: 1000000 }").Start(t, emitted.Options{})
	workers := awaitWorkers(t, s, 2)
	kept := keptClients(t, s, 100)
	others := sockets(t, workers[1]) - 1
	f := startFlood(t, s, 16)
	await(t, func() bool { return f.answers.Load() > 500 }, "the clients are not answered")
	if err := syscall.Kill(workers[0], sigkill); err != nil {
		t.Fatal(err)
	}
	asked := f.answers.Load()
	await(t, func() bool { return f.answers.Load() > asked+500 }, "no other client is answered")
	await(t, func() bool { return !slices.Contains(children(t, s.PID), workers[0]) && len(children(t, s.PID)) == 2 }, "no other worker is made")
	asked = f.answers.Load()
	await(t, func() bool { return f.answers.Load() > asked+500 }, "the clients are not answered any more")
	close(f.end)
	f.wg.Wait()
	goOn := 0
	for _, c := range kept {
		if _, err := c.Write([]byte(get("/"))); err == nil && readsPage(c) {
			goOn++
		}
	}
	if goOn != others {
		t.Errorf("%d connections go on, of %d that the other worker has", goOn, others)
	}
}

// readsPage: the page comes on a connection, and not its end.
func readsPage(c *emitted.Conn) bool {
	text := make([]byte, pageLength)
	n := 0
	for n < len(text) {
		got, err := c.Read(text[n:])
		if n += got; err != nil {
			return false
		}
	}
	return strings.HasSuffix(string(text), "\r\n\r\nroot\n")
}

// Workers that end at once, again and again, are not more than they are to be, and there are as many again behind it.
func TestWorkersAllKilled(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "workers: 4").Start(t, emitted.Options{})
	for range 5 {
		workers := awaitWorkers(t, s, 4)
		for _, w := range workers {
			if err := syscall.Kill(w, sigkill); err != nil {
				t.Fatal(err)
			}
		}
		awaitGone(t, workers)
		if n := len(children(t, s.PID)); n > 4 {
			t.Errorf("%d workers", n)
		}
		c := s.Dial(t) // it waits in the backlog
		asksAgain(t, c)
		c.Close()
	}
	awaitWorkers(t, s, 4)
}

// However the process that made them ends, no worker is left, and the port is free for the next server. A child
// finishes what it sends.
func TestWorkersEndWithTheirMaker(t *testing.T) {
	t.Parallel()
	b := loopSite(t, "workers: 3")
	first := b.Start(t, emitted.Options{})
	workers := awaitWorkers(t, first, 3)
	kept := first.Dial(t)
	asksAgain(t, kept)
	client, before := startDownload(t, first)
	first.Signal(sigkill)
	if status, err := first.Wait(); status != 128+int(sigkill) || err != nil {
		t.Fatalf("killed, the server exited with status %d, %v", status, err)
	}
	awaitRefused(t, first)
	second := b.Start(t, emitted.Options{Port: first.Port})
	asksAgain(t, second.Dial(t))
	if got := kept.ReadAll(); got != "" {
		t.Errorf("got %q", got)
	}
	finishDownload(t, client, before)
	awaitGone(t, workers)
	first.Kill()
}

// What stops the server stops its workers, each with its last turns, and it waits for them. The signal comes to the one
// that made them, or to all of the group, as of Ctrl-C and of systemd.
func TestWorkersStop(t *testing.T) {
	t.Parallel()
	b := loopSite(t, "workers: 3")
	for _, sig := range stopSignals {
		for _, group := range []bool{false, true} {
			s := b.Start(t, emitted.Options{})
			workers := awaitWorkers(t, s, 3)
			kept := s.Dial(t)
			asksAgain(t, kept)
			checkStops(t, s, func() {
				pid := s.PID
				if group {
					pid = -pid
				}
				if err := syscall.Kill(pid, sig); err != nil {
					t.Fatal(err)
				}
				if got := kept.ReadAll(); got != "" {
					t.Errorf("%v: got %q", sig, got)
				}
			})
			awaitGone(t, workers)
			s.Kill()
		}
	}
}

// A server that is told to stop answers who is there: who has asked on a kept connection, and who waits to be accepted. All are held
// meanwhile, the one that made the workers as well.
func TestWorkersStopLosesNone(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "workers: 3").Start(t, emitted.Options{})
	workers := awaitWorkers(t, s, 3)
	all := keptClients(t, s, 60)
	for _, w := range workers {
		if err := syscall.Kill(w, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
	}
	for range 100 { // the backlog is 128
		all = append(all, s.Dial(t))
	}
	for _, c := range all {
		c.Send(get("/"))
		arrived(t, c.TCPConn)
	}
	s.Signal(sigterm)
	for _, w := range workers {
		if err := syscall.Kill(w, syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
	}
	for i, c := range all {
		if got := c.ReadAll(); !hasStatus(got, 200) || len(got) != pageLength {
			t.Fatalf("client %d got %q", i, got)
		}
	}
	if status, err := s.Wait(); status != 0 || err != nil {
		t.Errorf("status %d, %v", status, err)
	}
	s.Kill()
}

// One signal more ends the server without waiting for what workers still send.
func TestWorkersSecondSignal(t *testing.T) {
	t.Parallel()
	s := loopSite(t, "workers: 2").Start(t, emitted.Options{})
	awaitWorkers(t, s, 2)
	c := download(t, s)
	s.Signal(sigterm)
	awaitRefused(t, s)
	s.Signal(sigterm)
	if status, err := s.Wait(); status != 0 || err != nil {
		t.Errorf("status %d, %v", status, err)
	}
	slowly(t, c)
	s.Kill()
}

// As process 1 of a container it is given the children of a worker that was killed: their ends make no worker, and leave
// no zombie.
func TestWorkersOfProcessOne(t *testing.T) {
	s, pid := inContainer(t, loopSite(t, "workers: 2"))
	workers := awaitWorkersOf(t, pid, 2)
	c := download(t, s)
	owner := -1
	await(t, func() bool {
		owner = slices.IndexFunc(workers, func(w int) bool { return len(children(t, w)) == 1 })
		return owner >= 0
	}, "no worker has a child")
	orphan := children(t, workers[owner])[0]
	if err := syscall.Kill(workers[owner], sigkill); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool {
		list := children(t, pid)
		return len(list) == 3 && slices.Contains(list, orphan) && !slices.Contains(list, workers[owner])
	}, "the server has not two workers and what one left")
	slowly(t, c)
	c.Close()
	await(t, func() bool { _, err := os.Stat(fmt.Sprintf("/proc/%d", orphan)); return err != nil }, "process %d is left", orphan)
	awaitChildren(t, pid, 2)
	asksAgain(t, s.Dial(t))
	stopsBy(t, s, pid, sigterm)
}

// A second server on the same port says that it is taken, as without workers.
func TestWorkersKeepTheAddress(t *testing.T) {
	t.Parallel()
	b := loopSite(t, "workers: 2")
	s := b.Start(t, emitted.Options{})
	second := b.Run(t, emitted.Options{Port: s.Port})
	if second.Status != 1 || !strings.Contains(second.Stderr, "bind: EADDRINUSE on 127.0.0.1:") {
		t.Errorf("%+v", second)
	}
}

// Where no worker can be made, that is said, and the ones that were made end; later it is tried again.
func TestWorkersNoProcess(t *testing.T) {
	strace := testtool.Need(t, "strace")
	b := loopSite(t, "workers: 3")
	inject := func(when string) []string {
		return []string{strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=clone", "-e", "inject=clone:error=EAGAIN:when=" + when}
	}
	s := b.Start(t, emitted.Options{Wrap: inject("3")})
	if status, err := s.Wait(); status != 1 || err != nil || s.Stderr() != fmt.Sprintf("clone: EAGAIN on 127.0.0.1:%d\n", s.Port) {
		t.Errorf("status %d, %v, %q", status, err, s.Stderr())
	}
	awaitRefused(t, s)
	s.Kill()
	s = b.Start(t, emitted.Options{Wrap: inject("4..6")})
	pid := children(t, s.PID)[0]
	workers := awaitWorkersOf(t, pid, 3)
	if err := syscall.Kill(workers[1], sigkill); err != nil {
		t.Fatal(err)
	}
	awaitGone(t, workers[1:2])
	asksAgain(t, s.Dial(t))
	awaitWorkersOf(t, pid, 3)
	stopsBy(t, s, pid, sigterm)
}
