package dynamic

import "github.com/verbosel/verbosel/codegen/verify/isa"

// Script says how the world outside of a server behaves. The zero Script is a client
// that sends nothing and closes, or a probe's server that does.
type Script struct {
	Env      []string // of Boot
	Segments [][]byte // what the reads of the client bring, one each, if there is room; then its end
	Silent   bool     // no end, for long: behind the segments the reads time out

	// Clients are those of a server of many connections, which come in this order. Choose is one
	// of n, from 0, for what may come in any order; without it, all is reported as it comes.
	Clients []Client
	Choose  func(n int) int
	Stops   bool // a signal comes once nothing else does, where signals come by a descriptor

	// Result replaces the result of a call, if it reports true: a negative one is an
	// errno, one of read, recvfrom, write or sendto must not be above what was asked for.
	Result func(Call) (int64, bool)

	// Clock is the time stamp counter at its nth reading, from 0. Without it, 1,000
	// ticks pass between two readings.
	Clock func(n int) uint64

	// Time is the time in seconds since 1970 at the nth reading of a clock, from 0. Without it,
	// it is 0.
	Time func(n int) int64

	// Before is called before each instruction, if it is there.
	Before func(*isa.Machine)

	Parent  bool   // fork goes on in the parent, to its next accept; so does clone, behind which Boot gives no Server
	Limit   uint64 // instructions until the run counts as endless; 0 is DefaultLimit
	Discard bool   // what is written is not kept: a server that does not stop writes much
}

// DefaultLimit is far more than a request needs: the largest golden one takes less
// than a million instructions.
const DefaultLimit = 20_000_000

// maxTimeouts is how often the reads of a silent client time out until it closes, so
// that counting them down from any number is no endless loop.
const maxTimeouts = 1000

// Call is a system call as the server made it.
type Call struct {
	Index  int // 0 is the first one of the run
	Number int
	Args   [3]uint64 // rdi, rsi, rdx
	Result int64
}

// Sends: the call takes bytes from the server, and may take fewer than it is given.
func (c Call) Sends() bool { return c.Number == Write || c.Number == Sendto || c.Number == Pwritev2 }

// Receives: it brings bytes, and may bring fewer than there is room for.
func (c Call) Receives() bool { return c.Number == Read || c.Number == Recvfrom }

// Run is how a run went.
type Run struct {
	Output  []byte // what the client got, or a probe's server
	Console []byte // what was written to the descriptors 1 and 2
	Calls   []Call
	Exited  bool   // by exit, not by coming to accept again
	Status  int    // of exit
	Count   uint64 // instructions, from accept on where the server had booted
	Forked  uint64 // of these, those up to fork: the rest are the child's
	Ended   bool   // the client's end was read: otherwise the server closed by itself
	Machine *isa.Machine

	Clients  []Served // as Script.Clients, and how it went with each
	Children [][]Call // of a server of many connections, as they were made
}

// Numbers of the system calls (Linux, arch/x86/entry/syscalls/syscall_64.tbl).
const (
	Read        = 0
	Write       = 1
	Close       = 3
	Poll        = 7
	RtSigaction = 13
	Socket      = 41
	Connect     = 42
	Accept      = 43
	Sendto      = 44
	Recvfrom    = 45
	Bind        = 49
	Listen      = 50
	Setsockopt  = 54
	Fork        = 57
	Exit        = 60
	Wait4       = 61
	Umask       = 95
	Getpid      = 39
	Ppoll       = 271
	EpollCtl    = 233
	EpollPwait  = 281
	Accept4     = 288
	Getpeername = 52
	Pwritev2    = 328

	RtSigprocmask = 14

	ClockGettime = 228
	EpollCreate1 = 291
	Signalfd4    = 289
	Fcntl        = 72

	Clone            = 56
	SchedGetaffinity = 204
	Pipe2            = 293
)

// Errnos that calls may be given (Linux, asm-generic/errno-base.h, errno.h).
const (
	ENOENT       = 2
	EINTR        = 4
	ECHILD       = 10
	EAGAIN       = 11
	ENOMEM       = 12
	EACCES       = 13
	ENFILE       = 23
	EMFILE       = 24
	EPIPE        = 32
	ENETUNREACH  = 101
	ECONNABORTED = 103
	ECONNRESET   = 104
	ENOBUFS      = 105
	ETIMEDOUT    = 110
	ECONNREFUSED = 111
	EINPROGRESS  = 115
)
