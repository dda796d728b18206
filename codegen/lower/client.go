package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Where a proxy is the peer, a field of the request says who the client is, which the
// access log has then. It is believed where the peer is trusted, and each element of its
// list where what stands behind it is: so it is the last address that is not trusted, or
// where all are, the first one. The list is read once, from its start on, over all lines
// that it has: an address that is not trusted takes the place of what stood in front of it,
// one that is does not, and what is no address takes all that stood in front of it away.

// namesClient: a field may name the client.
func (c *code) namesClient() bool { return c.plan.Server.ClientField != "" }

// The lines of the field are copied while the head is read, one behind the other, a comma
// in front of each, and read when the request is logged: within the loop over all fields nobody
// could tell what that costs.

// Variables of that, as offsets from clientAt. Addresses are those of IPv6 (RFC 4291): an
// IPv4 address is mapped (2.5.5.2).
const (
	clientAddress = 0   // 16 bytes: the client's
	clientRead    = 16  // 16 bytes: one that is read, up to its ::,
	clientRest    = 32  // 16 bytes: and what stands behind that
	clientText    = 48  // clientRoom bytes: an element, with a zero behind it
	clientState   = 96  // 1 byte: whether the field has named the client
	clientList    = 112 // what the field says: of another line's room and of clientLine bytes
	clientSize    = clientList + listRoom

	slotListed = -154 // 2 bytes, from rbp: how long that is

	listRoom = 2*clientLine + slack // a multiple of 16

	clientRoom = 48  // 2001:0db8:0000:0000:0000:ffff:192.000.002.001 has 45 bytes; a port more may be too much
	clientLine = 192 // of a longer line the end counts
)

// clientAt is where they are, from rbp: in front of what is noted.
func (c *code) clientAt() int32 { return c.noteAt() - gap - clientSize }

// listAt is where the list starts, from rbp.
func (c *code) listAt() int32 { return c.clientAt() + clientList }

// client is such a variable.
func (c *code) client(width uint8, disp int32) Mem { return slot(width, c.clientAt()+disp) }

// clientFields is the field that names clients.
func (c *code) clientFields() []knownField {
	switch c.plan.Server.ClientField {
	case plan.ClientForwardedFor:
		return []knownField{{"x-forwarded-for", "client", plan.ClientForwardedFor}}
	case plan.ClientRealIP:
		return []knownField{{"x-real-ip", "client", plan.ClientRealIP}}
	case plan.ClientForwarded:
		return []knownField{{"forwarded", "client", plan.ClientForwarded}}
	}
	return nil
}

// clearClient forgets what an earlier request said. All of the list is written, so that the
// proof needs not know how long it is.
func (c *code) clearClient() {
	for i := int32(0); i < listRoom; i += 16 {
		c.i2(MOVDQU, c.client(16, clientList+i), XMM3, map[int32]string{0: "no client is named"}[i])
	}
	c.i2(XOR, EAX, EAX, "")
	c.i2(MOV, slot(2, slotListed), AX, "")
}

// clientField copies a line of the field. Where there is no room, what stood in front is
// lost: with an x in its place the first address of the rest is none.
func (c *code) clientField() {
	c.i2(MOV, ESI, Imm(','), "between lines")
	c.i2(MOVZX, EDI, slot(2, slotListed), "")
	c.i2(CMP, EDI, Imm(clientLine), "")
	c.i1(JA, Target("client_anew"), "")
	c.i2(MOV, EAX, EDX, "")
	c.i2(SUB, EAX, ECX, "the value's length")
	c.i2(CMP, EAX, Imm(clientLine), "")
	c.i1(JBE, Target("client_fits"), "")
	c.label("client_anew")
	c.i2(MOV, ESI, Imm('x'), "")
	c.i2(XOR, EDI, EDI, "")
	for i := int32(0); i < listRoom; i += 16 {
		c.i2(MOVDQU, c.client(16, clientList+i), XMM3, "")
	}
	c.i2(MOV, EAX, EDX, "")
	c.i2(SUB, EAX, ECX, "")
	c.i2(CMP, EAX, Imm(clientLine), "")
	c.i1(JBE, Target("client_fits"), "")
	c.i2(CMP, EDX, Imm(clientLine), "")
	c.reject(JB, "never")
	c.i2(LEA, ECX, M(0, RDX, -clientLine), "its end")
	c.label("client_fits")
	if c.plan.Server.KeepAlive {
		c.i2(CMP, ECX, slot(4, slotStart), "")
		c.reject(JB, "never: it is of this request")
	}
	c.i2(MOV, EAX, ESI, "")
	c.i2(MOV, at(1, RDI, c.listAt()), AL, "")
	c.i2(LEA, RSI, at(0, RCX, 0), "")
	c.i2(SUB, EDX, ECX, "")
	c.i2(MOV, ECX, EDX, "")
	c.i2(CMP, ECX, Imm(clientLine), "")
	c.reject(JA, "never")
	c.i2(LEA, EAX, Mem{Base: RDI, Index: RCX, Scale: 1, Disp: 1}, "")
	c.i2(MOV, slot(2, slotListed), AX, "")
	c.i2(LEA, RDI, at(0, RDI, c.listAt()+1), "")
	c.i0(REPMOVSB, "")
	c.i1(JMP, Target("next_field"), "")
}

