package route

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file finds the host that a request is for, which decides what its path means. The
// Host field comes behind the path, and other fields are compared with what the path has
// found. Clients send it as the first field (RFC 9110, 7.2): so that line is read before
// the path is looked up. Where another one comes first, the lines up to Host's are read for it
// alone, and once more behind the lookup, with what they say. Whether it is a host at all is
// checked with the other fields.

// KnowsHost is set in r9 where the target says which host it is, or is for none.
const KnowsHost = 1 << 27

// columnBits are how far r9 is shifted for the method's column, which stands above what is
// known of the request until the host is known too.
const columnBits = 28

// Variables for hosts, as offsets from rbp. The first ones have room that the way through
// the states needs afterwards; the others stand below those of the index. What is a place
// is counted from where the request starts in the buffer, where it may be moved.
func SlotAuthority(c *emit.Code) int32    { return slotSegmentEnd(c) } // 4 bytes: where the host and its port start,
func SlotAuthorityEnd(c *emit.Code) int32 { return slotDepth(c) }      // 4 bytes: and end
func slotNameLength(c *emit.Code) int32   { return slotSegmentEnd(c) } // 4 bytes: of what is compared of a name
func hostSlots(c *emit.Code) int32        { return -c.PlainSize() - 16 - 4*c.Segments() }
func slotName(c *emit.Code) int32         { return hostSlots(c) - c.NameRoom() } // NameRoom() bytes: the end of the name, in lower case
func slotLater(c *emit.Code) int32        { return slotName(c) - 4 }             // 4 bytes: whether other fields are in front of Host

// firstField goes on with Host's line where that is the first one, as it is read already; and
// with the line behind the request line where others are in front of Host.
func firstField(c *emit.Code) {
	if !c.HasHosts() {
		return
	}
	c.I2(CMP, layout.Slot(4, slotLater(c)), Imm(0), "")
	c.I1(JNE, Target("first_field"), "")
	c.I2(CMP, R8D, R10D, "is a line read already? It may be empty")
	c.I1(JBE, Target("field_line"), "")
}

// linesAgain goes back to the request line.
func linesAgain(c *emit.Code) {
	c.Routine("first_field", "in: rbx response", "out: r10 end of the request line")
	c.I2(MOV, R8D, layout.Slot(4, slotPathEnd(c)), "behind the path")
	c.Call("next_line", "r10: the request line's end")
	if c.Plan.Server.KeepAlive {
		c.I2(MOV, EAX, layout.Slot(4, layout.SlotStart), "")
		c.I2(ADD, EAX, Imm(len("GET / HTTP/1.1")), "")
		c.I2(CMP, R10D, EAX, "")
	} else {
		c.I2(CMP, R10D, Imm(len("GET / HTTP/1.1")), "")
	}
	c.Reject(JB, "never")
	c.I1(JMP, Target("next_field"), "")
}

// load gets a place in the request from a variable, and makes it one in the buffer, of which
// the proof knows no more than that it is no overflow. It changes eax.
func load(c *emit.Code, dst Reg, from int32) {
	c.I2(MOV, dst, layout.Slot(4, from), "")
	if c.Plan.Server.KeepAlive {
		c.I2(CMP, dst, Imm(c.Head()), "")
		c.Reject(JA, "never")
		c.I2(MOV, EAX, layout.Slot(4, layout.SlotStart), "")
		c.I2(ADD, dst, EAX, "in the buffer")
	}
}

// Authority keeps where an authority starts or ends: in ecx.
func Authority(c *emit.Code, at func(*emit.Code) int32, note string) {
	if c.HasHosts() {
		c.I2(MOV, EAX, ECX, note)
		c.FromStart(EAX)
		c.I2(MOV, layout.Slot(4, at(c)), EAX, "")
	}
}

// NoPath is for OPTIONS *, whose response no host changes.
func NoPath(c *emit.Code) {
	if c.HasHosts() {
		c.I2(OR, R9D, Imm(KnowsHost), "which no host changes")
		c.I2(XOR, EAX, EAX, "")
		c.I2(MOV, layout.Slot(4, slotPath(c)), EAX, "")
		c.I2(MOV, layout.Slot(4, slotPathEnd(c)), EAX, "")
	}
}

