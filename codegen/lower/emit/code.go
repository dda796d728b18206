package emit

import (
	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64" // assembly reads best without a qualifier
)

// Code collects a program while it is emitted.
type Code struct {
	*layout.Layout
	Prog   Program
	Pos    string          // of the part of the spec that is being emitted
	Trees  int             // labels given to subtrees of the match
	Logged map[string]bool // texts of the access log that are laid out
}

// NewCode is a program without instructions yet, for a plan.
func NewCode(p *plan.Plan) *Code { return &Code{Layout: layout.Of(p), Logged: map[string]bool{}} }

// Section starts a part of the server.
func (c *Code) Section(title string) { c.Prog.Items = append(c.Prog.Items, Section{Title: title}) }

// Routine names the next instruction and states its contract.
func (c *Code) Routine(name string, doc ...string) {
	c.Prog.Items = append(c.Prog.Items, Label{Name: name, Doc: doc})
}

// Label names a place inside a routine.
func (c *Code) Label(name string) { c.Routine(name) }

// I0, i1 and i2 emit an instruction with that many operands, and the reason for it.
func (c *Code) I0(op Op, note string)              { c.I2(op, nil, nil, note) }
func (c *Code) I1(op Op, dst Operand, note string) { c.I2(op, dst, nil, note) }
func (c *Code) I2(op Op, dst, src Operand, n string) {
	c.Prog.Items = append(c.Prog.Items, Inst{Op: op, Dst: dst, Src: src, Note: n, Pos: c.Pos})
}

// From says which place in the spec asks for what follows.
func (c *Code) From(pos diag.Pos) { c.Pos = pos.String() }

// Reject goes to bad_request; shorten finds it the shortest way there.
func (c *Code) Reject(op Op, note string) { c.I1(op, Target("bad_request"), note) }

// Island puts in a jump to bad_request that nothing falls into, for the conditional
// jumps around it.
func (c *Code) Island() { c.I1(JMP, Target("bad_request"), "") }

// Call calls a routine.
func (c *Code) Call(routine, note string) { c.I1(CALL, Target(routine), note) }

// The system calls by name, with their numbers on x86-64.
const (
	SysRead       = 0
	SysWrite      = 1
	SysClose      = 3
	SysPoll       = 7
	SysRtSigact   = 13
	SysSocket     = 41
	SysConnect    = 42
	SysAccept     = 43
	SysBind       = 49
	SysListen     = 50
	SysSetsockopt = 54
	SysFork       = 57
	SysExit       = 60
	SysWait4      = 61
	SysUmask      = 95
	SysGetpid     = 39
	SysSigprocmsk = 14
	SysPpoll      = 271
	SysFcntl      = 72

	SysClockGettime = 228

	SysSendto       = 44
	SysRecvfrom     = 45
	SysGetpeername  = 52
	SysEpollCtl     = 233
	SysEpollPwait   = 281
	SysAccept4      = 288
	SysSignalfd4    = 289
	SysEpollCreate1 = 291
	SysPwritev2     = 328

	SysClone       = 56
	SysGetaffinity = 204
	SysPipe2       = 293
)

var syscallNames = map[int]string{
	SysRead: "read", SysWrite: "write", SysClose: "close", SysRtSigact: "rt_sigaction",
	SysSocket: "socket", SysAccept: "accept", SysBind: "bind", SysListen: "listen",
	SysSetsockopt: "setsockopt", SysFork: "fork", SysExit: "exit", SysPoll: "poll", SysWait4: "wait4", SysUmask: "umask",
	SysConnect: "connect", SysGetpid: "getpid", SysSigprocmsk: "rt_sigprocmask", SysPpoll: "ppoll", SysFcntl: "fcntl",
	SysClockGettime: "clock_gettime", SysSendto: "sendto", SysRecvfrom: "recvfrom", SysGetpeername: "getpeername",
	SysEpollCtl: "epoll_ctl", SysEpollPwait: "epoll_pwait", SysAccept4: "accept4", SysSignalfd4: "signalfd4", SysEpollCreate1: "epoll_create1", SysPwritev2: "pwritev2",
	SysClone: "clone", SysGetaffinity: "sched_getaffinity", SysPipe2: "pipe2",
}

// Syscall makes a system call. It changes rax, rcx and r11 and no other register.
func (c *Code) Syscall(number int, note string) {
	if number == 0 {
		c.I2(XOR, EAX, EAX, syscallNames[number])
	} else {
		c.I2(MOV, EAX, Imm(number), syscallNames[number])
	}
	c.I0(SYSCALL, note)
}

// Lea puts the address of a label into a register.
func (c *Code) Lea(dst Reg, label, note string) { c.I2(LEA, dst, Sym(0, label, 0), note) }

// Datum adds constant data.
func (c *Code) Datum(d Datum) { c.Prog.Data = append(c.Prog.Data, d) }

// Text adds constant bytes.
func (c *Code) Text(label, s, note string) {
	c.Datum(Datum{Label: label, Note: note, Fields: []Field{Bytes{B: []byte(s)}}})
}
