package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file finds the host that a request is for, which decides what its path means. The
// Host field comes behind the path, and other fields are compared with what the path has
// found. Clients send it as the first field (RFC 9110, 7.2): so that line is read before
// the path is looked up. Where another one comes first, the lines up to Host's are read for it
// alone, and once more behind the lookup, with what they say. Whether it is a host at all is
// checked with the other fields.

// hasHosts: some names have routes of their own.
func (c *code) hasHosts() bool { return c.indexed() && c.plan.Match.Index.HostBytes > 0 }

// knowsHost is set in r9 where the target says which host it is, or is for none.
const knowsHost = 1 << 27

// columnBits are how far r9 is shifted for the method's column, which stands above what is
// known of the request until the host is known too.
const columnBits = 28

// Variables for hosts, as offsets from rbp. The first ones have room that the way through
// the states needs afterwards; the others stand below those of the index. What is a place
// is counted from where the request starts in the buffer, where it may be moved.
func (c *code) slotAuthority() int32    { return c.slotSegmentEnd() } // 4 bytes: where the host and its port start,
func (c *code) slotAuthorityEnd() int32 { return c.slotDepth() }      // 4 bytes: and end
func (c *code) slotNameLength() int32   { return c.slotSegmentEnd() } // 4 bytes: of what is compared of a name
func (c *code) hostSlots() int32        { return -c.plainSize() - 16 - 4*c.segments() }
func (c *code) slotName() int32         { return c.hostSlots() - c.nameRoom() } // nameRoom() bytes: the end of the name, in lower case
func (c *code) slotLater() int32        { return c.slotName() - 4 }             // 4 bytes: whether other fields are in front of Host

// window is how many bytes of a name are compared: more than any text has, by one, so that
// no name is taken for one that its end is.
func (c *code) window() int32 { return int32(c.plan.Match.Index.HostBytes+1+15) &^ 15 }

// firstField goes on with Host's line where that is the first one, as it is read already; and
// with the line behind the request line where others are in front of Host.
func (c *code) firstField() {
	if !c.hasHosts() {
		return
	}
	c.i2(CMP, slot(4, c.slotLater()), Imm(0), "")
	c.i1(JNE, Target("first_field"), "")
	c.i2(CMP, R8D, R10D, "is a line read already? It may be empty")
	c.i1(JBE, Target("field_line"), "")
}

// linesAgain goes back to the request line.
func (c *code) linesAgain() {
	c.routine("first_field", "in: rbx response", "out: r10 end of the request line")
	c.i2(MOV, R8D, slot(4, c.slotPathEnd()), "behind the path")
	c.call("next_line", "r10: the request line's end")
	if c.plan.Server.KeepAlive {
		c.i2(MOV, EAX, slot(4, slotStart), "")
		c.i2(ADD, EAX, Imm(len("GET / HTTP/1.1")), "")
		c.i2(CMP, R10D, EAX, "")
	} else {
		c.i2(CMP, R10D, Imm(len("GET / HTTP/1.1")), "")
	}
	c.reject(JB, "never")
	c.i1(JMP, Target("next_field"), "")
}

// hostSize is the size of the variables for hosts, in bytes.
func (c *code) hostSize() int32 {
	if !c.hasHosts() {
		return 0
	}
	return c.nameRoom() + 8
}

// nameRoom is what is cleared for a name, in bytes: where its ends are looked up too, twice
// the window, as the proof does not see that a part behind the start is the shorter for it.
func (c *code) nameRoom() int32 {
	if c.plan.Match.Index.Wildcards {
		return 2 * c.window()
	}
	return c.window()
}

// fromStart makes a place in the buffer one in the request.
func (c *code) fromStart(place Reg) {
	if c.plan.Server.KeepAlive {
		c.i2(SUB, place, slot(4, slotStart), "in the request")
	}
}

// load gets a place in the request from a variable, and makes it one in the buffer, of which
// the proof knows no more than that it is no overflow. It changes eax.
func (c *code) load(dst Reg, from int32) {
	c.i2(MOV, dst, slot(4, from), "")
	if c.plan.Server.KeepAlive {
		c.i2(CMP, dst, Imm(c.head()), "")
		c.reject(JA, "never")
		c.i2(MOV, EAX, slot(4, slotStart), "")
		c.i2(ADD, dst, EAX, "in the buffer")
	}
}

// authority keeps where an authority starts or ends: in ecx.
func (c *code) authority(at func(*code) int32, note string) {
	if c.hasHosts() {
		c.i2(MOV, EAX, ECX, note)
		c.fromStart(EAX)
		c.i2(MOV, slot(4, at(c)), EAX, "")
	}
}

