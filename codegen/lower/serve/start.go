package serve

import (
	"github.com/verbosel/verbosel/codegen/lower/boot"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/request"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Start emits the boot: socket, options, bind, listen, signals, banner.
func Start(c *emit.Code) {
	c.Section("start: from exec to the first accept, once")
	c.Routine("_start",
		"in: rsp argc, argv, envp (System V ABI, process initialization)",
		"out: r12 listener; r15 class table, base of the data; rbp request buffer; xmm2 to xmm7 as vectors sets them",
		"ends: with status 1 and a message where a call fails")
	c.Lea(R15, "classes", "the constants' base, for the life of the process")
	vectors(c)
	c.I2(SUB, RSP, Imm(c.Frame()), "variables and buffers: all the memory that is ever written")
	c.I2(LEA, RBP, M(0, RSP, c.Slots()), "the request buffer")
	request.ReadPasswords(c)
	slots.ReadSlots(c)
	if c.Plan.Server.Listen.PortEnv != "" {
		boot.PortFromEnvironment(c, c.Frame())
	}
	c.I2(XOR, EBX, EBX, "offset in call_names of the call that is being made")
	if c.HasClock() || c.Loops() {
		boot.CheckClock(c)
	}
	last := listens(c)
	switch {
	case divides(c):
		handleSignals(c, last)
	case handlesEarly(c):
		handleSignals(c, last)
		beginLoop(c, "rt_sigaction")
		c.I2(MOV, EDI, Imm(sigInt), "as behind the last action")
	default:
		handleSignals(c, beginLoop(c, last))
	}
	banner(c)
	if divides(c) {
		makeWorkers(c)
		beginLoop(c, "clone")
	}
}

// listens opens the listener, or takes it over, and gives the last call for that.
func listens(c *emit.Code) string {
	if c.Plan.Server.Listen.Inherited() {
		isForUs(c, c.Frame())
		return takeOver(c)
	}
	openSocket(c)
	if c.Plan.Server.Hardened && c.Plan.Server.Listen.Family != plan.AFUnix {
		boot.NextCall(c, "socket")
		boot.SetOptions(c, R12D, func() { boot.CheckBoot(c) })
	}
	bindAndListen(c)
	return "listen"
}

// vectors sets the registers that compare 16 bytes at once. A system call keeps them,
// and a child inherits them: they are set once for all requests.
func vectors(c *emit.Code) {
	c.I2(PXOR, XMM3, XMM3, "zeros")
	broadcast(c, XMM2, 0x1f, "the last control character")
	broadcast(c, XMM4, 0x20, "what tells lower case from upper case")
	broadcast(c, XMM5, 'a', "the first letter")
	broadcast(c, XMM6, 'z'-'a', "how many follow it")
	broadcast(c, XMM7, '-', "the hyphen of field names")
}

// broadcast fills a register with a byte.
func broadcast(c *emit.Code, dst Reg, b int64, note string) {
	c.I2(MOV, EAX, Imm(b*0x01010101), note)
	c.I2(MOVD, dst, EAX, "")
	c.I2(PUNPCKLDQ, dst, dst, "twice,")
	c.I2(PUNPCKLQDQ, dst, dst, "and four times")
}

func openSocket(c *emit.Code) {
	c.I2(XOR, EDX, EDX, "the family's only protocol")
	if c.Loops() {
		c.I2(LEA, ESI, M(0, RDX, 1|sockNonblock), "SOCK_STREAM | SOCK_NONBLOCK: accept4 does not wait; what it accepts does")
	} else {
		c.I2(LEA, ESI, M(0, RDX, 1), "SOCK_STREAM")
	}
	c.I2(LEA, EDI, M(0, RDX, int32(c.Plan.Server.Listen.Family)), boot.FamilyNames[c.Plan.Server.Listen.Family])
	c.Syscall(emit.SysSocket, "")
	boot.CheckBoot(c)
	c.I2(MOV, R12D, EAX, "the listener")
}

func bindAndListen(c *emit.Code) {
	l := c.Plan.Server.Listen
	last := "socket"
	if c.Plan.Server.Hardened && l.Family != plan.AFUnix {
		last = "setsockopt"
	}
	boot.NextCall(c, last)
	if l.Umask != nil {
		c.I2(MOV, EDI, Imm(*l.Umask), "what its file does not permit")
		c.Syscall(emit.SysUmask, "")
		boot.CheckBoot(c)
		boot.NextCall(c, "umask")
	}
	c.I2(MOV, EDX, Imm(len(l.Sockaddr)), "the address's length")
	if l.PortEnv == "" {
		c.Lea(RSI, "address", "struct sockaddr")
	} else {
		boot.AddressWithPort(c, len(l.Sockaddr))
	}
	c.I2(MOV, EDI, R12D, "")
	c.Syscall(emit.SysBind, "")
	boot.CheckBoot(c)
	boot.NextCall(c, "bind")
	c.I2(MOV, ESI, Imm(c.Plan.Server.Backlog), "backlog: connections that may wait")
	c.I2(MOV, EDI, R12D, "")
	c.Syscall(emit.SysListen, "")
	boot.CheckBoot(c)
}

// Signals and flags of rt_sigaction(2).
const (
	sigInt, sigQuit, sigPipe, sigTerm, sigChld = 2, 3, 13, 15, 17

	sigIgn = 1

	saNoCldWait = 0x2
	saNoDefer   = 0x40000000
	saRestorer  = 0x04000000
)

// handleSignals: SIGCHLD, so that the dead do not pile up; SIGPIPE, so that a client
// that is gone cannot end the parent's 503; SIGTERM and SIGINT, and in hardened SIGQUIT,
// to stop: a process 1 ignores what it does not handle. SIGINT comes last: edi is 2 then.
//
// last is the call before it.
func handleSignals(c *emit.Code, last string) {
	boot.NextCall(c, last)
	handler, why, flags := "exit_0", "exit with status 0", Imm(saNoCldWait|saRestorer)
	flagsNote := "sa_flags: SA_NOCLDWAIT, children need no wait; SA_RESTORER"
	switch {
	case divides(c):
		handler, why, flags = "stop_workers", "let the workers end, and wait for them; a child ends", saNoCldWait|saRestorer|saNoDefer
		flagsNote += "; SA_NODEFER, so that a second signal comes through"
	case c.Loops():
		why = "exit with status 0: in a child, and where the loop has ended"
	case c.Stops():
		handler, why, flags = "stop", "wait for the children", saNoCldWait|saRestorer|saNoDefer
		flagsNote += "; SA_NODEFER, so that a second signal comes through"
	}
	c.I2(XOR, EAX, EAX, "")
	c.I2(MOV, M(8, RBP, 24), RAX, "sa_mask: none")
	c.I2(MOV, M(8, RBP, 16), RAX, "sa_restorer: x86-64 wants one, but "+handler+" never returns to it")
	c.I2(MOV, M(8, RBP, 8), flags, flagsNote)
	c.I1(INC, EAX, "")
	c.I2(MOV, M(8, RBP, 0), RAX, "sa_handler: SIG_IGN")
	setAction(c, EDI, sigChld, "SIGCHLD: no zombies")
	setAction(c, DIL, sigPipe, "SIGPIPE: a write to a client that is gone is an error, no death")
	c.Lea(RAX, handler, why)
	c.I2(MOV, M(8, RBP, 0), RAX, "sa_handler: "+handler)
	setAction(c, DIL, sigTerm, "SIGTERM: kill, or a container's stop")
	if c.Stops() {
		setAction(c, DIL, sigQuit, "SIGQUIT: what some stop a web server with")
	}
	setAction(c, DIL, sigInt, "SIGINT: Ctrl-C")
}

// setAction sets a signal's action. After the first one it is enough to set the low
// byte of its number, in dil.
func setAction(c *emit.Code, number Reg, signal int, note string) {
	c.I2(MOV, number, Imm(signal), note)
	c.Call("set_action", "")
}

// banner says where the server listens.
func banner(c *emit.Code) {
	l := c.Plan.Server.Listen
	text := bannerText + l.Banner
	if c.Logs() {
		c.Lea(RSI, "banner", "on standard error, whose number is SIGINT's: the log has standard output for itself")
	} else {
		c.I1(DEC, EDI, "standard output, one less than SIGINT")
		c.Lea(RSI, "banner", "")
	}
	if l.PortEnv == "" {
		text += "\n"
		c.I2(MOV, EDX, Imm(len(text)), "")
		c.Call("tell", "")
	} else {
		c.I2(MOV, EDX, Imm(len(text)), "")
		c.Call("tell_port", "")
	}
	c.Text("banner", text, "")
}

// bannerText comes before the address in the banner; whereText is the part of it
// that an error message uses as well.
const (
	bannerText = ">> server listening " + whereText
	whereText  = "on "
)

// AddressData lays the address out. The kernel does not look at sin_zero, the padding of
// an IPv4 address (ip(7)): the banner, which follows, stands there.
func AddressData(c *emit.Code) {
	b, note := c.Plan.Server.Listen.Sockaddr, ""
	if c.Plan.Server.Listen.Family == plan.AFInet {
		b, note = b[:8], "and for sin_zero whatever follows"
	}
	c.Datum(Datum{Label: "address", Note: "struct sockaddr of bind(2)", Fields: []Field{Bytes{B: b, Note: note}}})
}
