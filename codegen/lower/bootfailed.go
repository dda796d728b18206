package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// bootFailed emits what the boot calls: it stands behind the hot code.
func (c *code) bootFailed() {
	l := c.plan.Server.Listen
	c.section("boot routines, and what is said where the boot fails")
	c.routine("set_action", "in: edi signal; rbp struct sigaction", "clobbers: rax rcx rdx rsi r10 r11")
	c.i2(MOV, R10D, Imm(8), "size of a signal set")
	c.i2(XOR, EDX, EDX, "the old action is not wanted")
	c.i2(MOV, RSI, RBP, "")
	c.syscall(sysRtSigact, "")
	c.routine("check", "in: eax a call's result; ebx offset of its name", "ends: in boot_failed where that is an error")
	c.i2(TEST, EAX, EAX, "an errno is negative")
	c.i1(JS, Target("boot_failed"), "")
	c.i0(RET, "")

	c.routine("tell", "in: edi descriptor; rsi text; edx length", "clobbers: rax rcx r11")
	c.syscall(sysWrite, "")
	c.i0(RET, "")

	if l.PortEnv != "" {
		c.routine("tell_port", "in: edi descriptor; rsi text, edx length; r9 the port's text", "Writes the text, the port and a new line.", "clobbers: rax rcx rdx rsi r11")
		c.call("tell", "")
		c.i2(MOV, RSI, R9, "")
		c.i2(MOV, EDX, slot(4, slotPortLength), "")
		c.call("tell", "")
		c.lea(RSI, "newline", "")
		c.i2(MOV, EDX, Imm(1), "")
		c.i1(JMP, Target("tell"), "")
		c.text("newline", "\n", "")
	}

	if l.Inherited() {
		c.notForUs()
	}
	c.routine("boot_failed", "in: eax -errno; ebx offset of the call's name; r9 the port's text if the environment gave it")
	c.i1(NEG, EAX, "errno")
	c.i2(MOV, R14D, EAX, "")
	c.i2(MOV, EDI, Imm(2), "standard error, for all that follows")
	c.lea(RSI, "call_names", "")
	c.i2(ADD, RSI, RBX, "the name's length, then the name")
	c.i2(MOVZX, EDX, M(1, RSI, 0), "")
	c.i1(INC, RSI, "")
	c.call("tell", "which call")
	c.errnoName()
	c.i2(LEA, RSI, Sym(0, "banner", int32(len(bannerText)-len(whereText))), "and on which address, as in the banner")
	where := len(whereText + l.Banner)
	if l.PortEnv == "" {
		c.i2(MOV, EDX, Imm(where+1), "")
		c.call("tell", "")
	} else {
		c.i2(MOV, EDX, Imm(where), "")
		c.call("tell_port", "")
	}
	c.i1(DEC, EDI, "status 1, one less than standard error")
	c.i1(JMP, Target("exit"), "")
	c.callNames()
	c.errnoNames()
}

// errnoName looks r14d up and writes its name.
func (c *code) errnoName() {
	c.lea(RSI, "errno_names", "errno, length, name; the last errno is 0")
	c.label("errno_next")
	c.i2(MOVZX, EAX, M(1, RSI, 0), "an errno")
	c.i2(MOVZX, EDX, M(1, RSI, 1), "the length of its name")
	c.i2(ADD, RSI, Imm(2), "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JZ, Target("errno_found"), "the last one stands for all that have no name here")
	c.i2(CMP, EAX, R14D, "")
	c.i1(JE, Target("errno_found"), "")
	c.i2(ADD, RSI, RDX, "")
	c.i1(JMP, Target("errno_next"), "")
	c.label("errno_found")
	c.call("tell", "why")
}

func (c *code) callNames() {
	var names []string
	if c.hasClock() || c.loops() {
		names = append(names, "clock_gettime")
	}
	if c.plan.Server.Listen.Inherited() {
		names = append(names, "setsockopt")
		if c.loops() {
			names = append(names, "fcntl")
		}
		if !c.divides() {
			names = append(names, "rt_sigprocmask")
		}
	} else {
		names = append(names, c.openingCalls()...)
	}
	if c.handlesEarly() {
		names = append(names, "rt_sigaction")
	}
	if c.loops() && !c.divides() {
		if !c.plan.Server.Listen.Inherited() {
			names = append(names, "rt_sigprocmask")
		}
		names = append(names, "signalfd4", "epoll_create1", "epoll_ctl")
	}
	d := Datum{Label: "call_names", Note: "the boot's calls, in their order"}
	if !c.handlesEarly() {
		names = append(names, "rt_sigaction")
	}
	if c.divides() {
		names = append(names, c.dividingCalls()...)
		names = append(names, "rt_sigprocmask", "epoll_create1", "epoll_ctl")
	}
	for _, n := range names {
		d.Fields = append(d.Fields, Word{Size: 1, Value: uint64(len(n) + 2)}, Bytes{B: []byte(n + ": ")})
	}
	c.datum(d)
}

// openingCalls are those that open the listener.
func (c *code) openingCalls() []string {
	names := []string{"socket"}
	if c.plan.Server.Hardened && c.plan.Server.Listen.Family != plan.AFUnix {
		names = append(names, "setsockopt")
	}
	if c.plan.Server.Listen.Umask != nil {
		names = append(names, "umask")
	}
	return append(names, "bind", "listen")
}

// errno is an error with its name.
type errno struct {
	number uint64
	name   string
}

// errnos are those that socket, setsockopt, bind and listen are documented to fail
// with, and what a seccomp filter answers.
var errnos = []errno{
	{98, "EADDRINUSE"}, {13, "EACCES"}, {1, "EPERM"}, {99, "EADDRNOTAVAIL"},
	{97, "EAFNOSUPPORT"}, {22, "EINVAL"}, {24, "EMFILE"}, {23, "ENFILE"}, {12, "ENOMEM"},
	{105, "ENOBUFS"}, {38, "ENOSYS"},
}

// unixErrnos are those of bind(2) in the unix domain only.
var unixErrnos = []errno{
	{2, "ENOENT"}, {20, "ENOTDIR"}, {30, "EROFS"}, {40, "ELOOP"}, {36, "ENAMETOOLONG"},
}

// inheritedErrnos are those of setsockopt(2) for what is no TCP socket, or nothing.
var inheritedErrnos = []errno{
	{9, "EBADF"}, {88, "ENOTSOCK"}, {95, "EOPNOTSUPP"},
}

func (c *code) errnoNames() {
	list := errnos
	if c.plan.Server.Listen.Inherited() {
		list = append(list[:len(list):len(list)], inheritedErrnos...)
	}
	if c.plan.Server.Listen.Family == plan.AFUnix {
		list = append(list[:len(list):len(list)], unixErrnos...)
	}
	if c.divides() {
		list = append(list[:len(list):len(list)], errno{11, "EAGAIN"})
	}
	d := Datum{Label: "errno_names", Note: "errno, length of the name, name"}
	for _, e := range list {
		d.Fields = append(d.Fields, Word{Size: 1, Value: e.number},
			Word{Size: 1, Value: uint64(len(e.name) + 1)}, Bytes{B: []byte(e.name + " ")})
	}
	const other = "errno ? "
	d.Fields = append(d.Fields, Word{Size: 1}, Word{Size: 1, Value: uint64(len(other))}, Bytes{B: []byte(other)})
	c.datum(d)
}