// findHost finds the host's block.
//
// in: esi, edi start and end of the path; r11 column; r10 end of the request line. out: rdi
// block; esi, ecx start and end of the path; r8, r10 the line that is read next; where none
// is read yet, r10 is the end of the last one, and r8 behind that; r11.
func findHost(c *emit.Code) {
	c.FromStart(ESI)
	c.I2(MOV, layout.Slot(4, slotPath(c)), ESI, "")
	c.FromStart(EDI)
	c.I2(MOV, layout.Slot(4, slotPathEnd(c)), EDI, "")
	c.I2(SHL, R11D, Imm(columnBits), "")
	c.I2(OR, R9D, R11D, "the column")
	c.I2(MOV, layout.Slot(4, slotLater(c)), Imm(0), "no field is in front of Host, yet")
	c.Lea(RBX, blockLabel(0), "the request line is read: what is too large is a field")
	c.I2(TEST, R9D, Imm(KnowsHost), "that of the target counts (RFC 9112, 3.2.2)")
	c.I1(JNZ, Target("host_authority"), "")
	isHostLine(c, "host_later")
	c.Label("host_line")
	c.Call("field_value", "ecx, edx: its start and end")
	hostName(c)
	hostKnown(c)
}

// isHostLine reads the line behind r10, and leaves for other where it is not Host's; ecx is its
// colon then.
func isHostLine(c *emit.Code, other string) {
	c.I2(LEA, R8D, M(0, R10, 2), "")
	c.Call("next_line", "r10: its end")
	c.I2(MOV, EAX, layout.At(4, R8, 0), "")
	c.I2(OR, EAX, Imm(0x20202020), "in lower case")
	c.I2(CMP, EAX, Imm(emit.Le32("host")), "")
	c.I1(JNE, Target(other), "")
	c.I2(LEA, ECX, M(0, R8, 4), "")
	c.I2(CMP, layout.At(1, RCX, 0), Imm(':'), "")
	c.I1(JNE, Target(other), "")
}

// hostLater looks for Host behind other fields.
func hostLater(c *emit.Code) {
	c.Routine("host_later", "in: r8, r10 start and end of the first line behind the request line")
	c.I2(MOV, layout.Slot(4, slotLater(c)), Imm(1), "the lines are read once more")
	c.Label("host_scan")
	c.I2(CMP, R10D, R8D, "the head is at its end, without Host")
	c.I1(JE, Target("host_default"), "")
	isHostLine(c, "host_scan")
	c.I1(JMP, Target("host_line"), "")
}

// portBytes is the most that a port has, its colon included.
const portBytes = 6

// hostName cuts port and dot off a name, and looks the rest up. Labels of its own: those of
// the check are taken.
func hostName(c *emit.Code) {
	c.Routine("host_value", "in: ecx, edx start and end of an authority without userinfo")
	c.I2(MOV, EAX, EDX, "from the end:")
	c.I2(MOV, EDI, Imm(portBytes), "")
	c.Label("port_byte")
	c.I2(CMP, EAX, ECX, "")
	c.I1(JBE, Target("port_cut"), "digits alone are no port")
	c.I1(DEC, EDI, "")
	c.I1(JS, Target("port_cut"), "nor are more than there can be")
	c.I1(DEC, EAX, "")
	c.I2(MOVZX, ESI, layout.At(1, RAX, 0), "")
	c.TestClass(RSI, emit.ClassDigit)
	c.I1(JNZ, Target("port_byte"), "")
	c.I2(CMP, ESI, Imm(':'), "")
	c.I1(JNE, Target("port_cut"), "")
	c.I2(MOV, EDX, EAX, "what stands in front of the port")
	c.Label("port_cut")
	c.I2(SUB, EDX, ECX, "the name's length")
	c.I1(JBE, Target("host_default"), "")
	c.I2(LEA, ESI, MX(0, RCX, RDX, -1), "its last byte")
	c.I2(CMP, layout.At(1, RSI, 0), Imm('.'), "the root's dot (RFC 1034, 3.1)")
	c.I1(JNE, Target("name_cut"), "")
	c.I1(DEC, EDX, "")
	c.I1(JZ, Target("host_default"), "")
	c.Label("name_cut")
	c.I2(CMP, EDX, Imm(c.Window()), "")
	c.I1(JBE, Target("name_fits"), "")
	c.I2(ADD, ECX, EDX, "of a longer one its end")
	c.I2(SUB, ECX, Imm(c.Window()), "")
	c.I2(MOV, EDX, Imm(c.Window()), "")
	c.Label("name_fits")
	for i := int32(0); i < c.NameRoom(); i += 16 {
		c.I2(MOVDQU, layout.Slot(16, slotName(c)+i), XMM3, "")
	}
	c.I2(LEA, RSI, layout.At(0, RCX, 0), "")
	c.I2(LEA, RDI, M(0, RBP, slotName(c)), "")
	c.I2(MOV, ECX, EDX, "")
	c.I2(MOV, layout.Slot(4, slotNameLength(c)), EDX, "")
	c.I0(REPMOVSB, "")
	for i := int32(0); i < c.Window(); i += 16 {
		c.I2(MOVDQU, XMM0, layout.Slot(16, slotName(c)+i), "")
		c.I2(POR, XMM0, XMM4, "in lower case: no other two bytes of a host become the same")
		c.I2(MOVDQU, layout.Slot(16, slotName(c)+i), XMM0, "")
	}
	c.Lea(RDI, "host_names", "")
	c.I2(LEA, RSI, M(0, RBP, slotName(c)), "")
	c.I2(MOV, ECX, EDX, "")
	c.Call("find", "the name itself")
	c.I2(TEST, RBX, RBX, "")
	c.I1(JNZ, Target("host_found"), "")
	hostWildcard(c)
	c.Label("host_default")
	c.Lea(RBX, blockLabel(0), "")
}

