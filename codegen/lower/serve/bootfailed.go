package serve

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// BootFailed emits what the boot calls: it stands behind the hot code.
func BootFailed(c *emit.Code) {
	l := c.Plan.Server.Listen
	c.Section("boot routines, and what is said where the boot fails")
	c.Routine("set_action", "in: edi signal; rbp struct sigaction", "clobbers: rax rcx rdx rsi r10 r11")
	c.I2(MOV, R10D, Imm(8), "size of a signal set")
	c.I2(XOR, EDX, EDX, "the old action is not wanted")
	c.I2(MOV, RSI, RBP, "")
	c.Syscall(emit.SysRtSigact, "")
	c.Routine("check", "in: eax a call's result; ebx offset of its name", "ends: in boot_failed where that is an error")
	c.I2(TEST, EAX, EAX, "an errno is negative")
	c.I1(JS, Target("boot_failed"), "")
	c.I0(RET, "")

	c.Routine("tell", "in: edi descriptor; rsi text; edx length", "clobbers: rax rcx r11")
	c.Syscall(emit.SysWrite, "")
	c.I0(RET, "")

	if l.PortEnv != "" {
		c.Routine("tell_port", "in: edi descriptor; rsi text, edx length; r9 the port's text", "Writes the text, the port and a new line.", "clobbers: rax rcx rdx rsi r11")
		c.Call("tell", "")
		c.I2(MOV, RSI, R9, "")
		c.I2(MOV, EDX, layout.Slot(4, layout.SlotPortLength), "")
		c.Call("tell", "")
		c.Lea(RSI, "newline", "")
		c.I2(MOV, EDX, Imm(1), "")
		c.I1(JMP, Target("tell"), "")
		c.Text("newline", "\n", "")
	}

	if l.Inherited() {
		notForUs(c)
	}
	c.Routine("boot_failed", "in: eax -errno; ebx offset of the call's name; r9 the port's text if the environment gave it")
	c.I1(NEG, EAX, "errno")
	c.I2(MOV, R14D, EAX, "")
	c.I2(MOV, EDI, Imm(2), "standard error, for all that follows")
	c.Lea(RSI, "call_names", "")
	c.I2(ADD, RSI, RBX, "the name's length, then the name")
	c.I2(MOVZX, EDX, M(1, RSI, 0), "")
	c.I1(INC, RSI, "")
	c.Call("tell", "which call")
	errnoName(c)
	c.I2(LEA, RSI, Sym(0, "banner", int32(len(bannerText)-len(whereText))), "and on which address, as in the banner")
	where := len(whereText + l.Banner)
	if l.PortEnv == "" {
		c.I2(MOV, EDX, Imm(where+1), "")
		c.Call("tell", "")
	} else {
		c.I2(MOV, EDX, Imm(where), "")
		c.Call("tell_port", "")
	}
	c.I1(DEC, EDI, "status 1, one less than standard error")
	c.I1(JMP, Target("exit"), "")
	callNames(c)
	errnoNames(c)
}

// errnoName looks r14d up and writes its name.
func errnoName(c *emit.Code) {
	c.Lea(RSI, "errno_names", "errno, length, name; the last errno is 0")
	c.Label("errno_next")
	c.I2(MOVZX, EAX, M(1, RSI, 0), "an errno")
	c.I2(MOVZX, EDX, M(1, RSI, 1), "the length of its name")
	c.I2(ADD, RSI, Imm(2), "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JZ, Target("errno_found"), "the last one stands for all that have no name here")
	c.I2(CMP, EAX, R14D, "")
	c.I1(JE, Target("errno_found"), "")
	c.I2(ADD, RSI, RDX, "")
	c.I1(JMP, Target("errno_next"), "")
	c.Label("errno_found")
	c.Call("tell", "why")
}

func callNames(c *emit.Code) {
	var names []string
	if c.HasClock() || c.Loops() {
		names = append(names, "clock_gettime")
	}
	if c.Plan.Server.Listen.Inherited() {
		names = append(names, "setsockopt")
		if c.Loops() {
			names = append(names, "fcntl")
		}
		if !divides(c) {
			names = append(names, "rt_sigprocmask")
		}
	} else {
		names = append(names, openingCalls(c)...)
	}
	if handlesEarly(c) {
		names = append(names, "rt_sigaction")
	}
	if c.Loops() && !divides(c) {
		if !c.Plan.Server.Listen.Inherited() {
			names = append(names, "rt_sigprocmask")
		}
		names = append(names, "signalfd4", "epoll_create1", "epoll_ctl")
	}
	d := Datum{Label: "call_names", Note: "the boot's calls, in their order"}
	if !handlesEarly(c) {
		names = append(names, "rt_sigaction")
	}
	if divides(c) {
		names = append(names, dividingCalls(c)...)
		names = append(names, "rt_sigprocmask", "epoll_create1", "epoll_ctl")
	}
	for _, n := range names {
		d.Fields = append(d.Fields, Word{Size: 1, Value: uint64(len(n) + 2)}, Bytes{B: []byte(n + ": ")})
	}
	c.Datum(d)
}

// openingCalls are those that open the listener.
func openingCalls(c *emit.Code) []string {
	names := []string{"socket"}
	if c.Plan.Server.Hardened && c.Plan.Server.Listen.Family != plan.AFUnix {
		names = append(names, "setsockopt")
	}
	if c.Plan.Server.Listen.Umask != nil {
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

func errnoNames(c *emit.Code) {
	list := errnos
	if c.Plan.Server.Listen.Inherited() {
		list = append(list[:len(list):len(list)], inheritedErrnos...)
	}
	if c.Plan.Server.Listen.Family == plan.AFUnix {
		list = append(list[:len(list):len(list)], unixErrnos...)
	}
	if divides(c) {
		list = append(list[:len(list):len(list)], errno{11, "EAGAIN"})
	}
	d := Datum{Label: "errno_names", Note: "errno, length of the name, name"}
	for _, e := range list {
		d.Fields = append(d.Fields, Word{Size: 1, Value: e.number},
			Word{Size: 1, Value: uint64(len(e.name) + 1)}, Bytes{B: []byte(e.name + " ")})
	}
	const other = "errno ? "
	d.Fields = append(d.Fields, Word{Size: 1}, Word{Size: 1, Value: uint64(len(other))}, Bytes{B: []byte(other)})
	c.Datum(d)
}
