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
	First time.Duration // from its exec to the first byte of its first response

	cmd    *exec.Cmd
	gate   *os.File // a line to it lets the server's exec happen
	forks  bool
	group  *group // nil where none could be made
	quota  *quota // nil where it has all that it can get
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
	if err := s.launch(opts.CPUs); err != nil {
		s.release()
		return nil, err
	}
	defer os.Remove(s.stderr.Name()) // it stays open
	if opts.Processors > 0 {
		if s.quota, err = newQuota(s.group, s.cmd.Process.Pid, opts.Processors); err != nil {
			s.Stop()
			return nil, err
		}
	}
	begin, err := s.open()
	if err != nil {
		s.Stop()
		return nil, err
	}
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
	if _, err := exec.LookPath(c.Path); err != nil {
		return nil, err
	}
	stderr, err := os.CreateTemp("", "verbosel-stderr-*")
	if err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, stderr.Close(), os.Remove(stderr.Name()))
	}
	s := &Server{cmd: command(c), forks: c.Forks, gate: write, stderr: stderr, ended: make(chan struct{})}
	s.cmd.Stdin, s.cmd.Stderr = read, stderr
	s.group, _ = newGroup() // without one there is less to measure, and CPU says why
	if s.group != nil {
		s.cmd.SysProcAttr.UseCgroupFD = true
		s.cmd.SysProcAttr.CgroupFD = int(s.group.dir.Fd())
	}
	return s, nil
}

// gated is a shell that waits for a line, and then becomes the server. So neither our
// fork nor what Go does around it is part of a start's time.
const gated = `read line; exec "$0" "$@" </dev/null`

// command is c behind the gate, in a process group of its own. It is asked to end when
// we are gone (prctl(2), PR_SET_PDEATHSIG).
func command(c Command) *exec.Cmd {
	cmd := exec.Command("/bin/sh", append([]string{"-c", gated, c.Path}, c.Args...)...)
	cmd.Dir, cmd.Env = c.Dir, append(os.Environ(), c.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: unix.SIGTERM}
	return cmd
}

// settle is what the shell gets to arrive at the gate.
const settle = 10 * time.Millisecond

// open opens the gate and starts the clock.
func (s *Server) open() (begin time.Time, err error) {
	time.Sleep(settle)
	begin = time.Now()
	_, err = s.gate.Write([]byte("\n"))
	return begin, err
}

// launch starts the process on the given processors.
func (s *Server) launch(cpus []int) error {
	err := on(cpus, s.cmd.Start)
	s.cmd.Stdin.(*os.File).Close() // the shell has its own
	if err != nil {
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
		first, response, err := exchange(address, request, opts.Timeout, false)
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
