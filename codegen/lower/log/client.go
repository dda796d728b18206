package log

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Where a proxy is the peer, a field of the request says who the client is, which the
// access log has then. It is believed where the peer is trusted, and each element of its
// list where what stands behind it is: so it is the last address that is not trusted, or
// where all are, the first one. The list is read once, from its start on, over all lines
// that it has: an address that is not trusted takes the place of what stood in front of it,
// one that is does not, and what is no address takes all that stood in front of it away.

// The lines of the field are copied while the head is read, one behind the other, a comma
// in front of each, and read when the request is logged: within the loop over all fields nobody
// could tell what that costs.

// clientAt is where they are, from rbp: in front of what is noted.
func clientAt(c *emit.Code) int32 { return noteAt(c) - layout.Gap - layout.ClientSize }

// listAt is where the list starts, from rbp.
func listAt(c *emit.Code) int32 { return clientAt(c) + layout.ClientList }

// client is such a variable.
func client(c *emit.Code, width uint8, disp int32) Mem { return layout.Slot(width, clientAt(c)+disp) }

// clearClient forgets what an earlier request said. All of the list is written, so that the
// proof needs not know how long it is.
func clearClient(c *emit.Code) {
	for i := int32(0); i < layout.ListRoom; i += 16 {
		c.I2(MOVDQU, client(c, 16, layout.ClientList+i), XMM3, map[int32]string{0: "no client is named"}[i])
	}
	c.I2(XOR, EAX, EAX, "")
	c.I2(MOV, layout.Slot(2, layout.SlotListed), AX, "")
}

// ClientField copies a line of the field. Where there is no room, what stood in front is
// lost: with an x in its place the first address of the rest is none.
func ClientField(c *emit.Code) {
	c.I2(MOV, ESI, Imm(','), "between lines")
	c.I2(MOVZX, EDI, layout.Slot(2, layout.SlotListed), "")
	c.I2(CMP, EDI, Imm(layout.ClientLine), "")
	c.I1(JA, Target("client_anew"), "")
	c.I2(MOV, EAX, EDX, "")
	c.I2(SUB, EAX, ECX, "the value's length")
	c.I2(CMP, EAX, Imm(layout.ClientLine), "")
	c.I1(JBE, Target("client_fits"), "")
	c.Label("client_anew")
	c.I2(MOV, ESI, Imm('x'), "")
	c.I2(XOR, EDI, EDI, "")
	for i := int32(0); i < layout.ListRoom; i += 16 {
		c.I2(MOVDQU, client(c, 16, layout.ClientList+i), XMM3, "")
	}
	c.I2(MOV, EAX, EDX, "")
	c.I2(SUB, EAX, ECX, "")
	c.I2(CMP, EAX, Imm(layout.ClientLine), "")
	c.I1(JBE, Target("client_fits"), "")
	c.I2(CMP, EDX, Imm(layout.ClientLine), "")
	c.Reject(JB, "never")
	c.I2(LEA, ECX, M(0, RDX, -layout.ClientLine), "its end")
	c.Label("client_fits")
	if c.Plan.Server.KeepAlive {
		c.I2(CMP, ECX, layout.Slot(4, layout.SlotStart), "")
		c.Reject(JB, "never: it is of this request")
	}
	c.I2(MOV, EAX, ESI, "")
	c.I2(MOV, layout.At(1, RDI, listAt(c)), AL, "")
	c.I2(LEA, RSI, layout.At(0, RCX, 0), "")
	c.I2(SUB, EDX, ECX, "")
	c.I2(MOV, ECX, EDX, "")
	c.I2(CMP, ECX, Imm(layout.ClientLine), "")
	c.Reject(JA, "never")
	c.I2(LEA, EAX, Mem{Base: RDI, Index: RCX, Scale: 1, Disp: 1}, "")
	c.I2(MOV, layout.Slot(2, layout.SlotListed), AX, "")
	c.I2(LEA, RDI, layout.At(0, RDI, listAt(c)+1), "")
	c.I0(REPMOVSB, "")
	c.I1(JMP, Target("next_field"), "")
}