// hostWildcard looks up what follows the name's first label, then its second one.
func hostWildcard(c *emit.Code) {
	if !c.Plan.Match.Index.Wildcards {
		return
	}
	c.I2(MOV, R11D, Imm(1), "behind its first byte")
	c.Routine("host_label", "in: r11d where to look for a dot in the name")
	c.I2(MOV, ECX, layout.Slot(4, slotNameLength(c)), "")
	c.I2(CMP, ECX, Imm(c.Window()), "")
	c.I1(JA, Target("host_default"), "never")
	c.I2(SUB, ECX, R11D, "what is left of it")
	c.I1(JBE, Target("host_default"), "")
	c.I2(CMP, ECX, Imm(c.Window()), "")
	c.I1(JA, Target("host_default"), "never")
	c.I2(LEA, RSI, MX(0, RBP, R11, slotName(c)), "")
	c.I1(INC, R11D, "")
	c.I2(CMP, M(1, RSI, 0), Imm('.'), "")
	c.I1(JNE, Target("host_label"), "")
	c.I2(MOV, layout.Slot(4, slotNameLength(c)), ECX, "from the dot on: the longest first")
	c.I2(MOV, EDX, ECX, "")
	c.I2(LEA, RDI, M(0, RBP, slotName(c)), "")
	c.I0(REPMOVSB, "to where the name was: forwards, so that an overlap is no harm")
	c.I2(MOV, ECX, EDX, "")
	c.I2(LEA, RSI, M(0, RBP, slotName(c)), "")
	c.Lea(RDI, "host_ends", "")
	c.Call("find", "")
	c.I2(MOV, R11D, Imm(1), "")
	c.I2(TEST, RBX, RBX, "")
	c.I1(JZ, Target("host_label"), "")
	c.I1(JMP, Target("host_found"), "")
}

// hostKnown takes up what was known of the request line, and bounds it anew, which the
// proof cannot follow over what was read in between.
func hostKnown(c *emit.Code) {
	c.Label("host_found")
	c.I2(MOV, RDI, RBX, "the host")
	keepHTTPS(c)
	c.I2(MOV, R11D, R9D, "")
	c.I2(SHR, R11D, Imm(columnBits), "the method's column")
	c.I2(CMP, R11D, Imm(c.Columns()-1), "")
	c.Reject(JA, "never")
	load(c, ECX, slotPathEnd(c))
	c.I2(CMP, ECX, R10D, "")
	c.Reject(JA, "never")
	load(c, ESI, slotPath(c))
	c.I2(CMP, ESI, ECX, "")
	c.Reject(JAE, "never")
	c.I2(MOV, layout.Slot(4, slotPath(c)), ESI, "")
	c.I2(MOV, layout.Slot(4, slotPathEnd(c)), ECX, "")
}

// HostAuthority is for targets in absolute-form.
func HostAuthority(c *emit.Code) {
	c.Routine("host_authority", "in: slotAuthority; r10 end of its line", "out: as host_value has it")
	load(c, EDX, SlotAuthorityEnd(c))
	c.I2(CMP, EDX, R10D, "")
	c.Reject(JA, "never")
	load(c, ECX, SlotAuthority(c))
	c.I2(CMP, ECX, EDX, "")
	c.Reject(JA, "never")
	c.I2(LEA, R8D, M(0, R10, 1), "no line behind it is read yet")
	c.I1(JMP, Target("host_value"), "")
	hostLater(c)
	linesAgain(c)
	c.Island()
}
