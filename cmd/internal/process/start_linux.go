package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Server is a running server.
type Server struct {
	First time.Duration // from just before its start to the first byte of its first response

	cmd    *exec.Cmd
	forks  bool
	group  *group // nil where none could be made
	stderr *os.File
	once   sync.Once     // stops
	ended  chan struct{} // closed when the process that we started has ended
}

// Start starts a server and waits for its first response, which is to have a status
// below 500. The context ends the wait, not the server.
func Start(ctx context.Context, c Command, opts Options) (*Server, error) {
	s, err := prepare(c)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	if err := s.launch(opts.CPUs); err != nil {
		s.release()
		return nil, err
	}
	defer os.Remove(s.stderr.Name()) // it stays open
	first, err := awaitFirst(ctx, opts, s.ended)
	if err != nil {
		defer s.Stop()
		return nil, fmt.Errorf("%s: %w%s", c.Path, err, s.said())
	}
	s.First = first.Sub(begin)
	return s, nil
}

// prepare makes all that can be made before the clock starts.
func prepare(c Command) (*Server, error) {
	stderr, err := os.CreateTemp("", "verbosel-stderr-*")
	if err != nil {
		return nil, err
	}
	s := &Server{cmd: command(c), forks: c.Forks, stderr: stderr, ended: make(chan struct{})}
	s.cmd.Stderr = stderr
	s.group, _ = newGroup() // without one there is less to measure, and CPU says why
	if s.group != nil {
		s.cmd.SysProcAttr.UseCgroupFD = true
		s.cmd.SysProcAttr.CgroupFD = int(s.group.dir.Fd())
	}
	return s, nil
}

// command is c in a process group of its own, and without our standard input. It is
// asked to end when we are gone (prctl(2), PR_SET_PDEATHSIG).
func command(c Command) *exec.Cmd {
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Dir, cmd.Env = c.Dir, append(os.Environ(), c.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: unix.SIGTERM}
	return cmd
}

// launch starts the process on the given processors.
func (s *Server) launch(cpus []int) error {
	if err := on(cpus, s.cmd.Start); err != nil {
		return err
	}
	go func() {
		_ = s.cmd.Wait() // how it ended is seen from what it answered
		close(s.ended)
	}()
	return nil
}

// on runs start on a thread that has only the given processors, which what it starts
// inherits (sched_setaffinity(2)).
func on(cpus []int, start func() error) error {
	if len(cpus) == 0 {
		return start()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return fmt.Errorf("sched_getaffinity: %w", err)
	}
	for _, cpu := range cpus {
		set.Set(cpu)
	}
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		return fmt.Errorf("sched_setaffinity to %v: %w", cpus, err)
	}
	err := start()
	return errors.Join(err, unix.SchedSetaffinity(0, &before))
}

// Affinity lists the processors that we may use.
func Affinity() []int {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return nil
	}
	var list []int
	for cpu := range len(set) * 64 {
		if set.IsSet(cpu) {
			list = append(list, cpu)
		}
	}
	return list
}

// awaitFirst asks until there is an answer, and gives the time of its first byte.
func awaitFirst(ctx context.Context, opts Options, ended <-chan struct{}) (time.Time, error) {
	address, err := parseAddress(opts.Address)
	if err != nil {
		return time.Time{}, err
	}
	request := Request(opts.Path, opts.Address, false)
	deadline := time.Now().Add(opts.Timeout)
	for {
		first, response, err := exchange(address, request, opts.Timeout)
		if err == nil {
			return first, checkStatus(response)
		}
		select {
		case <-ended:
			return first, errors.New("the server ended before it answered")
		case <-ctx.Done():
			return first, ctx.Err()
		default:
		}
		if time.Now().After(deadline) {
			return first, fmt.Errorf("no answer on %s within %v: %w", opts.Address, opts.Timeout, err)
		}
		// On a single processor the server must get it to come up.
		_, _, _ = unix.Syscall(unix.SYS_SCHED_YIELD, 0, 0, 0)
	}
}

// checkStatus refuses what no server in order says.
func checkStatus(response []byte) error {
	line, _, _ := bytes.Cut(response, []byte("\r\n"))
	fields := strings.Fields(string(line))
	if len(fields) < 2 || !strings.HasPrefix(fields[0], "HTTP/1.") || fields[1] >= "500" {
		return fmt.Errorf("the first response is %q", line)
	}
	return nil
}

// said is what the server wrote to standard error, for a message.
func (s *Server) said() string {
	text, err := io.ReadAll(io.NewSectionReader(s.stderr, 0, 2000))
	if err != nil || len(text) == 0 {
		return ""
	}
	return ": " + strings.TrimSpace(string(text))
}