// findClient reads what the field says.
func (c *code) findClient() {
	c.routine("find_client", "in: clientList, slotPeer", "out: clientAddress; clientState", "clobbers: rax rcx rdx rsi rdi r11 xmm0")
	c.call("peer_is_client", "")
	c.i2(CMP, c.client(1, clientList), Imm(0), "")
	c.i1(JE, Target("client_known"), "nothing")
	if c.plan.Server.Listen.Family != plan.AFUnix {
		c.i2(MOVDQU, XMM0, c.client(16, clientAddress), "")
		c.i2(MOVDQU, c.client(16, clientRead), XMM0, "")
		c.call("is_trusted", "is the peer?")
		c.i2(TEST, EAX, EAX, "")
		c.i1(JZ, Target("client_known"), "")
	}
	c.i1(PUSH, R8, "")
	c.i1(PUSH, R10, "")
	c.i2(MOV, R10D, Imm(c.listAt()), "")
	c.label("client_next")
	c.i2(CMP, R10D, Imm(c.listAt()+listRoom), "")
	c.i1(JAE, Target("client_read"), "")
	for i := int32(0); i < clientRoom; i += 16 {
		c.i2(MOVDQU, c.client(16, clientText+i), XMM3, "")
	}
	c.i2(MOV, EDI, Imm(c.clientAt()+clientText), "where its text goes")
	if c.plan.Server.ClientField == plan.ClientForwarded {
		c.forwarded()
	} else {
		c.listed()
	}
	c.clientElement()
	c.label("client_read")
	c.i1(POP, R10, "")
	c.i1(POP, R8, "")
	c.label("client_known")
	c.i0(RET, "")
}

// listed copies what stands up to a comma, and the space behind it.
func (c *code) listed() {
	c.label("client_byte")
	c.listByte("client_some", "client_copied")
	c.i2(CMP, AL, Imm(','), "")
	c.i1(JE, Target("client_copied"), "")
	c.i2(CMP, AL, Imm(' '), "a space or a tab")
	c.i1(JA, Target("client_copy"), "")
	c.i2(CMP, EDI, Imm(c.clientAt()+clientText), "")
	c.i1(JE, Target("client_byte"), "in front of it")
	c.label("client_copy")
	c.copyElement()
	c.i1(JMP, Target("client_byte"), "")
	c.label("client_copied")
	c.i2(CMP, EDI, Imm(c.clientAt()+clientText), "an empty element is none (RFC 9110, 5.6.1.2)")
	c.i1(JE, Target("client_next"), "")
}

// listByte reads the list's next byte, into eax, and leaves at its end, which is where the
// room for it ends then: so each way round leads further.
func (c *code) listByte(name, end string) {
	c.i2(CMP, R10D, Imm(c.listAt()+listRoom), "")
	c.i1(JAE, Target("client_read"), "never: a zero comes first")
	c.i2(MOVZX, EAX, at(1, R10, 0), "")
	c.i1(INC, R10D, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JNZ, Target(name), "")
	c.i2(MOV, R10D, Imm(c.listAt()+listRoom), "")
	c.i1(JMP, Target(end), "")
	c.label(name)
}

// copyElement stores a byte of an element: in al; of too many the last ones in the same
// place, so that it is no address.
func (c *code) copyElement() {
	c.i2(MOV, at(1, RDI, 0), AL, "")
	c.i1(INC, EDI, "")
	c.i2(CMP, EDI, Imm(c.clientAt()+clientText+clientRoom-1), "")
	c.i1(JB, Target("client_room"), "")
	c.i1(DEC, EDI, "")
	c.i2(MOV, c.client(1, clientText), Imm('x'), "too long for an address")
	c.label("client_room")
}

