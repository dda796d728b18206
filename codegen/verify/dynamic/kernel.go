package dynamic

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// The descriptors that the kernel gives out.
const (
	listener = 3
	client   = 4
)

// state is how far a process is.
type state struct {
	family           uint64 // of the listener
	bound, listening bool
	inherited        bool // the listener
	listenerOpen     bool
	clientOpen       bool
	accepted, child  bool
	busy             bool   // fork failed: the parent answers
	forked           bool   // for this client
	rsp              uint64 // at the first accept
	asking           asking

	nonBlocking, pollerOpen bool
	watched                 bool // the listener, by epoll
	signalsOpen             bool // what says which signal came
	signalsWatched          bool // by epoll
	workers
	shut bool // the listener was closed: the process ends
}

// kernel plays the system calls. Each is made only in its place, with the descriptor
// and the constants that belong there; anything else breaks the rule syscalls.
type kernel struct {
	script Script
	run    *Run
	state

	handlers     []uint64
	stopAtAccept bool
	accepting    bool // stopped there
	inHandler    bool // of a signal
	ticks        int
	readings     int   // of a clock
	at           int   // segment
	given        int   // bytes of it
	timeouts     int   // of reads
	many         *many // unless nil, the connections of a process that waits with epoll
}

// TimeStamp follows the script's clock.
func (k *kernel) TimeStamp() uint64 {
	n := k.ticks
	k.ticks++
	if k.looping() {
		k.many.turned = len(k.many.due) == 0
	}
	if k.script.Clock != nil {
		return k.script.Clock(n)
	}
	const start = 7 << 32
	return start + 1000*uint64(n)
}

// call is a system call in the making.
type call struct {
	m      *isa.Machine
	a      [6]uint64 // rdi, rsi, rdx, r10, r8, r9
	forced *int64    // by the script
}

// fd is the first argument as the kernel takes a descriptor: 32 bits.
func (c call) fd() uint64 { return uint64(uint32(c.a[0])) }

// result is the forced result or else the usual one, and whether that is a success.
func (c call) result(usual int64) (v int64, ok bool) {
	if c.forced != nil {
		return *c.forced, *c.forced >= 0
	}
	return usual, true
}

// demand breaks the rule syscalls unless ok.
func (c call) demand(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return c.m.Fail(rules.Syscalls, format, args...)
}

// readable is memory that the call reads.
func (c call) readable(addr, n uint64) ([]byte, error) {
	b, fault := c.m.Readable(addr, n)
	if fault != nil {
		return nil, fault
	}
	return b, nil
}

// writable is memory that the call may write.
func (c call) writable(addr, n uint64) ([]byte, error) {
	b, fault := c.m.Writable(addr, n)
	if fault != nil {
		return nil, fault
	}
	return b, nil
}

// Syscall makes a call and notes it.
func (k *kernel) Syscall(m *isa.Machine) (uint64, error) {
	r := &m.Regs
	note := Call{
		Index: len(k.run.Calls), Number: int(int32(r[isa.RAX])),
		Args: [3]uint64{r[isa.RDI], r[isa.RSI], r[isa.RDX]},
	}
	c := call{m: m, a: [6]uint64{r[isa.RDI], r[isa.RSI], r[isa.RDX], r[isa.R10], r[isa.R8], r[isa.R9]}}
	if k.script.Result != nil {
		if v, ok := k.script.Result(note); ok {
			c.forced = &v
		}
	}
	result, err := k.play(note.Number, c)
	note.Result = result
	k.run.Calls = append(k.run.Calls, note)
	return uint64(result), err
}

func (k *kernel) play(number int, c call) (int64, error) {
	switch number {
	case Read:
		return k.read(c)
	case Write:
		return k.write(c)
	case Recvfrom:
		return k.recvfrom(c)
	case Sendto:
		return k.sendto(c)
	case Close:
		return k.close(c)
	case RtSigaction:
		return k.sigaction(c)
	case Socket:
		return k.socket(c)
	case Accept:
		return k.accept(c)
	case Bind:
		return k.bind(c)
	case Listen:
		return k.listen(c)
	case Connect:
		return k.connect(c)
	case Setsockopt:
		return k.setsockopt(c)
	case Fork:
		return k.fork(c)
	case Exit:
		return k.exit(c)
	case Poll:
		return k.poll(c)
	case Wait4:
		return k.wait4(c)
	case Umask:
		return k.umask(c)
	case Getpid:
		return k.getpid(c)
	case RtSigprocmask:
		return k.sigprocmask(c)
	case Ppoll:
		return k.ppoll(c)
	case Pipe2:
		return k.pipe2(c)
	case Clone:
		return k.clone(c)
	case SchedGetaffinity:
		return k.affinity(c)
	case EpollCreate1:
		return k.epollCreate1(c)
	case Fcntl:
		return k.fcntl(c)
	case Signalfd4:
		return k.signalfd4(c)
	case EpollCtl:
		return k.epollCtl(c)
	case EpollPwait:
		return k.epollPwait(c)
	case Accept4:
		return k.accept4(c)
	case Getpeername:
		return k.getpeername(c)
	case Pwritev2:
		return k.pwritev2(c)
	case ClockGettime:
		return k.clockGettime(c)
	}
	return 0, c.demand(false, "call %d is not among those that a server makes", number)
}
