package process

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// This test binary is the server under test too, when it is started with one of these.
const (
	asServer = "VERBOSEL_TEST_SERVE"
	asMute   = "VERBOSEL_TEST_MUTE"
)

func TestMain(m *testing.M) {
	switch address := os.Getenv(asServer); {
	case address != "":
		serve(address)
	case os.Getenv(asMute) != "":
		os.Stderr.WriteString("cannot bind\n")
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// serve answers for ever, persistent connections too.
func serve(address string) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		panic(err)
	}
	for {
		c, err := l.Accept()
		if err != nil {
			panic(err)
		}
		go answer(c)
	}
}

func answer(c net.Conn) {
	defer c.Close()
	buffer := make([]byte, 4096)
	for {
		n, err := c.Read(buffer)
		if err != nil {
			return
		}
		c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi\n"))
		if strings.Contains(string(buffer[:n]), "Connection: close") {
			return
		}
	}
}

// testServer is this binary as a server, and where it is to be asked.
func testServer(t *testing.T) (Command, Options) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	address := l.Addr().String()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Command{Path: self, Env: []string{asServer + "=" + address}},
		Options{Address: address, Path: "/", Timeout: 20 * time.Second}
}

func start(t *testing.T, c Command, opts Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), c, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func TestServer(t *testing.T) {
	leavesNothing(t)
	c, opts := testServer(t)
	opts.CPUs = Affinity()[:1]
	s := start(t, c, opts)
	if s.First <= 0 || s.First > opts.Timeout {
		t.Errorf("first response after %v", s.First)
	}
	checkAffinity(t, s.cmd.Process.Pid, opts.CPUs[0])
	m, err := s.Memory()
	if err != nil || m.Resident < 1<<20 || m.Proportional > m.Resident || m.KernelStacks < 2*kernelStack || m.Idle() <= m.Proportional {
		t.Errorf("memory %+v, %v", m, err)
	}
	for range 300 {
		if _, err := Exchange(opts.Address, Request("/", "host", false), opts.Timeout); err != nil {
			t.Fatal(err)
		}
	}
	if used, err := s.CPU(); err != nil || used <= 0 {
		t.Errorf("processor time from %s: %v, %v", s.Accounting(), used, err)
	}
	s.Stop()
	if _, err := Exchange(opts.Address, Request("/", "host", false), time.Second); err == nil {
		t.Error("the server answers after its end")
	}
}

// TestQuota: a server has the processor time that it is given, and what bounds it is gone with it.
func TestQuota(t *testing.T) {
	leavesNothing(t)
	c, opts := testServer(t)
	opts.Processors = 0.25
	s, err := Start(t.Context(), c, opts)
	if err != nil && strings.Contains(err.Error(), "no processor time can be set") {
		t.Skip("no control group here has the cpu controller: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	dir, pid := s.quota.dir, s.cmd.Process.Pid
	if dir == "" {
		if text, err := os.ReadFile(filepath.Join(s.group.path, "cpu.max")); err != nil || string(text) != "2500 10000\n" || !s.group.has(pid) {
			t.Errorf("cpu.max: %q, %v", text, err)
		}
		return
	}
	for name, want := range map[string]string{"cpu.cfs_quota_us": "2500", "cpu.cfs_period_us": "10000", "cgroup.procs": fmt.Sprint(pid)} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || strings.TrimSpace(string(text)) != want {
			t.Errorf("%s: %q, %v, want %s", name, text, err, want)
		}
	}
	s.Stop()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", dir, err)
	}
}

// TestNoQuota: a share that the kernel refuses is said, and the server that waited for it is ended.
func TestNoQuota(t *testing.T) {
	leavesNothing(t)
	c, opts := testServer(t)
	opts.Processors = 1e-9
	if s, err := Start(t.Context(), c, opts); err == nil {
		s.Stop()
		t.Error("a server with no time at all was started")
	}
}

