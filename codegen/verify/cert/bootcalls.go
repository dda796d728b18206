package cert

import (
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Constants of socket(2), sigaction(2) and setsockopt(2).
const (
	afUnix, afInet, afInet6   = 1, 2, 10
	sockStream, sockNonBlock  = 1, 0x800
	sigInt, sigQuit, sigPipe  = 2, 3, 13
	sigTerm, sigChld          = 15, 17
	sigIgn                    = 1
	saNoCldWait               = 0x2
	saNoDefer                 = 0x40000000
	saRestorer                = 0x04000000
	sigactionSize, sigsetSize = 32, 8
)

func (s *State) callSocket() {
	s.booted.Family, _ = s.number(x86.RDI, 8)
	if kind, _ := s.number(x86.RSI, 8); kind&sockNonBlock != 0 {
		s.booted.Mode = NonBlocking
	}
}

// socketAddresses are how long an address of each family is, in bytes: ip(7), ipv6(7), unix(7).
var socketAddresses = map[int64][2]int64{afInet: {16, 16}, afInet6: {28, 28}, afUnix: {3, 110}}

// callBind demands a constant address of the socket's family where rsi points, or one of
// which the family is.
func (s *State) callBind() {
	size := socketAddresses[s.booted.Family]
	s.has("bind", arg{reg: x86.RDX, least: size[0], most: size[1]})
	s.tells(s.regs[x86.RSI], s.regs[x86.RDX])
	s.demand(s.load(s.regs[x86.RSI], 2).Is(s.booted.Family), rules.Syscalls, "bind: the address is not of the socket's family")
}

// socketOption is what setsockopt may set: level, name, size of the value in bytes.
type socketOption struct{ level, name, size int64 }

var socketOptions = map[socketOption]bool{
	{1, 2, 4}: true, {1, 20, 16}: true, {1, 21, 16}: true, // SOL_SOCKET: SO_REUSEADDR, SO_RCVTIMEO, SO_SNDTIMEO
	{1, 15, 4}:  true, // and SO_REUSEPORT
	{6, 1, 4}:   true, // IPPROTO_TCP: TCP_NODELAY
	{6, 9, 4}:   true, // and TCP_DEFER_ACCEPT
	{41, 26, 4}: true, // IPPROTO_IPV6: IPV6_V6ONLY
}

func (s *State) callSetsockopt() {
	level, ok1 := s.number(x86.RSI, 8)
	name, ok2 := s.number(x86.RDX, 8)
	size, ok3 := s.number(x86.R8, 8)
	s.demand(ok1 && ok2 && ok3 && socketOptions[socketOption{level, name, size}], rules.Syscalls, "setsockopt: level, name and size are none that a server sets")
	s.tells(s.regs[x86.R10], linear.Const(size))
}

// callSigaction demands an action that ignores a signal, or whose handler is checked like the
// rest of the program (Linux, struct kernel_sigaction). A child may ignore signals, and no more.
func (s *State) callSigaction() {
	at := s.regs[x86.RSI]
	handler, flags, restorer := s.load(at, 8), s.load(s.plusConst(at, 8), 8), s.load(s.plusConst(at, 16), 8)
	s.demand(flags.IsConst() && flags.C&^(saNoCldWait|saNoDefer) == saRestorer && restorer.Is(0), rules.Syscalls, "rt_sigaction: the flags are not SA_RESTORER, or with SA_NOCLDWAIT and SA_NODEFER, with no restorer")
	addr, ok := s.relative(handler, ImageBase)
	switch {
	case handler.Is(sigIgn):
	case !s.phase.Booting():
		s.refuse(rules.Syscalls, "rt_sigaction: a signal may only be ignored here")
	case !ok || !addr.IsConst() || !s.check.isText(uint64(addr.C)):
		s.refuse(rules.Syscalls, "rt_sigaction: the handler is neither SIG_IGN nor a known address of the text")
	default:
		s.check.handler(uint64(addr.C))
	}
}
