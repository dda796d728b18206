package emitted

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long the harness waits for what must happen. It only ends tests
// that have failed already.
const patience = 20 * time.Second

// Options change how a server is started. The zero Options start it on a free port.
type Options struct {
	Port int      // instead of a free one; then a port in use is a failure
	Env  []string // beside PORT; with a Port, instead of it
	Wrap []string // a command that runs the server: strace, unshare, setpriv and the like
	Attr syscall.SysProcAttr

	NoBanner bool // the banner cannot be seen: wait until the port answers
}

// Server is a running server.
type Server struct {
	Addr string // host:port
	Port int
	PID  int // of the process that was started: the parent, or Wrap's

	t              testing.TB
	cmd            *exec.Cmd
	stdout, stderr *output
	done           chan struct{} // closed when the process has ended
	stopped        bool
}

// Start builds and starts the server of a spec that names no files.
func Start(t testing.TB, spec string) *Server {
	t.Helper()
	return BuildText(t, spec).Start(t, Options{})
}

// Start runs the server until the test ends, and returns once it listens.
func (b *Binary) Start(t testing.TB, o Options) *Server {
	t.Helper()
	for range 50 {
		s := b.start(t, o)
		if o.NoBanner && s.awaitPort() || !o.NoBanner && s.awaitBanner() {
			t.Cleanup(s.Stop)
			return s
		}
		s.Kill()
		if o.Port != 0 || !strings.Contains(s.Stderr(), "EADDRINUSE") {
			t.Fatalf("no banner from %s: stdout %q, stderr %q", b.Path, s.Stdout(), s.Stderr())
		}
	}
	t.Fatal("every port that was tried is in use")
	return nil
}

func (b *Binary) start(t testing.TB, o Options) *Server {
	t.Helper()
	port := o.Port
	if port == 0 {
		port = FreePort(t)
	}
	s := &Server{t: t, Port: port, Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), done: make(chan struct{})}
	argv := append(append([]string{}, o.Wrap...), b.Path)
	s.cmd = exec.Command(argv[0], argv[1:]...)
	s.cmd.Env = o.Env
	if o.Port == 0 || o.Env == nil {
		s.cmd.Env = append([]string{"PORT=" + strconv.Itoa(port)}, o.Env...)
	}
	s.cmd.SysProcAttr = &o.Attr
	s.cmd.SysProcAttr.Setpgid = true
	s.cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL // where the test process ends without cleaning up
	var files [2]*os.File
	var err error
	if s.stdout, files[0], err = newOutput(); err != nil {
		t.Fatal(err)
	}
	if s.stderr, files[1], err = newOutput(); err != nil {
		t.Fatal(err)
	}
	s.cmd.Stdout, s.cmd.Stderr = files[0], files[1]
	err = s.cmd.Start()
	files[0].Close()
	files[1].Close()
	if err != nil {
		t.Fatalf("starting the server: %v", err)
	}
	s.PID = s.cmd.Process.Pid
	go func() {
		_ = s.cmd.Wait() // the status is in ProcessState
		close(s.done)
	}()
	return s
}

// awaitBanner waits for the line that says that the server listens; with an access log it
// is on standard error.
func (s *Server) awaitBanner() bool {
	timeout := time.After(patience)
	for {
		if strings.HasSuffix(s.Stdout(), "\n") || strings.HasPrefix(s.Stderr(), ">> ") && strings.HasSuffix(s.Stderr(), "\n") {
			return true
		}
		select {
		case <-s.stdout.changed:
		case <-s.stderr.changed:
		case <-s.done:
			<-s.stderr.end
			return false
		case <-timeout:
			return false
		}
	}
}

// awaitPort waits until the server's port takes connections.
func (s *Server) awaitPort() bool {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if c, err := net.Dial("tcp", s.Addr); err == nil {
			c.Close()
			return true
		}
	}
	return false
}

// Stdout is what the server has written so far: its banner, or its access log.
func (s *Server) Stdout() string { return s.stdout.String() }

// Stderr is what the server has written to standard error so far.
func (s *Server) Stderr() string { return s.stderr.String() }

// Signal sends a signal to the parent.
func (s *Server) Signal(sig syscall.Signal) {
	s.t.Helper()
	if err := syscall.Kill(s.PID, sig); err != nil {
		s.t.Errorf("sending %v to the server: %v", sig, err)
	}
}

// Alive reports whether the process has not ended.
func (s *Server) Alive() bool {
	select {
	case <-s.done:
		return false
	default:
		return true
	}
}

// Wait waits until the parent has ended, and returns its exit status: 128 and the
// signal's number where a signal ended it.
func (s *Server) Wait() (int, error) {
	select {
	case <-s.done:
	case <-time.After(patience):
		return 0, fmt.Errorf("the server has not ended after %v", patience)
	}
	status := s.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return status.ExitStatus(), nil
}

// Stop ends the server with SIGTERM, and fails the test if it does not exit with
// status 0 or has complained. Stopping it again, or after Kill, does nothing.
func (s *Server) Stop() {
	s.t.Helper()
	if s.stopped {
		return
	}
	defer s.Kill()
	if !s.Alive() {
		s.t.Errorf("the server ended by itself: %v", s.cmd.ProcessState)
		return
	}
	s.Signal(syscall.SIGTERM)
	if status, err := s.Wait(); err != nil || status != 0 {
		s.t.Errorf("stopped with SIGTERM, the server exited with status %d, %v", status, err)
	}
	text := s.Stderr()
	if strings.HasPrefix(text, ">> ") { // the banner, of a server with a log
		_, text, _ = strings.Cut(text, "\n")
	}
	if text != "" {
		s.t.Errorf("the server wrote to standard error: %q", text)
	}
}

// Kill ends the server's process group, the children that still have a client
// included.
func (s *Server) Kill() {
	s.stopped = true
	_ = syscall.Kill(-s.PID, syscall.SIGKILL) // ESRCH: all have ended
	<-s.done
}
