// Package process starts a server and measures it from outside: how long it takes
// from its start to its first response, what memory it holds, what processor time it
// uses, and how many instructions of its own a request costs.
//
// It knows nothing about what the server is: it sees processes (proc(5)), a control
// group (cgroups(7)) and a socket. A server is ended by the ids of the processes
// that it started.
package process

import (
	"errors"
	"time"
)

// Command is a server to start. It is to stay in the foreground.
type Command struct {
	Path string
	Args []string // without the program's name
	Dir  string   // empty: the current folder
	Env  []string // beside our own environment

	// Forks says that it forks for each connection. Such children leave no trace
	// behind in proc(5), so that their time is known from a control group only.
	Forks bool
}

// Options say how a server is started and asked.
type Options struct {
	CPUs    []int         // where it is to run; empty for anywhere
	Address string        // host:port where it listens
	Path    string        // of the first request
	Timeout time.Duration // for its first response

	// Processors bounds the time that all of the server's processes get, in processors: 0.5 is the half of one. 0: no
	// bound.
	Processors float64
}

// Memory is what a server holds, in bytes, over all its processes.
type Memory struct {
	Resident     int64 // sum of the resident sets: shared pages count in each process
	Proportional int64 // sum of the proportional sets (PSS): shared pages are shared out
	KernelStacks int64 // one for each thread
}

// Idle is the memory that is gone while the server waits.
func (m Memory) Idle() int64 { return m.Proportional + m.KernelStacks }

// kernelStack is what the kernel keeps for each thread on x86-64 (Documentation/
// arch/x86/kernel-stacks.rst: THREAD_SIZE, four pages).
const kernelStack = 16 << 10

// ErrUnsupported is what measuring ends with where it cannot be done.
var ErrUnsupported = errors.New("servers run, and are measured, on x86-64 Linux only")

// ErrNoCPUTime says how to make a control group available.
var ErrNoCPUTime = errors.New("processor time of a server that forks is known from a control group only, and none can be made here: " +
	"run as root, or under 'systemd-run --user --scope -p Delegate=yes'")