// findClient reads what the field says.
func findClient(c *emit.Code) {
	c.Routine("find_client", "in: clientList, slotPeer", "out: clientAddress; clientState", "clobbers: rax rcx rdx rsi rdi r11 xmm0")
	c.Call("peer_is_client", "")
	c.I2(CMP, client(c, 1, layout.ClientList), Imm(0), "")
	c.I1(JE, Target("client_known"), "nothing")
	if c.Plan.Server.Listen.Family != plan.AFUnix {
		c.I2(MOVDQU, XMM0, client(c, 16, layout.ClientAddress), "")
		c.I2(MOVDQU, client(c, 16, layout.ClientRead), XMM0, "")
		c.Call("is_trusted", "is the peer?")
		c.I2(TEST, EAX, EAX, "")
		c.I1(JZ, Target("client_known"), "")
	}
	c.I1(PUSH, R8, "")
	c.I1(PUSH, R10, "")
	c.I2(MOV, R10D, Imm(listAt(c)), "")
	c.Label("client_next")
	c.I2(CMP, R10D, Imm(listAt(c)+layout.ListRoom), "")
	c.I1(JAE, Target("client_read"), "")
	for i := int32(0); i < layout.ClientRoom; i += 16 {
		c.I2(MOVDQU, client(c, 16, layout.ClientText+i), XMM3, "")
	}
	c.I2(MOV, EDI, Imm(clientAt(c)+layout.ClientText), "where its text goes")
	if c.Plan.Server.ClientField == plan.ClientForwarded {
		forwarded(c)
	} else {
		listed(c)
	}
	clientElement(c)
	c.Label("client_read")
	c.I1(POP, R10, "")
	c.I1(POP, R8, "")
	c.Label("client_known")
	c.I0(RET, "")
}

// listed copies what stands up to a comma, and the space behind it.
func listed(c *emit.Code) {
	c.Label("client_byte")
	listByte(c, "client_some", "client_copied")
	c.I2(CMP, AL, Imm(','), "")
	c.I1(JE, Target("client_copied"), "")
	c.I2(CMP, AL, Imm(' '), "a space or a tab")
	c.I1(JA, Target("client_copy"), "")
	c.I2(CMP, EDI, Imm(clientAt(c)+layout.ClientText), "")
	c.I1(JE, Target("client_byte"), "in front of it")
	c.Label("client_copy")
	copyElement(c)
	c.I1(JMP, Target("client_byte"), "")
	c.Label("client_copied")
	c.I2(CMP, EDI, Imm(clientAt(c)+layout.ClientText), "an empty element is none (RFC 9110, 5.6.1.2)")
	c.I1(JE, Target("client_next"), "")
}

// listByte reads the list's next byte, into eax, and leaves at its end, which is where the
// room for it ends then: so each way round leads further.
func listByte(c *emit.Code, name, end string) {
	c.I2(CMP, R10D, Imm(listAt(c)+layout.ListRoom), "")
	c.I1(JAE, Target("client_read"), "never: a zero comes first")
	c.I2(MOVZX, EAX, layout.At(1, R10, 0), "")
	c.I1(INC, R10D, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JNZ, Target(name), "")
	c.I2(MOV, R10D, Imm(listAt(c)+layout.ListRoom), "")
	c.I1(JMP, Target(end), "")
	c.Label(name)
}

// copyElement stores a byte of an element: in al; of too many the last ones in the same
// place, so that it is no address.
func copyElement(c *emit.Code) {
	c.I2(MOV, layout.At(1, RDI, 0), AL, "")
	c.I1(INC, EDI, "")
	c.I2(CMP, EDI, Imm(clientAt(c)+layout.ClientText+layout.ClientRoom-1), "")
	c.I1(JB, Target("client_room"), "")
	c.I1(DEC, EDI, "")
	c.I2(MOV, client(c, 1, layout.ClientText), Imm('x'), "too long for an address")
	c.Label("client_room")
}