// clientElement takes the address of an element.
func (c *code) clientElement() {
	c.label("client_text")
	c.call("read_address", "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JZ, Target("client_unknown"), "")
	c.i2(TEST, c.client(1, clientState), Imm(1), "")
	c.i1(JZ, Target("client_taken"), "the first one")
	c.call("is_trusted", "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JNZ, Target("client_next"), "a proxy, and what it says is taken already")
	c.label("client_taken")
	c.i2(MOVDQU, XMM0, c.client(16, clientRead), "")
	c.i2(MOVDQU, c.client(16, clientAddress), XMM0, "")
	c.i2(MOV, c.client(1, clientState), Imm(1), "")
	c.i1(JMP, Target("client_next"), "")
	c.label("client_unknown")
	c.call("peer_is_client", "who stands in front of what is no address, nobody knows")
	c.i1(JMP, Target("client_next"), "")
}

// clientRoutines find the client of a request that is logged.
func (c *code) clientRoutines() {
	c.findClient()
	c.peerIsClient()
	c.isTrusted()
	c.readAddress()
}

// peerIsClient: words of 16 bits are no variables for the proof, of which it holds a few.
func (c *code) peerIsClient() {
	c.routine("peer_is_client", "out: clientAddress the peer's, or 0 where that has none; clientState 0", "clobbers: rax xmm0")
	c.i2(MOV, c.client(1, clientState), Imm(0), "")
	switch c.plan.Server.Listen.Family {
	case plan.AFInet6:
		c.peerInet6()
	case plan.AFInet:
		c.peerInet()
	case plan.AFUnix:
		c.i2(MOVDQU, c.client(16, clientAddress), XMM3, "")
	default:
		c.i2(CMP, slot(2, slotPeer), Imm(plan.AFInet), "sa_family")
		c.i1(JE, Target("peer_inet"), "")
		c.peerInet6()
		c.i0(RET, "")
		c.label("peer_inet")
		c.peerInet()
	}
	c.i0(RET, "")
}

func (c *code) peerInet6() {
	c.i2(MOVDQU, XMM0, slot(16, slotPeer+8), "sin6_addr")
	c.i2(MOVDQU, c.client(16, clientAddress), XMM0, "")
}

func (c *code) peerInet() {
	c.i2(MOVDQU, c.client(16, clientAddress), XMM3, "")
	c.i2(MOV, c.client(2, clientAddress+10), Imm(0xffff), "mapped")
	for i := int32(0); i < 4; i += 2 {
		c.i2(MOVZX, EAX, slot(2, slotPeer+4+i), map[int32]string{0: "sin_addr", 2: ""}[i])
		c.i2(MOV, c.client(2, clientAddress+12+i), AX, "")
	}
}

// isTrusted compares an address with each range.
func (c *code) isTrusted() {
	ranges := c.plan.Server.Trusted
	c.routine("is_trusted", "in: an address in clientRead", "out: eax whether it is in a trusted range", "clobbers: rdx rdi")
	if len(ranges) == 0 {
		c.i2(XOR, EAX, EAX, "there is none")
		c.i0(RET, "")
		return
	}
	d := Datum{Label: "trusted", Note: "ranges of addresses, and which bits count"}
	for _, r := range ranges {
		d.Fields = append(d.Fields, Bytes{B: r.Address[:]}, Bytes{B: r.Mask[:], Note: r.Text})
	}
	c.datum(d)
	c.lea(RDI, "trusted", "")
	c.i2(XOR, EDX, EDX, "")
	c.label("trusted_next")
	for i := int32(0); i < 16; i += 8 {
		c.i2(MOV, RAX, c.client(8, clientRead+i), "")
		c.i2(XOR, RAX, MX(8, RDI, RDX, i), "")
		c.i2(AND, RAX, MX(8, RDI, RDX, 16+i), "the bits that differ, of those that count")
		c.i1(JNZ, Target("trusted_other"), "")
	}
	c.i2(MOV, EAX, Imm(1), "")
	c.i0(RET, "")
	c.label("trusted_other")
	c.i2(ADD, EDX, Imm(32), "")
	c.i2(CMP, EDX, Imm(32*len(ranges)), "")
	c.i1(JB, Target("trusted_next"), "")
	c.i2(XOR, EAX, EAX, "")
	c.i0(RET, "")
}
