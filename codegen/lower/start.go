package lower

import (
	"encoding/binary"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// start emits the boot: socket, options, bind, listen, signals, banner.
func (c *code) start() {
	c.section("start: from exec to the first accept, once")
	c.routine("_start",
		"in: rsp argc, argv, envp (System V ABI, process initialization)",
		"out: r12 listener; r15 class table, base of the data; rbp request buffer; xmm2 to xmm7 as vectors sets them",
		"ends: with status 1 and a message where a call fails")
	c.lea(R15, "classes", "the constants' base, for the life of the process")
	c.vectors()
	c.i2(SUB, RSP, Imm(c.frame()), "variables and buffers: all the memory that is ever written")
	c.i2(LEA, RBP, M(0, RSP, c.slots()), "the request buffer")
	c.readPasswords()
	c.readSlots()
	if c.plan.Server.Listen.PortEnv != "" {
		c.portFromEnvironment(c.frame())
	}
	c.i2(XOR, EBX, EBX, "offset in call_names of the call that is being made")
	if c.hasClock() || c.loops() {
		c.checkClock()
	}
	last := c.listens()
	switch {
	case c.divides():
		c.handleSignals(last)
	case c.handlesEarly():
		c.handleSignals(last)
		c.beginLoop("rt_sigaction")
		c.i2(MOV, EDI, Imm(sigInt), "as behind the last action")
	default:
		c.handleSignals(c.beginLoop(last))
	}
	c.banner()
	if c.divides() {
		c.makeWorkers()
		c.beginLoop("clone")
	}
}

// listens opens the listener, or takes it over, and gives the last call for that.
func (c *code) listens() string {
	if c.plan.Server.Listen.Inherited() {
		c.isForUs(c.frame())
		return c.takeOver()
	}
	c.openSocket()
	if c.plan.Server.Hardened && c.plan.Server.Listen.Family != plan.AFUnix {
		c.nextCall("socket")
		c.setOptions(R12D, c.checkBoot)
	}
	c.bindAndListen()
	return "listen"
}

// vectors sets the registers that compare 16 bytes at once. A system call keeps them,
// and a child inherits them: they are set once for all requests.
func (c *code) vectors() {
	c.i2(PXOR, XMM3, XMM3, "zeros")
	c.broadcast(XMM2, 0x1f, "the last control character")
	c.broadcast(XMM4, 0x20, "what tells lower case from upper case")
	c.broadcast(XMM5, 'a', "the first letter")
	c.broadcast(XMM6, 'z'-'a', "how many follow it")
	c.broadcast(XMM7, '-', "the hyphen of field names")
}

// broadcast fills a register with a byte.
func (c *code) broadcast(dst Reg, b int64, note string) {
	c.i2(MOV, EAX, Imm(b*0x01010101), note)
	c.i2(MOVD, dst, EAX, "")
	c.i2(PUNPCKLDQ, dst, dst, "twice,")
	c.i2(PUNPCKLQDQ, dst, dst, "and four times")
}

func (c *code) openSocket() {
	c.i2(XOR, EDX, EDX, "the family's only protocol")
	if c.loops() {
		c.i2(LEA, ESI, M(0, RDX, 1|sockNonblock), "SOCK_STREAM | SOCK_NONBLOCK: accept4 does not wait; what it accepts does")
	} else {
		c.i2(LEA, ESI, M(0, RDX, 1), "SOCK_STREAM")
	}
	c.i2(LEA, EDI, M(0, RDX, int32(c.plan.Server.Listen.Family)), familyNames[c.plan.Server.Listen.Family])
	c.syscall(sysSocket, "")
	c.checkBoot()
	c.i2(MOV, R12D, EAX, "the listener")
}

var familyNames = map[uint32]string{plan.AFUnix: "AF_UNIX", plan.AFInet: "AF_INET", plan.AFInet6: "AF_INET6"}

// checkBoot leaves the boot where the last call failed.
func (c *code) checkBoot() { c.call("check", "") }

// nextCall moves ebx from the name of a boot call to the one behind it.
func (c *code) nextCall(last string) {
	c.i2(ADD, EBX, Imm(len(last)+3), "the name of the next call, for boot_failed")
}

func (c *code) bindAndListen() {
	l := c.plan.Server.Listen
	last := "socket"
	if c.plan.Server.Hardened && l.Family != plan.AFUnix {
		last = "setsockopt"
	}
	c.nextCall(last)
	if l.Umask != nil {
		c.i2(MOV, EDI, Imm(*l.Umask), "what its file does not permit")
		c.syscall(sysUmask, "")
		c.checkBoot()
		c.nextCall("umask")
	}
	c.i2(MOV, EDX, Imm(len(l.Sockaddr)), "the address's length")
	if l.PortEnv == "" {
		c.lea(RSI, "address", "struct sockaddr")
	} else {
		c.addressWithPort(len(l.Sockaddr))
	}
	c.i2(MOV, EDI, R12D, "")
	c.syscall(sysBind, "")
	c.checkBoot()
	c.nextCall("bind")
	c.i2(MOV, ESI, Imm(c.plan.Server.Backlog), "backlog: connections that may wait")
	c.i2(MOV, EDI, R12D, "")
	c.syscall(sysListen, "")
	c.checkBoot()
}

// addressWithPort copies the address into the buffer and puts the port in, in
// network order: in r13d the port; out rsi.
func (c *code) addressWithPort(size int) {
	c.i2(MOVDQU, XMM0, Sym(16, "address", 0), "struct sockaddr, its port still 0")
	c.i2(MOVDQU, M(16, RBP, 0), XMM0, "")
	if size > 16 {
		c.i2(MOVDQU, XMM0, Sym(16, "address", int32(size-16)), "the rest of it, overlapping")
		c.i2(MOVDQU, M(16, RBP, int32(size-16)), XMM0, "")
	}
	c.i2(MOV, EAX, R13D, "the port")
	c.i1(BSWAP, EAX, "in network order it is the upper half")
	c.i2(SHR, EAX, Imm(16), "")
	c.i2(MOV, M(2, RBP, 2), AX, "sin_port")
	c.i2(MOV, RSI, RBP, "")
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
func (c *code) handleSignals(last string) {
	c.nextCall(last)
	handler, why, flags := "exit_0", "exit with status 0", Imm(saNoCldWait|saRestorer)
	flagsNote := "sa_flags: SA_NOCLDWAIT, children need no wait; SA_RESTORER"
	switch {
	case c.divides():
		handler, why, flags = "stop_workers", "let the workers end, and wait for them; a child ends", saNoCldWait|saRestorer|saNoDefer
		flagsNote += "; SA_NODEFER, so that a second signal comes through"
	case c.loops():
		why = "exit with status 0: in a child, and where the loop has ended"
	case c.stops():
		handler, why, flags = "stop", "wait for the children", saNoCldWait|saRestorer|saNoDefer
		flagsNote += "; SA_NODEFER, so that a second signal comes through"
	}
	c.i2(XOR, EAX, EAX, "")
	c.i2(MOV, M(8, RBP, 24), RAX, "sa_mask: none")
	c.i2(MOV, M(8, RBP, 16), RAX, "sa_restorer: x86-64 wants one, but "+handler+" never returns to it")
	c.i2(MOV, M(8, RBP, 8), flags, flagsNote)
	c.i1(INC, EAX, "")
	c.i2(MOV, M(8, RBP, 0), RAX, "sa_handler: SIG_IGN")
	c.setAction(EDI, sigChld, "SIGCHLD: no zombies")
	c.setAction(DIL, sigPipe, "SIGPIPE: a write to a client that is gone is an error, no death")
	c.lea(RAX, handler, why)
	c.i2(MOV, M(8, RBP, 0), RAX, "sa_handler: "+handler)
	c.setAction(DIL, sigTerm, "SIGTERM: kill, or a container's stop")
	if c.stops() {
		c.setAction(DIL, sigQuit, "SIGQUIT: what some stop a web server with")
	}
	c.setAction(DIL, sigInt, "SIGINT: Ctrl-C")
}

// setAction sets a signal's action. After the first one it is enough to set the low
// byte of its number, in dil.
func (c *code) setAction(number Reg, signal int, note string) {
	c.i2(MOV, number, Imm(signal), note)
	c.call("set_action", "")
}

// banner says where the server listens.
func (c *code) banner() {
	l := c.plan.Server.Listen
	text := bannerText + l.Banner
	if c.logs() {
		c.lea(RSI, "banner", "on standard error, whose number is SIGINT's: the log has standard output for itself")
	} else {
		c.i1(DEC, EDI, "standard output, one less than SIGINT")
		c.lea(RSI, "banner", "")
	}
	if l.PortEnv == "" {
		text += "\n"
		c.i2(MOV, EDX, Imm(len(text)), "")
		c.call("tell", "")
	} else {
		c.i2(MOV, EDX, Imm(len(text)), "")
		c.call("tell_port", "")
	}
	c.text("banner", text, "")
}

// bannerText comes before the address in the banner; whereText is the part of it
// that an error message uses as well.
const (
	bannerText = ">> server listening " + whereText
	whereText  = "on "
)

// tell writes constant text to the descriptor in edi.
func (c *code) tell(label, text, note string) {
	c.lea(RSI, label, note)
	c.i2(MOV, EDX, Imm(len(text)), "")
	c.call("tell", "")
	c.text(label, text, "")
}

// addressData lays the address out. The kernel does not look at sin_zero, the padding of
// an IPv4 address (ip(7)): the banner, which follows, stands there.
func (c *code) addressData() {
	b, note := c.plan.Server.Listen.Sockaddr, ""
	if c.plan.Server.Listen.Family == plan.AFInet {
		b, note = b[:8], "and for sin_zero whatever follows"
	}
	c.datum(Datum{Label: "address", Note: "struct sockaddr of bind(2)", Fields: []Field{Bytes{B: b, Note: note}}})
}

// timeval is struct timeval: seconds and microseconds.
func timeval(t plan.Timeval) []byte {
	b := binary.LittleEndian.AppendUint64(nil, t.Sec)
	return binary.LittleEndian.AppendUint64(b, t.Usec)
}
