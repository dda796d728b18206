package process

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// stepper traces a server with all that descends from it. It lets it run until step
// is called, and from then on takes one instruction at a time and counts.
//
// A tracer is a thread, and only it may wait for its tracees: __WNOTHREAD keeps it
// from taking exit statuses that os/exec waits for elsewhere. Nobody else waits for
// the server, as a wait by its parent would take the stops.
type stepper struct {
	count    atomic.Int64
	stepping atomic.Bool
	ended    chan struct{} // closed when no tracee is left

	root int // process id

	mu   sync.Mutex     // guards last: the tracer writes, end reads
	last map[int]uint64 // of each tracee: its instruction pointer at its last stop
}

// options attach to descendants too, and leave nothing behind should we be killed.
const options = unix.PTRACE_O_TRACEFORK | unix.PTRACE_O_TRACEVFORK | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_EXITKILL

func startStepper(c Command) (*stepper, error) {
	s := &stepper{ended: make(chan struct{}), last: map[int]uint64{}}
	started := make(chan error)
	go func() {
		// Never unlocked: the thread ends with the goroutine, and its tracees with it.
		runtime.LockOSThread()
		err := s.start(c)
		started <- err
		if err == nil {
			s.trace()
		}
		close(s.ended)
	}()
	return s, <-started
}

// start starts the server, which stops behind its execve(2).
func (s *stepper) start(c Command) error {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	process, err := os.StartProcess(c.Path, append([]string{c.Path}, c.Args...), &os.ProcAttr{
		Dir: c.Dir, Env: append(os.Environ(), c.Env...), Files: []*os.File{null, null, null},
		Sys: &syscall.SysProcAttr{Ptrace: true, Setpgid: true},
	})
	if err != nil {
		return fmt.Errorf("starting a traced process: %w", err)
	}
	s.root = process.Pid
	s.last[s.root] = 0
	if err := process.Release(); err != nil {
		return err
	}
	var status unix.WaitStatus
	if err := again(func() error { _, err := unix.Wait4(s.root, &status, unix.WALL, nil); return err }); err != nil {
		return fmt.Errorf("wait4: %w", err)
	}
	if !status.Stopped() {
		return errors.New("the server ended while it was started")
	}
	if err := unix.PtraceSetOptions(s.root, options); err != nil {
		return fmt.Errorf("ptrace: %w", err)
	}
	return s.resume(s.root, 0)
}

// trace follows the server until the last of its threads has ended.
func (s *stepper) trace() {
	for {
		var status unix.WaitStatus
		tid, err := unix.Wait4(-1, &status, unix.WALL|unix.WNOTHREAD, nil)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return // ECHILD: nobody is left
		case status.Stopped():
			s.stopped(tid, status)
		default:
			s.mu.Lock()
			delete(s.last, tid)
			s.mu.Unlock()
		}
	}
}

// stopped counts a step, and hands on signals other than those that we caused. That a
// thread is gone when it is to be resumed is seen by the next wait.
func (s *stepper) stopped(tid int, status unix.WaitStatus) {
	signal := status.StopSignal()
	switch {
	case signal == unix.SIGTRAP && status.TrapCause() <= 0:
		s.countStep(tid)
		signal = 0
	case signal == unix.SIGTRAP:
		signal = 0
	case signal == unix.SIGSTOP: // how a tracee begins, or step
		s.begin(tid)
		signal = 0
	}
	_ = s.resume(tid, int(signal))
}

// begin enters a new tracee.
func (s *stepper) begin(tid int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last[tid] += 0
}

// countStep counts an instruction when it is complete: one with a REP prefix stops
// behind each repetition, at the same place.
func (s *stepper) countStep(tid int) {
	var regs unix.PtraceRegs
	if err := unix.PtraceGetRegs(tid, &regs); err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last[tid] != regs.Rip && s.stepping.Load() {
		s.count.Add(1)
	}
	s.last[tid] = regs.Rip
}

// resume lets a thread go on, for one instruction when stepping. (unix.PtraceCont and
// PtraceSingleStep cannot do both: a step with a signal.)
func (s *stepper) resume(tid, signal int) error {
	request := uintptr(unix.PTRACE_CONT)
	if s.stepping.Load() {
		request = unix.PTRACE_SINGLESTEP
	}
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, request, uintptr(tid), 0, uintptr(signal), 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// step begins to count. Every thread is stopped once, so that it is resumed by steps.
func (s *stepper) step() {
	s.stepping.Store(true)
	for _, pid := range descendants(s.root) {
		for _, tid := range threadsOf(pid) {
			_ = unix.Tgkill(pid, tid, unix.SIGSTOP) // it may have ended
		}
	}
}

func threadsOf(pid int) []int {
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid)) // none when it has ended
	var tids []int
	for _, entry := range entries {
		if tid, err := strconv.Atoi(entry.Name()); err == nil {
			tids = append(tids, tid)
		}
	}
	return tids
}

// end kills the server and waits until nothing of it is left.
func (s *stepper) end() {
	for {
		s.kill()
		select {
		case <-s.ended:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// kill ends every tracee. The root is among them, though it may not have stopped yet.
func (s *stepper) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for tid := range s.last {
		_, _, _ = unix.Syscall(unix.SYS_TKILL, uintptr(tid), uintptr(unix.SIGKILL), 0)
	}
}