// noPath is for OPTIONS *, whose response no host changes.
func (c *code) noPath() {
	if c.hasHosts() {
		c.i2(OR, R9D, Imm(knowsHost), "which no host changes")
		c.i2(XOR, EAX, EAX, "")
		c.i2(MOV, slot(4, c.slotPath()), EAX, "")
		c.i2(MOV, slot(4, c.slotPathEnd()), EAX, "")
	}
}

// findHost finds the host's block.
//
// in: esi, edi start and end of the path; r11 column; r10 end of the request line. out: rdi
// block; esi, ecx start and end of the path; r8, r10 the line that is read next; where none
// is read yet, r10 is the end of the last one, and r8 behind that; r11.
func (c *code) findHost() {
	c.fromStart(ESI)
	c.i2(MOV, slot(4, c.slotPath()), ESI, "")
	c.fromStart(EDI)
	c.i2(MOV, slot(4, c.slotPathEnd()), EDI, "")
	c.i2(SHL, R11D, Imm(columnBits), "")
	c.i2(OR, R9D, R11D, "the column")
	c.i2(MOV, slot(4, c.slotLater()), Imm(0), "no field is in front of Host, yet")
	c.lea(RBX, blockLabel(0), "the request line is read: what is too large is a field")
	c.i2(TEST, R9D, Imm(knowsHost), "that of the target counts (RFC 9112, 3.2.2)")
	c.i1(JNZ, Target("host_authority"), "")
	c.isHostLine("host_later")
	c.label("host_line")
	c.call("field_value", "ecx, edx: its start and end")
	c.hostName()
	c.hostKnown()
}

// isHostLine reads the line behind r10, and leaves for other where it is not Host's; ecx is its
// colon then.
func (c *code) isHostLine(other string) {
	c.i2(LEA, R8D, M(0, R10, 2), "")
	c.call("next_line", "r10: its end")
	c.i2(MOV, EAX, at(4, R8, 0), "")
	c.i2(OR, EAX, Imm(0x20202020), "in lower case")
	c.i2(CMP, EAX, Imm(le32("host")), "")
	c.i1(JNE, Target(other), "")
	c.i2(LEA, ECX, M(0, R8, 4), "")
	c.i2(CMP, at(1, RCX, 0), Imm(':'), "")
	c.i1(JNE, Target(other), "")
}

// hostLater looks for Host behind other fields.
func (c *code) hostLater() {
	c.routine("host_later", "in: r8, r10 start and end of the first line behind the request line")
	c.i2(MOV, slot(4, c.slotLater()), Imm(1), "the lines are read once more")
	c.label("host_scan")
	c.i2(CMP, R10D, R8D, "the head is at its end, without Host")
	c.i1(JE, Target("host_default"), "")
	c.isHostLine("host_scan")
	c.i1(JMP, Target("host_line"), "")
}

// portBytes is the most that a port has, its colon included.
const portBytes = 6

// hostName cuts port and dot off a name, and looks the rest up. Labels of its own: those of
// the check are taken.
func (c *code) hostName() {
	c.routine("host_value", "in: ecx, edx start and end of an authority without userinfo")
	c.i2(MOV, EAX, EDX, "from the end:")
	c.i2(MOV, EDI, Imm(portBytes), "")
	c.label("port_byte")
	c.i2(CMP, EAX, ECX, "")
	c.i1(JBE, Target("port_cut"), "digits alone are no port")
	c.i1(DEC, EDI, "")
	c.i1(JS, Target("port_cut"), "nor are more than there can be")
	c.i1(DEC, EAX, "")
	c.i2(MOVZX, ESI, at(1, RAX, 0), "")
	c.testClass(RSI, classDigit)
	c.i1(JNZ, Target("port_byte"), "")
	c.i2(CMP, ESI, Imm(':'), "")
	c.i1(JNE, Target("port_cut"), "")
	c.i2(MOV, EDX, EAX, "what stands in front of the port")
	c.label("port_cut")
	c.i2(SUB, EDX, ECX, "the name's length")
	c.i1(JBE, Target("host_default"), "")
	c.i2(LEA, ESI, MX(0, RCX, RDX, -1), "its last byte")
	c.i2(CMP, at(1, RSI, 0), Imm('.'), "the root's dot (RFC 1034, 3.1)")
	c.i1(JNE, Target("name_cut"), "")
	c.i1(DEC, EDX, "")
	c.i1(JZ, Target("host_default"), "")
	c.label("name_cut")
	c.i2(CMP, EDX, Imm(c.window()), "")
	c.i1(JBE, Target("name_fits"), "")
	c.i2(ADD, ECX, EDX, "of a longer one its end")
	c.i2(SUB, ECX, Imm(c.window()), "")
	c.i2(MOV, EDX, Imm(c.window()), "")
	c.label("name_fits")
	for i := int32(0); i < c.nameRoom(); i += 16 {
		c.i2(MOVDQU, slot(16, c.slotName()+i), XMM3, "")
	}
	c.i2(LEA, RSI, at(0, RCX, 0), "")
	c.i2(LEA, RDI, M(0, RBP, c.slotName()), "")
	c.i2(MOV, ECX, EDX, "")
	c.i2(MOV, slot(4, c.slotNameLength()), EDX, "")
	c.i0(REPMOVSB, "")
	for i := int32(0); i < c.window(); i += 16 {
		c.i2(MOVDQU, XMM0, slot(16, c.slotName()+i), "")
		c.i2(POR, XMM0, XMM4, "in lower case: no other two bytes of a host become the same")
		c.i2(MOVDQU, slot(16, c.slotName()+i), XMM0, "")
	}
	c.lea(RDI, "host_names", "")
	c.i2(LEA, RSI, M(0, RBP, c.slotName()), "")
	c.i2(MOV, ECX, EDX, "")
	c.call("find", "the name itself")
	c.i2(TEST, RBX, RBX, "")
	c.i1(JNZ, Target("host_found"), "")
	c.hostWildcard()
	c.label("host_default")
	c.lea(RBX, blockLabel(0), "")
}

