package lower

import (
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
	c := &code{plan: p}
	c.section("probe: asks the server for " + p.Health.Path + ", once")
	c.routine("_start",
		"in: rsp argc, argv, envp (System V ABI, process initialization)",
		"ends: with status 0 where the answer is 2xx, and with 1 and a message where there is another, or none in time")
	c.i2(SUB, RSP, Imm(probeFrame), "variables, and what is read: all the memory that is ever written")
	c.i2(LEA, RBP, M(0, RSP, probeSlots), "what is read")
	if p.Server.Listen.PortEnv != "" {
		c.portFromEnvironment(probeFrame)
	}
	c.connect()
	c.ask()
	c.verdict()
	c.routine("tell", "in: edi descriptor; rsi text; edx length", "clobbers: rax rcx r11")
	c.syscall(sysWrite, "")
	c.i0(RET, "")
	c.probeData()
	return shorten(&c.prog)
}

// connect opens a socket, whose timeouts are those of connect and read, and connects it.
//
// out: edi, r12d the socket.
func (c *code) connect() {
	c.label("connect")
	c.i2(XOR, EDX, EDX, "the family's only protocol")
	c.i2(LEA, ESI, M(0, RDX, 1), "SOCK_STREAM")
	c.i2(LEA, EDI, M(0, RDX, int32(c.plan.Server.Listen.Family)), familyNames[c.plan.Server.Listen.Family])
	c.syscall(sysSocket, "")
	c.unconnected()
	c.i2(MOV, EDI, EAX, "the socket, for all that follows")
	c.i2(MOV, R8D, Imm(16), "the size of struct timeval")
	c.lea(R10, "timeout", "")
	c.i2(MOV, ESI, Imm(solSocket), "SOL_SOCKET")
	c.i2(MOV, EDX, Imm(soSndTimeo), "SO_SNDTIMEO: how long connect may take (socket(7))")
	c.syscall(sysSetsockopt, "")
	c.i1(DEC, EDX, "SO_RCVTIMEO, and how long the answer may")
	c.syscall(sysSetsockopt, "")
	c.i2(MOV, EDX, Imm(len(c.plan.Health.Sockaddr)), "the address's length")
	if c.plan.Server.Listen.PortEnv == "" {
		c.lea(RSI, "address", "struct sockaddr")
	} else {
		c.addressWithPort(len(c.plan.Health.Sockaddr))
	}
	c.syscall(sysConnect, "")
	c.unconnected()
}

// unconnected leaves the probe where a call failed.
func (c *code) unconnected() {
	c.i2(TEST, EAX, EAX, "an errno is negative")
	c.i1(JS, Target("no_connection"), "")
}

// ask sends the request, and reads how the answer starts. The server sends that in one
// piece.
func (c *code) ask() {
	c.lea(RSI, "request", "")
	c.i2(MOV, EDX, Imm(len(c.plan.Health.Request)), "")
	c.syscall(sysWrite, "")
	c.i2(CMP, EAX, EDX, "")
	c.i1(JNE, Target("no_connection"), "")
	c.i2(MOV, RSI, RBP, "")
	c.i2(MOV, EDX, Imm(16), "more than the start of an answer")
	c.syscall(sysRead, "")
	c.i2(CMP, EAX, Imm(len(answerStart)-1), "")
	c.i1(JLE, Target("no_answer"), "")
	c.i2(MOV, RAX, M(8, RBP, 0), "")
	c.i2(CMP, RAX, Sym(8, "version", 0), "")
	c.i1(JNE, Target("no_answer"), "")
	c.i2(CMP, M(2, RBP, int32(len(answerVersion))), Imm(int(answerClass[0])|int(answerClass[1])<<8), "a blank, and a status of 2xx")
	c.i1(JNE, Target("not_well"), "")
	c.i2(XOR, EDI, EDI, "status 0")
	c.syscall(sysExit, "")
}

// verdict says why the server is not well.
func (c *code) verdict() {
	for _, v := range []struct{ label, text string }{
		{"not_well", "unhealthy: the answer is not 2xx\n"},
		{"no_answer", "unhealthy: no answer in time\n"},
		{"no_connection", "unhealthy: no connection\n"},
	} {
		c.label(v.label)
		c.lea(RSI, v.label+"_text", "")
		c.i2(MOV, EDX, Imm(len(v.text)), "")
		if v.label != "no_connection" {
			c.i1(JMP, Target("unhealthy"), "")
		}
		c.text(v.label+"_text", v.text, "")
	}
	c.label("unhealthy")
	c.i2(MOV, EDI, Imm(2), "standard error")
	c.call("tell", "")
	c.i1(DEC, EDI, "status 1, one less than standard error")
	c.routine("exit", "in: edi status")
	c.syscall(sysExit, "")
}

func (c *code) probeData() {
	h := c.plan.Health
	c.datum(Datum{Label: "address", Note: "struct sockaddr of connect(2)", Fields: []Field{Bytes{B: h.Sockaddr}}})
	c.datum(Datum{Label: "timeout", Note: "struct timeval: half of the probe's time", Fields: []Field{Bytes{B: timeval(h.Timeout)}}})
	c.text("version", answerVersion, "")
	c.datum(Datum{Label: "request", Fields: []Field{Bytes{B: h.Request}}})
}
