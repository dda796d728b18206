package cert

import (
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// A server may be handed its listener over (sd_listen_fds(3)): then it asks for its own number in place of a socket.
// If that descriptor is none, or no listener, accept fails, and there is no client.
const (
	inherited   = -1 // its family, which is none that socket takes
	inheritedFD = 3
)

// setFlags is F_SETFL of fcntl(2).
const setFlags = 4

// callFcntl tells a listener that was handed over not to wait: as from then on is known where that succeeds.
func (s *State) callFcntl() {
	s.demand(s.booted.Family == inherited, rules.Syscalls, "fcntl of a listener that was not handed over")
	s.booted.Mode = Unsettled
}

// hasInherited demands that a listener that was handed over is there before something is opened that would have its number.
func (s *State) hasInherited() {
	s.demand(s.booted.Family != inherited || s.booted.Mode == NonBlocking, rules.Syscalls, "the listener, which was handed over, is not known to be open, and not to wait")
}

const stdout = 1

// peerSizes are how many bytes of its address accept writes at least, by family: accept(2); unix(7), a client
// without a name has its family alone.
var peerSizes = map[int64]int64{afUnix: 2, afInet: 16, afInet6: 28}

// maxPeer bounds the room for it, in bytes.
const maxPeer = 1 << 12

// peerAddress demands room for the client's address where rsi points, as much as the number says to which rdx points. A child
// may read what accept is known to write there, and what was a constant before: the parent, which goes on to the next
// client, nothing. A process that serves many clients asks for that of the one that it has read from, and may read it where
// that is known to have succeeded.
func (s *State) peerAddress() {
	at, length := s.regs[x86.RSI], s.regs[x86.RDX]
	off, ok := s.offset(at)
	n := s.load(length, 4)
	s.demand(ok && off.IsConst() && n.IsConst() && 0 <= n.C && n.C <= maxPeer, rules.Syscalls, "the client's address has no known place of known size")
	told := min(n.C, peerSizes[s.booted.Family])
	if s.booted.Family == inherited { // it may be of any family
		for told = 0; told < n.C; told += 8 {
			s.demand(s.load(s.plusConst(at, told), uint8(min(8, n.C-told))).IsConst(), rules.Reads, "what is left there may be an earlier client's address")
		}
		told = n.C
	}
	s.clobber(at, n)
	s.clobber(length, linear.Const(4))
	s.peer = Span{off.C, off.C + told}
}

// hasPeer: the client's address is there.
func (s *State) hasPeer() {
	s.wrote(linear.Const(s.peer.Lo), linear.Const(s.peer.Hi))
	s.peer = Span{}
}

// Of pwritev2(2) and struct iovec: where it is behind the last one, and what would wait fails.
const (
	rwfNoWait           = 8
	iovecSize, iovecLen = 16, 8
)

// callPwritev2 writes one range to standard output, for the log.
func (s *State) callPwritev2() {
	at := s.regs[x86.RSI]
	n := s.load(s.plusConst(at, iovecLen), 8)
	s.demandLength(n, "the struct iovec")
	s.tells(s.load(at, 8), n)
}

// pollfdSize is that of struct pollfd in bytes, of which the kernel writes those from revents on: poll(2).
const pollfdSize, revents = 8, 6

// polled demands one struct pollfd where rdi points, of a descriptor.
func (s *State) polled(call string, fd int64) {
	at := s.regs[x86.RDI]
	s.readable(at, linear.Const(pollfdSize))
	s.demand(s.load(at, 4).Is(fd), rules.Syscalls, call+": the descriptor is another")
	s.clobber(s.plusConst(at, revents), linear.Const(pollfdSize-revents))
}

// callPpoll waits for a client of a listener that was handed over, with other signals blocked meanwhile; or for nothing and
// no time, so that a signal comes through.
func (s *State) callPpoll() {
	if n, _ := s.number(x86.RSI, 8); n == 1 {
		s.has("ppoll", is(x86.RDX, 0))
		s.demand(s.booted.Family == inherited, rules.Syscalls, "ppoll of a listener that was not handed over")
		s.polled("ppoll", inheritedFD)
		return
	}
	off, ok := s.relative(s.regs[x86.RDX], ImageBase) // the kernel writes what is left of it, but not into the data
	for i := int64(0); i < timespecSize; i += 8 {
		s.demand(ok && off.IsConst() && s.load(s.plusConst(s.regs[x86.RDX], i), 8).Is(0), rules.Syscalls, "ppoll of no descriptor: rdx points to no constant time of 0")
	}
}