func checkAffinity(t *testing.T, pid, cpu int) {
	t.Helper()
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(pid, &set); err != nil || set.Count() != 1 || !set.IsSet(cpu) {
		t.Errorf("the server runs on %v, %v; want processor %d", set, err, cpu)
	}
}

// The figures of proc(5) are there for a server that does not fork.
func TestWithoutGroup(t *testing.T) {
	c, opts := testServer(t)
	s := start(t, c, opts)
	group := s.group
	s.group = nil
	defer func() { s.group = group }()
	if used, err := s.CPU(); err != nil || used < 0 || s.Accounting() != "proc(5)" {
		t.Errorf("%v, %v from %s", used, err, s.Accounting())
	}
	if m, err := s.Memory(); err != nil || m.Resident == 0 {
		t.Errorf("memory %+v, %v", m, err)
	}
	s.forks = true
	if _, err := s.CPU(); err == nil || !strings.Contains(err.Error(), "control group") {
		t.Errorf("a server that forks: %v", err)
	}
}

// leavesNothing demands that no file and no control group is left behind by a test.
func leavesNothing(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Cleanup(func() {
		left, _ := os.ReadDir(dir)
		parent, err := ownGroup()
		if err == nil {
			groups, _ := filepath.Glob(filepath.Join(parent, fmt.Sprintf("verbosel-%d-*", os.Getpid())))
			for _, group := range groups {
				t.Errorf("%s is left", group)
			}
		}
		if len(left) > 0 {
			t.Errorf("%v is left", left)
		}
	})
}

func TestStartFails(t *testing.T) {
	leavesNothing(t)
	self, _ := os.Executable()
	_, opts := testServer(t)
	mute := Command{Path: self, Env: []string{asMute + "=1"}}
	for name, test := range map[string]struct {
		command Command
		spoil   func(*Options)
		want    string
	}{
		"no such program": {Command{Path: "/nowhere/server"}, nil, "no such file"},
		"ends at once":    {mute, nil, "ended before it answered: cannot bind"},
		"never answers":   {Command{Path: "/bin/sleep", Args: []string{"60"}}, func(o *Options) { o.Timeout = 50 * time.Millisecond }, "no answer on 127.0.0.1"},
		"no address":      {Command{Path: "/bin/sleep", Args: []string{"60"}}, func(o *Options) { o.Address = "here" }, `address "here"`},
		"no processor":    {mute, func(o *Options) { o.CPUs = []int{1023} }, "sched_setaffinity to [1023]"},
	} {
		o := opts
		if test.spoil != nil {
			test.spoil(&o)
		}
		if _, err := Start(t.Context(), test.command, o); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}

func TestStartIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, opts := testServer(t)
	if _, err := Start(ctx, Command{Path: "/bin/sleep", Args: []string{"60"}}, opts); err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("got %v", err)
	}
}

// A server that does not listen to SIGTERM, and what it started, end all the same.
func TestStopForces(t *testing.T) {
	leavesNothing(t)
	c, opts := testServer(t)
	pids := filepath.Join(t.TempDir(), "pids")
	script := `trap "" TERM; "$0" & echo $! >"$1"; while :; do wait; sleep 0.01; done`
	c.Args, c.Path = []string{"-c", script, c.Path, pids}, "/bin/sh"
	s := start(t, c, opts)
	if got := s.processes(); len(got) < 2 {
		t.Errorf("processes %v", got)
	}
	s.Stop()
	if _, err := Exchange(opts.Address, Request("/", "host", false), time.Second); err == nil {
		t.Error("a child of the server is left")
	}
}

func TestDescendants(t *testing.T) {
	cmd := exec.Command("/bin/sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	list := descendants(os.Getpid())
	if list[0] != os.Getpid() || !slices.Contains(list, cmd.Process.Pid) {
		t.Errorf("%d is not in %v", cmd.Process.Pid, list)
	}
}