// hostWildcard looks up what follows the name's first label, then its second one.
func (c *code) hostWildcard() {
	if !c.plan.Match.Index.Wildcards {
		return
	}
	c.i2(MOV, R11D, Imm(1), "behind its first byte")
	c.routine("host_label", "in: r11d where to look for a dot in the name")
	c.i2(MOV, ECX, slot(4, c.slotNameLength()), "")
	c.i2(CMP, ECX, Imm(c.window()), "")
	c.i1(JA, Target("host_default"), "never")
	c.i2(SUB, ECX, R11D, "what is left of it")
	c.i1(JBE, Target("host_default"), "")
	c.i2(CMP, ECX, Imm(c.window()), "")
	c.i1(JA, Target("host_default"), "never")
	c.i2(LEA, RSI, MX(0, RBP, R11, c.slotName()), "")
	c.i1(INC, R11D, "")
	c.i2(CMP, M(1, RSI, 0), Imm('.'), "")
	c.i1(JNE, Target("host_label"), "")
	c.i2(MOV, slot(4, c.slotNameLength()), ECX, "from the dot on: the longest first")
	c.i2(MOV, EDX, ECX, "")
	c.i2(LEA, RDI, M(0, RBP, c.slotName()), "")
	c.i0(REPMOVSB, "to where the name was: forwards, so that an overlap is no harm")
	c.i2(MOV, ECX, EDX, "")
	c.i2(LEA, RSI, M(0, RBP, c.slotName()), "")
	c.lea(RDI, "host_ends", "")
	c.call("find", "")
	c.i2(MOV, R11D, Imm(1), "")
	c.i2(TEST, RBX, RBX, "")
	c.i1(JZ, Target("host_label"), "")
	c.i1(JMP, Target("host_found"), "")
}

// hostKnown takes up what was known of the request line, and bounds it anew, which the
// proof cannot follow over what was read in between.
func (c *code) hostKnown() {
	c.label("host_found")
	c.i2(MOV, RDI, RBX, "the host")
	c.keepHTTPS()
	c.i2(MOV, R11D, R9D, "")
	c.i2(SHR, R11D, Imm(columnBits), "the method's column")
	c.i2(CMP, R11D, Imm(c.columns()-1), "")
	c.reject(JA, "never")
	c.load(ECX, c.slotPathEnd())
	c.i2(CMP, ECX, R10D, "")
	c.reject(JA, "never")
	c.load(ESI, c.slotPath())
	c.i2(CMP, ESI, ECX, "")
	c.reject(JAE, "never")
	c.i2(MOV, slot(4, c.slotPath()), ESI, "")
	c.i2(MOV, slot(4, c.slotPathEnd()), ECX, "")
}

// hostAuthority is for targets in absolute-form.
func (c *code) hostAuthority() {
	c.routine("host_authority", "in: slotAuthority; r10 end of its line", "out: as host_value has it")
	c.load(EDX, c.slotAuthorityEnd())
	c.i2(CMP, EDX, R10D, "")
	c.reject(JA, "never")
	c.load(ECX, c.slotAuthority())
	c.i2(CMP, ECX, EDX, "")
	c.reject(JA, "never")
	c.i2(LEA, R8D, M(0, R10, 1), "no line behind it is read yet")
	c.i1(JMP, Target("host_value"), "")
	c.hostLater()
	c.linesAgain()
	c.island()
}
