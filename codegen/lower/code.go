package lower

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64" // assembly reads best without a qualifier
)

// code collects a program while it is emitted.
type code struct {
	plan     *plan.Plan
	prog     Program
	pos      string          // of the part of the spec that is being emitted
	trees    int             // labels given to subtrees of the match
	logged   map[string]bool // texts of the access log that are laid out
	detached bool            // some content is stored apart from its header block
	shapes   []shape         // of all forms, in the order in which they come

	addedVaries bool // not all responses have the same fields of plan.Added

	hasMarkdown   bool // some resource has a form in Markdown
	refusesNoHTML bool // some resource is only for requests that accept HTML
}

// Lower emits the server that p describes.
func Lower(p *plan.Plan) *Program {
	c := &code{plan: p, logged: map[string]bool{}, shapes: shapesOf(p.Responses)}
	c.detached = slices.ContainsFunc(p.Responses, func(r plan.Response) bool { return r.Body.Label != "" })
	c.hasMarkdown = slices.ContainsFunc(p.Resources, func(r plan.Resource) bool { return r.HasMarkdown() })
	c.refusesNoHTML = slices.ContainsFunc(p.Resources, func(r plan.Resource) bool { return r.NoHTML >= 0 })
	c.addedVaries = slices.ContainsFunc(p.Responses, func(r plan.Response) bool { return r.Added != p.Responses[0].Added })
	c.start()
	if c.loops() {
		c.loop()
	} else {
		c.acceptLoop()
	}
	c.handleRequest()
	c.requestLine()
	c.target()
	c.matchRoute()
	c.fields()
	c.framing()
	c.respond()
	c.finish()
	if !p.Server.KeepAlive && !c.extends() {
		c.respondComposed()
	}
	c.sendRoutine()
	if c.loops() {
		c.sendAtOnce()
	}
	c.nextLine()
	if c.indexed() {
		c.find()
	}
	c.readMore()
	c.fail()
	if c.loops() {
		c.stopLoop()
		c.handOver()
	} else if c.stops() {
		c.stop()
	}
	c.cold()
	c.body()
	c.bootFailed()
	c.layOutData()
	return shorten(&c.prog)
}

// section starts a part of the server.
func (c *code) section(title string) { c.prog.Items = append(c.prog.Items, Section{Title: title}) }

// routine names the next instruction and states its contract.
func (c *code) routine(name string, doc ...string) {
	c.prog.Items = append(c.prog.Items, Label{Name: name, Doc: doc})
}

// label names a place inside a routine.
func (c *code) label(name string) { c.routine(name) }

// i0, i1 and i2 emit an instruction with that many operands, and the reason for it.
func (c *code) i0(op Op, note string)              { c.i2(op, nil, nil, note) }
func (c *code) i1(op Op, dst Operand, note string) { c.i2(op, dst, nil, note) }
func (c *code) i2(op Op, dst, src Operand, n string) {
	c.prog.Items = append(c.prog.Items, Inst{Op: op, Dst: dst, Src: src, Note: n, Pos: c.pos})
}

// from says which place in the spec asks for what follows.
func (c *code) from(pos diag.Pos) { c.pos = pos.String() }

// reject goes to bad_request; shorten finds it the shortest way there.
func (c *code) reject(op Op, note string) { c.i1(op, Target("bad_request"), note) }

// island puts in a jump to bad_request that nothing falls into, for the conditional
// jumps around it.
func (c *code) island() { c.i1(JMP, Target("bad_request"), "") }

// call calls a routine.
func (c *code) call(routine, note string) { c.i1(CALL, Target(routine), note) }

// The system calls by name, with their numbers on x86-64.
const (
	sysRead       = 0
	sysWrite      = 1
	sysClose      = 3
	sysPoll       = 7
	sysRtSigact   = 13
	sysSocket     = 41
	sysConnect    = 42
	sysAccept     = 43
	sysBind       = 49
	sysListen     = 50
	sysSetsockopt = 54
	sysFork       = 57
	sysExit       = 60
	sysWait4      = 61
	sysUmask      = 95
	sysGetpid     = 39
	sysSigprocmsk = 14
	sysPpoll      = 271
	sysFcntl      = 72

	sysClockGettime = 228

	sysSendto       = 44
	sysRecvfrom     = 45
	sysGetpeername  = 52
	sysEpollCtl     = 233
	sysEpollPwait   = 281
	sysAccept4      = 288
	sysSignalfd4    = 289
	sysEpollCreate1 = 291
	sysPwritev2     = 328

	sysClone       = 56
	sysGetaffinity = 204
	sysPipe2       = 293
)

var syscallNames = map[int]string{
	sysRead: "read", sysWrite: "write", sysClose: "close", sysRtSigact: "rt_sigaction",
	sysSocket: "socket", sysAccept: "accept", sysBind: "bind", sysListen: "listen",
	sysSetsockopt: "setsockopt", sysFork: "fork", sysExit: "exit", sysPoll: "poll", sysWait4: "wait4", sysUmask: "umask",
	sysConnect: "connect", sysGetpid: "getpid", sysSigprocmsk: "rt_sigprocmask", sysPpoll: "ppoll", sysFcntl: "fcntl",
	sysClockGettime: "clock_gettime", sysSendto: "sendto", sysRecvfrom: "recvfrom", sysGetpeername: "getpeername",
	sysEpollCtl: "epoll_ctl", sysEpollPwait: "epoll_pwait", sysAccept4: "accept4", sysSignalfd4: "signalfd4", sysEpollCreate1: "epoll_create1", sysPwritev2: "pwritev2",
	sysClone: "clone", sysGetaffinity: "sched_getaffinity", sysPipe2: "pipe2",
}

// syscall makes a system call. It changes rax, rcx and r11 and no other register.
func (c *code) syscall(number int, note string) {
	if number == 0 {
		c.i2(XOR, EAX, EAX, syscallNames[number])
	} else {
		c.i2(MOV, EAX, Imm(number), syscallNames[number])
	}
	c.i0(SYSCALL, note)
}

// lea puts the address of a label into a register.
func (c *code) lea(dst Reg, label, note string) { c.i2(LEA, dst, Sym(0, label, 0), note) }

// datum adds constant data.
func (c *code) datum(d Datum) { c.prog.Data = append(c.prog.Data, d) }

// text adds constant bytes.
func (c *code) text(label, s, note string) {
	c.datum(Datum{Label: label, Note: note, Fields: []Field{Bytes{B: []byte(s)}}})
}
