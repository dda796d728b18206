package boot

import (
	"bytes"
	"encoding/binary"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Levels and names of setsockopt(2): socket(7), tcp(7), ipv6(7).
const (
	SolSocket, ipprotoTCP, ipprotoIPv6 = 1, 6, 41

	soReuseAddr, soReusePort, soRcvTimeo, SoSndTimeo = 2, 15, 20, 21

	tcpNoDelay, tcpDeferAccept = 1, 9
	ipv6V6Only                 = 26
)

// option is one call of setsockopt.
type option struct {
	level, name uint64
	value       []byte
	note        string
}

// options are set on the listener, from which TCP's accepted sockets inherit them.
// Accepted unix sockets inherit no timeout: there the child sets its client's.
func options(c *emit.Code) []option {
	s := c.Plan.Server
	on, off := []byte{1, 0, 0, 0}, []byte{0, 0, 0, 0}
	if t := Timeval(s.ReadTimeout); t[0] != 0 {
		on = t[:4] // whatever is not 0: no bytes of its own
	}
	timeouts := []option{
		{SolSocket, soRcvTimeo, Timeval(s.ReadTimeout), "SO_RCVTIMEO: no silent client holds a process"},
		{SolSocket, SoSndTimeo, Timeval(s.WriteTimeout), "SO_SNDTIMEO: nor one that does not read"},
	}
	if s.Listen.Family == plan.AFUnix {
		return timeouts
	}
	noDelay := option{ipprotoTCP, tcpNoDelay, on, "TCP_NODELAY: a response leaves when it is written"}
	if s.Listen.Inherited() {
		return append(timeouts, noDelay)
	}
	out := append(timeouts, option{SolSocket, soReuseAddr, on, "SO_REUSEADDR: a restart binds at once"}, noDelay)
	if s.Listen.Shared {
		out = append(out, option{SolSocket, soReusePort, on, "SO_REUSEPORT: beside an old server, until that is stopped"})
	}
	if s.Listen.Family == plan.AFInet6 {
		out = append(out, option{ipprotoIPv6, ipv6V6Only, off, "IPV6_V6ONLY off: IPv4 clients too"})
	}
	if c.Loops() {
		out = append(out, option{ipprotoTCP, tcpDeferAccept, []byte{1, 0, 0, 0}, "TCP_DEFER_ACCEPT: for a second nobody is accepted who has sent nothing"})
	}
	return out
}

// optionSize is the size in bytes of an entry of the option table: level, name,
// length of the value, distance of the value from the entry.
const optionSize = 4

// SetOptions sets every option on the socket in fd; check leaves where one is refused.
func SetOptions(c *emit.Code, fd Reg, check func()) {
	c.Lea(R14, "options", "level, name, length, distance of the value")
	c.Label("set_option")
	c.I2(MOVZX, R10D, M(1, R14, 3), "")
	c.I2(ADD, R10, R14, "the value")
	c.I2(MOVZX, R8D, M(1, R14, 2), "its length")
	c.I2(MOVZX, EDX, M(1, R14, 1), "name")
	c.I2(MOVZX, ESI, M(1, R14, 0), "level")
	c.I2(MOV, EDI, fd, "")
	c.Syscall(emit.SysSetsockopt, "")
	check()
	c.I2(ADD, R14, Imm(optionSize), "")
	c.I2(CMP, M(1, R14, 0), Imm(0), "level 0 ends the table")
	c.I1(JNE, Target("set_option"), "")
}

// OptionData lays the option table out, its values behind it, each once; one may be part
// of another one.
func OptionData(c *emit.Code) {
	values, places := optionValues(c)
	table := Datum{Label: "options", Note: "setsockopt: level, name, length of the value, its distance"}
	for i, o := range options(c) {
		entry := []byte{byte(o.level), byte(o.name), byte(len(o.value)), byte(int(places[i]) - i*optionSize)}
		table.Fields = append(table.Fields, Word{Size: 4, Value: uint64(binary.LittleEndian.Uint32(entry)), Note: o.note})
	}
	table.Fields = append(table.Fields, Word{Size: 1, Note: "the end"}, Bytes{B: values, Note: "the values"})
	c.Datum(table)
}

// optionValues are the values behind the table, and where each option's is, from the table's start.
func optionValues(c *emit.Code) (values []byte, places []int32) {
	options := options(c)
	end := len(options)*optionSize + 1
	for _, o := range options {
		at := bytes.Index(values, o.value)
		if at < 0 {
			at = len(values)
			values = append(values, o.value...)
		}
		places = append(places, int32(end+at))
	}
	return values, places
}

// SetOptionsOneByOne is SetOptions without a loop, for a child in the midst of a request: there the proof takes no
// place in the data for another one that a loop may have come to.
//
// clobbers: rax rcx rdx rsi rdi r8 r10 r11
func SetOptionsOneByOne(c *emit.Code, fd Reg, check func()) {
	_, places := optionValues(c)
	for i, o := range options(c) {
		c.I2(LEA, R10, Sym(0, "options", places[i]), o.note)
		c.I2(MOV, R8D, Imm(len(o.value)), "its length")
		c.I2(MOV, EDX, Imm(o.name), "name")
		c.I2(MOV, ESI, Imm(o.level), "level")
		c.I2(MOV, EDI, fd, "")
		c.Syscall(emit.SysSetsockopt, "")
		check()
	}
}