// clientElement takes the address of an element.
func clientElement(c *emit.Code) {
	c.Label("client_text")
	c.Call("read_address", "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JZ, Target("client_unknown"), "")
	c.I2(TEST, client(c, 1, layout.ClientState), Imm(1), "")
	c.I1(JZ, Target("client_taken"), "the first one")
	c.Call("is_trusted", "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JNZ, Target("client_next"), "a proxy, and what it says is taken already")
	c.Label("client_taken")
	c.I2(MOVDQU, XMM0, client(c, 16, layout.ClientRead), "")
	c.I2(MOVDQU, client(c, 16, layout.ClientAddress), XMM0, "")
	c.I2(MOV, client(c, 1, layout.ClientState), Imm(1), "")
	c.I1(JMP, Target("client_next"), "")
	c.Label("client_unknown")
	c.Call("peer_is_client", "who stands in front of what is no address, nobody knows")
	c.I1(JMP, Target("client_next"), "")
}

// clientRoutines find the client of a request that is logged.
func clientRoutines(c *emit.Code) {
	findClient(c)
	peerIsClient(c)
	isTrusted(c)
	readAddress(c)
}

// peerIsClient: words of 16 bits are no variables for the proof, of which it holds a few.
func peerIsClient(c *emit.Code) {
	c.Routine("peer_is_client", "out: clientAddress the peer's, or 0 where that has none; clientState 0", "clobbers: rax xmm0")
	c.I2(MOV, client(c, 1, layout.ClientState), Imm(0), "")
	switch c.Plan.Server.Listen.Family {
	case plan.AFInet6:
		peerInet6(c)
	case plan.AFInet:
		peerInet(c)
	case plan.AFUnix:
		c.I2(MOVDQU, client(c, 16, layout.ClientAddress), XMM3, "")
	default:
		c.I2(CMP, layout.Slot(2, SlotPeer), Imm(plan.AFInet), "sa_family")
		c.I1(JE, Target("peer_inet"), "")
		peerInet6(c)
		c.I0(RET, "")
		c.Label("peer_inet")
		peerInet(c)
	}
	c.I0(RET, "")
}

func peerInet6(c *emit.Code) {
	c.I2(MOVDQU, XMM0, layout.Slot(16, SlotPeer+8), "sin6_addr")
	c.I2(MOVDQU, client(c, 16, layout.ClientAddress), XMM0, "")
}

func peerInet(c *emit.Code) {
	c.I2(MOVDQU, client(c, 16, layout.ClientAddress), XMM3, "")
	c.I2(MOV, client(c, 2, layout.ClientAddress+10), Imm(0xffff), "mapped")
	for i := int32(0); i < 4; i += 2 {
		c.I2(MOVZX, EAX, layout.Slot(2, SlotPeer+4+i), map[int32]string{0: "sin_addr", 2: ""}[i])
		c.I2(MOV, client(c, 2, layout.ClientAddress+12+i), AX, "")
	}
}

// isTrusted compares an address with each range.
func isTrusted(c *emit.Code) {
	ranges := c.Plan.Server.Trusted
	c.Routine("is_trusted", "in: an address in clientRead", "out: eax whether it is in a trusted range", "clobbers: rdx rdi")
	if len(ranges) == 0 {
		c.I2(XOR, EAX, EAX, "there is none")
		c.I0(RET, "")
		return
	}
	d := Datum{Label: "trusted", Note: "ranges of addresses, and which bits count"}
	for _, r := range ranges {
		d.Fields = append(d.Fields, Bytes{B: r.Address[:]}, Bytes{B: r.Mask[:], Note: r.Text})
	}
	c.Datum(d)
	c.Lea(RDI, "trusted", "")
	c.I2(XOR, EDX, EDX, "")
	c.Label("trusted_next")
	for i := int32(0); i < 16; i += 8 {
		c.I2(MOV, RAX, client(c, 8, layout.ClientRead+i), "")
		c.I2(XOR, RAX, MX(8, RDI, RDX, i), "")
		c.I2(AND, RAX, MX(8, RDI, RDX, 16+i), "the bits that differ, of those that count")
		c.I1(JNZ, Target("trusted_other"), "")
	}
	c.I2(MOV, EAX, Imm(1), "")
	c.I0(RET, "")
	c.Label("trusted_other")
	c.I2(ADD, EDX, Imm(32), "")
	c.I2(CMP, EDX, Imm(32*len(ranges)), "")
	c.I1(JB, Target("trusted_next"), "")
	c.I2(XOR, EAX, EAX, "")
	c.I0(RET, "")
}
