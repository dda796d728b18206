package lower

import (
	"github.com/verbosel/verbosel/codegen/lower/boot"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// The probe's frame, all the memory that it writes: variables, of which the port's length
// is one, and behind them what it reads.
const (
	probeSlots = 16
	probeFrame = probeSlots + 48 // an address, with the port in it; then the start of the answer
)

// answerStart is how an answer starts that says that the server is well: RFC 9112, 4, and
// RFC 9110, 15.3.
const (
	answerVersion = "HTTP/1.1"
	answerClass   = " 2"
	answerStart   = answerVersion + answerClass
)

// Probe emits the program that asks the server that p describes for its health.
func Probe(p *plan.Plan) *Program {
	c := emit.NewCode(p)
	c.Section("probe: asks the server for " + p.Health.Path + ", once")
	c.Routine("_start",
		"in: rsp argc, argv, envp (System V ABI, process initialization)",
		"ends: with status 0 where the answer is 2xx, and with 1 and a message where there is another, or none in time")
	c.I2(SUB, RSP, Imm(probeFrame), "variables, and what is read: all the memory that is ever written")
	c.I2(LEA, RBP, M(0, RSP, probeSlots), "what is read")
	if p.Server.Listen.PortEnv != "" {
		boot.PortFromEnvironment(c, probeFrame)
	}
	connect(c)
	ask(c)
	verdict(c)
	c.Routine("tell", "in: edi descriptor; rsi text; edx length", "clobbers: rax rcx r11")
	c.Syscall(emit.SysWrite, "")
	c.I0(RET, "")
	probeData(c)
	return emit.Shorten(&c.Prog)
}

// connect opens a socket, whose timeouts are those of connect and read, and connects it.
//
// out: edi, r12d the socket.
func connect(c *emit.Code) {
	c.Label("connect")
	c.I2(XOR, EDX, EDX, "the family's only protocol")
	c.I2(LEA, ESI, M(0, RDX, 1), "SOCK_STREAM")
	c.I2(LEA, EDI, M(0, RDX, int32(c.Plan.Server.Listen.Family)), boot.FamilyNames[c.Plan.Server.Listen.Family])
	c.Syscall(emit.SysSocket, "")
	unconnected(c)
	c.I2(MOV, EDI, EAX, "the socket, for all that follows")
	c.I2(MOV, R8D, Imm(16), "the size of struct timeval")
	c.Lea(R10, "timeout", "")
	c.I2(MOV, ESI, Imm(boot.SolSocket), "SOL_SOCKET")
	c.I2(MOV, EDX, Imm(boot.SoSndTimeo), "SO_SNDTIMEO: how long connect may take (socket(7))")
	c.Syscall(emit.SysSetsockopt, "")
	c.I1(DEC, EDX, "SO_RCVTIMEO, and how long the answer may")
	c.Syscall(emit.SysSetsockopt, "")
	c.I2(MOV, EDX, Imm(len(c.Plan.Health.Sockaddr)), "the address's length")
	if c.Plan.Server.Listen.PortEnv == "" {
		c.Lea(RSI, "address", "struct sockaddr")
	} else {
		boot.AddressWithPort(c, len(c.Plan.Health.Sockaddr))
	}
	c.Syscall(emit.SysConnect, "")
	unconnected(c)
}

// unconnected leaves the probe where a call failed.
func unconnected(c *emit.Code) {
	c.I2(TEST, EAX, EAX, "an errno is negative")
	c.I1(JS, Target("no_connection"), "")
}

// ask sends the request, and reads how the answer starts. The server sends that in one
// piece.
func ask(c *emit.Code) {
	c.Lea(RSI, "request", "")
	c.I2(MOV, EDX, Imm(len(c.Plan.Health.Request)), "")
	c.Syscall(emit.SysWrite, "")
	c.I2(CMP, EAX, EDX, "")
	c.I1(JNE, Target("no_connection"), "")
	c.I2(MOV, RSI, RBP, "")
	c.I2(MOV, EDX, Imm(16), "more than the start of an answer")
	c.Syscall(emit.SysRead, "")
	c.I2(CMP, EAX, Imm(len(answerStart)-1), "")
	c.I1(JLE, Target("no_answer"), "")
	c.I2(MOV, RAX, M(8, RBP, 0), "")
	c.I2(CMP, RAX, Sym(8, "version", 0), "")
	c.I1(JNE, Target("no_answer"), "")
	c.I2(CMP, M(2, RBP, int32(len(answerVersion))), Imm(int(answerClass[0])|int(answerClass[1])<<8), "a blank, and a status of 2xx")
	c.I1(JNE, Target("not_well"), "")
	c.I2(XOR, EDI, EDI, "status 0")
	c.Syscall(emit.SysExit, "")
}

// verdict says why the server is not well.
func verdict(c *emit.Code) {
	for _, v := range []struct{ label, text string }{
		{"not_well", "unhealthy: the answer is not 2xx\n"},
		{"no_answer", "unhealthy: no answer in time\n"},
		{"no_connection", "unhealthy: no connection\n"},
	} {
		c.Label(v.label)
		c.Lea(RSI, v.label+"_text", "")
		c.I2(MOV, EDX, Imm(len(v.text)), "")
		if v.label != "no_connection" {
			c.I1(JMP, Target("unhealthy"), "")
		}
		c.Text(v.label+"_text", v.text, "")
	}
	c.Label("unhealthy")
	c.I2(MOV, EDI, Imm(2), "standard error")
	c.Call("tell", "")
	c.I1(DEC, EDI, "status 1, one less than standard error")
	c.Routine("exit", "in: edi status")
	c.Syscall(emit.SysExit, "")
}

func probeData(c *emit.Code) {
	h := c.Plan.Health
	c.Datum(Datum{Label: "address", Note: "struct sockaddr of connect(2)", Fields: []Field{Bytes{B: h.Sockaddr}}})
	c.Datum(Datum{Label: "timeout", Note: "struct timeval: half of the probe's time", Fields: []Field{Bytes{B: boot.Timeval(h.Timeout)}}})
	c.Text("version", answerVersion, "")
	c.Datum(Datum{Label: "request", Fields: []Field{Bytes{B: h.Request}}})
}
