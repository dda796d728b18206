package gate

import (
	"fmt"
	"slices"
)

// A system call's number on x86-64 (Linux, arch/x86/entry/syscalls/syscall_64.tbl).
const (
	sysRead        = 0
	sysWrite       = 1
	sysClose       = 3
	sysPoll        = 7
	sysSigaction   = 13
	sysSocket      = 41
	sysConnect     = 42
	sysAccept      = 43
	sysSendto      = 44
	sysRecvfrom    = 45
	sysBind        = 49
	sysListen      = 50
	sysSetsockopt  = 54
	sysFork        = 57
	sysExit        = 60
	sysWait4       = 61
	sysUmask       = 95
	sysGetpid      = 39
	sysSigprocmask = 14
	sysPpoll       = 271
	sysFcntl       = 72
	sysExitGroup   = 231
	maxSyscall     = 1<<31 - 1 // the kernel takes the number from eax, signed
	unknownSyscall = -1

	sysClockGettime = 228
	sysEpollCtl     = 233
	sysEpollPwait   = 281
	sysAccept4      = 288
	sysGetpeername  = 52
	sysPwritev2     = 328
	sysSignalfd4    = 289
	sysEpollCreate1 = 291

	sysClone    = 56
	sysAffinity = 204
	sysPipe2    = 293
)

// names holds the calls that a server or a probe may be allowed to make.
var names = map[int]string{
	sysRead:       "read",
	sysWrite:      "write",
	sysClose:      "close",
	sysSigaction:  "rt_sigaction",
	sysSocket:     "socket",
	sysAccept:     "accept",
	sysSendto:     "sendto",
	sysRecvfrom:   "recvfrom",
	sysBind:       "bind",
	sysListen:     "listen",
	sysSetsockopt: "setsockopt",
	sysFork:       "fork",
	sysExit:       "exit",
	sysPoll:       "poll",
	sysWait4:      "wait4",
	sysUmask:      "umask",
	sysConnect:    "connect",
	sysGetpid:     "getpid",
	sysPpoll:      "ppoll",
	sysFcntl:      "fcntl",

	sysSigprocmask: "rt_sigprocmask",

	sysClockGettime: "clock_gettime",
	sysEpollCtl:     "epoll_ctl",
	sysEpollPwait:   "epoll_pwait",
	sysAccept4:      "accept4",
	sysGetpeername:  "getpeername",
	sysPwritev2:     "pwritev2",
	sysSignalfd4:    "signalfd4",
	sysEpollCreate1: "epoll_create1",

	sysClone:    "clone",
	sysAffinity: "sched_getaffinity",
	sysPipe2:    "pipe2",
}

// Set is what is promised of a program: the numbers of system calls that it may make, and the
// instructions of which clients may get what they read of the environment.
type Set struct {
	calls []int
	shown []uint64 // addresses
	shows bool     // whatever they are
}

// Showing is the set with instructions whose bytes of the environment clients may get.
func (s Set) Showing(addrs ...uint64) Set {
	s.shown = addrs
	return s
}

// Calls are the numbers of the system calls.
func (s Set) Calls() []int { return s.calls }

// Shows says that clients may get what the instruction at addr reads of the environment.
func (s Set) Shows(addr uint64) bool { return s.shows || slices.Contains(s.shown, addr) }

// Ten returns the ten calls of `syscalls: ten`.
func Ten() Set {
	return Set{calls: []int{
		sysRead, sysWrite, sysClose, sysSigaction, sysSocket,
		sysAccept, sysBind, sysListen, sysFork, sysExit,
	}}
}

// Hardened returns the ten, setsockopt, wait4 and poll, the set of `syscalls: hardened`,
// umask, which a unix socket with a mode adds, clock_gettime, which a clock adds, and getpid,
// rt_sigprocmask and ppoll, which a listener that is handed over adds.
func Hardened() Set {
	return Ten().and(sysSetsockopt, sysWait4, sysPoll, sysUmask, sysClockGettime, sysGetpid, sysSigprocmask, sysPpoll)
}

// Loop returns the calls of a server that serves many connections in one process: the hardened
// ones, recvfrom, sendto and accept4, those of epoll, and signalfd4; getpeername and pwritev2,
// which a log adds; fcntl, which a listener that is handed over adds.
func Loop() Set {
	return Hardened().and(sysRecvfrom, sysSendto, sysAccept4, sysEpollCreate1, sysEpollCtl, sysEpollPwait, sysSignalfd4, sysGetpeername, sysPwritev2, sysFcntl)
}

// Workers returns those of several processes that serve many connections each: beside these, what makes them.
func Workers() Set { return Loop().and(sysClone, sysPipe2, sysAffinity) }

// Probe returns the calls of the program that asks a server for its health.
func Probe() Set {
	return Set{calls: []int{sysRead, sysWrite, sysSocket, sysConnect, sysSetsockopt, sysExit}}
}

// Any returns the calls of all programs that the compiler makes, of which clients may get what
// the report says. None makes all of them: the proof tells a probe from a server.
func Any() Set {
	s := Workers().and(sysConnect)
	s.shows = true
	return s
}

func (s Set) and(calls ...int) Set {
	s.calls = append(s.calls, calls...)
	return s
}

func (s Set) has(number int) bool { return slices.Contains(s.calls, number) }

// SyscallName returns the name of a system call that a server may make, or "syscall
// N" for any other.
func SyscallName(number int) string {
	if name, ok := names[number]; ok {
		return name
	}
	return fmt.Sprintf("syscall %d", number)
}
