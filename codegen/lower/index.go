package lower

import (
	"fmt"

	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file is the lookup that plan.Index describes: one table of keys for everything
// that is looked up. It writes nothing into the request buffer.

// A key's record: its seed, what tells its length, where it leads to, and its text.
const (
	keySeed   = 0  // 4 bytes
	keyLast   = 4  // 4 bytes: where the text's last word starts; of a text of less than a word, noWord
	keyTarget = 8  // 4 bytes: the record that it leads to, from classes
	keyShift  = 12 // 1 byte: of a text of less than a word, by how many bits it is shifted, negated; else 0
	keyText   = 13

	noWord  = 0x7fffffff
	noShift = 1 // of no key
)

// Records that keys lead to.
const (
	keysSeed = 0 // 4 bytes: of the keys of a host's paths, or of a state's segments

	blockRoot  = 4 // 4 bytes: the state in which a host's paths begin, from classes
	blockHTTPS = 8 // 2 bytes, where hosts differ in it: index into Plan.HTTPS

	stateOne   = 4  // 4 bytes: the state behind any other segment, from classes; 0: there is none
	stateEnd   = 8  // 4 bytes: the route of a path that ends here, from classes
	stateSlash = 12 // 4 bytes: of one that ends with a slash
	stateRest  = 16 // 4 bytes: of one that goes on as no state does
)

// indexed: routes are found by an index.
func (c *code) indexed() bool { return c.plan.Match.Index != nil }

// Variables of a server with an index, as offsets from rbp. They stand below the others.
func (c *code) slotSegmentEnd() int32 { return -c.plainSize() - 4 }  // 4 bytes: where the current segment of the path ends
func (c *code) slotPath() int32       { return -c.plainSize() - 8 }  // 4 bytes: where the path starts
func (c *code) slotPathEnd() int32    { return -c.plainSize() - 12 } // 4 bytes: and ends
func (c *code) slotDepth() int32      { return -c.plainSize() - 16 } // 4 bytes: how many segments the path may still have

// slotSegment is where the i-th segment of the path starts, from 0: 2 bytes, and 2 more for
// where it ends, both from where the request starts in the buffer. That is slotStart in
// isolation: connection, where a request may be moved while its fields are read, and 0 in
// isolation: request. What a path has no segment for is 0 and 0; {name...} of a route goes
// from its segment's start to the end of the path. They are known from match_route on, for
// the first Segments segments of plan.Index, and of a path that was looked up as a whole
// none is; a body that is read afterwards takes the place of the bytes themselves. These
// are as the decoder leaves them: pchar, slashes, and %hh, its digits in lower case, for
// every other byte (RFC 3986, 3.3).
func (c *code) slotSegment(i int) int32 { return -c.plainSize() - 20 - 4*int32(i) }

// segments is how many segments' places are kept: a multiple of four, as that many are
// cleared at once.
func (c *code) segments() int32 {
	if !c.indexed() {
		return 0
	}
	return int32(c.plan.Match.Index.Segments+3) &^ 3
}

// indexSize is the size of these variables, in bytes.
func (c *code) indexSize() int32 {
	if !c.indexed() {
		return 0
	}
	return 16 + 4*c.segments() + c.hostSize()
}

// clearSegments forgets the segments of an earlier request's path.
func (c *code) clearSegments() {
	for i := int32(3); i < c.segments(); i += 4 {
		c.i2(MOVDQU, slot(16, c.slotSegment(int(i))), XMM3, "four segments of the path")
	}
}

// matchIndex finds the route of the path, and leaves its record in rbx.
func (c *code) matchIndex() {
	x := c.plan.Match.Index
	if c.hasHosts() {
		c.findHost()
	} else {
		c.i2(MOV, slot(4, c.slotPath()), ESI, "")
		c.i2(MOV, slot(4, c.slotPathEnd()), EDI, "")
		c.i2(MOV, ECX, EDI, "")
		c.lea(RDI, blockLabel(0), "")
	}
	c.i2(SUB, ECX, ESI, "the path's length")
	c.i2(ADD, RSI, RBP, "")
	c.i2(CMP, ECX, Imm(x.LongestPath), "")
	c.i1(JA, Target("walk"), "longer than any that is given as a whole")
	c.call("find", "as a whole")
	c.i2(TEST, RBX, RBX, "")
	c.i1(JNZ, Target("route_found"), "")
	c.walk()
	c.label("route_found")
	if c.logs() {
		c.i2(TEST, M(1, RBX, indexedFlags), Imm(routeQuiet), "in the access log?")
		c.i1(JZ, Target("route_logged"), "")
		c.i2(OR, R9D, Imm(isQuiet), "")
		c.label("route_logged")
	}
	if c.pages() {
		c.folderPage()
	}
}

// walk goes from state to state by the path's segments, and leaves the route in rbx.
func (c *code) walk() {
	x := c.plan.Match.Index
	c.label("walk")
	if c.hasHosts() {
		c.i2(MOV, EAX, M(4, RDI, blockRoot), "")
		c.i2(LEA, RDI, MX(0, R15, RAX, 0), "")
	} else {
		c.lea(RDI, stateLabel(x.Blocks[0].Root), "")
	}
	c.i2(MOV, EAX, Imm(0x2f2f2f2f), "the slash between segments")
	c.i2(MOVD, XMM1, EAX, "")
	c.i2(PUNPCKLDQ, XMM1, XMM1, "twice,")
	c.i2(PUNPCKLQDQ, XMM1, XMM1, "and four times")
	c.i2(MOV, slot(4, c.slotDepth()), Imm(x.Depth), "segments of the longest pattern")
	c.i2(MOV, ESI, slot(4, c.slotPath()), "")
	c.routine("segment", "in: rdi state; esi the slash in front of a segment; xmm1 slashes")
	c.i1(DEC, slot(4, c.slotDepth()), "")
	c.i1(JS, Target("path_rest"), "never: no state leads further")
	c.i1(INC, ESI, "behind the slash")
	c.i2(MOV, ECX, ESI, "")
	c.label("segment_scan")
	c.i2(CMP, ECX, slot(4, c.slotPathEnd()), "")
	c.i1(JAE, Target("segment_last"), "")
	c.i2(MOVDQU, XMM0, at(16, RCX, 0), "16 bytes at a time:")
	c.i2(PCMPEQB, XMM0, XMM1, "is there a slash?")
	c.i2(PMOVMSKB, EAX, XMM0, "")
	c.i2(ADD, ECX, Imm(16), "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JZ, Target("segment_scan"), "")
	c.i2(BSF, EAX, EAX, "the first one")
	c.i2(LEA, ECX, MX(0, RCX, RAX, -16), "")
	c.i2(CMP, ECX, slot(4, c.slotPathEnd()), "in the path?")
	c.i1(JB, Target("segment_known"), "")
	c.label("segment_last")
	c.i2(MOV, ECX, slot(4, c.slotPathEnd()), "it ends with the path")
	c.label("segment_known")
	c.keepSegment()
	c.i2(MOV, slot(4, c.slotSegmentEnd()), ECX, "")
	c.i2(SUB, ECX, ESI, "its length")
	c.i1(JZ, Target("segment_empty"), "")
	if x.LongestSegment > 0 {
		c.findSegment()
	}
	c.i2(MOV, EAX, M(4, RDI, stateOne), "or any segment")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JZ, Target("path_rest"), "")
	c.i2(LEA, RBX, MX(0, R15, RAX, 0), "")
	c.label("segment_found")
	c.i2(MOV, RDI, RBX, "the next state")
	c.i2(MOV, ESI, slot(4, c.slotSegmentEnd()), "")
	c.i2(CMP, ESI, slot(4, c.slotPathEnd()), "")
	c.i1(JB, Target("segment"), "")
	c.i2(MOV, EAX, M(4, RDI, stateEnd), "the path ends here")
	c.i1(JMP, Target("path_known"), "")
	c.label("segment_empty")
	c.i2(MOV, EAX, M(4, RDI, stateSlash), "the path ends with a slash,")
	c.i2(CMP, ESI, slot(4, c.slotPathEnd()), "")
	c.i1(JE, Target("path_known"), "")
	c.label("path_rest")
	c.i2(MOV, EAX, M(4, RDI, stateRest), "or the route takes all that is left")
	c.label("path_known")
	c.i2(LEA, RBX, MX(0, R15, RAX, 0), "")
}

// findSegment looks for a segment that is given.
func (c *code) findSegment() {
	c.i2(CMP, ECX, Imm(c.plan.Match.Index.LongestSegment), "")
	c.i1(JA, Target("segment_any"), "longer than any that is given")
	c.i2(ADD, RSI, RBP, "")
	c.call("find", "a segment that goes on from here")
	c.i2(TEST, RBX, RBX, "")
	c.i1(JNZ, Target("segment_found"), "")
	c.label("segment_any")
}

// keepSegment keeps where a segment starts and ends: in esi, ecx.
func (c *code) keepSegment() {
	if c.segments() == 0 {
		return
	}
	depth := c.plan.Match.Index.Depth
	c.i2(MOV, EAX, slot(4, c.slotDepth()), "how many may follow")
	if first := depth - int(c.segments()); first > 0 {
		c.i2(CMP, EAX, Imm(first), "is it one of the first ones?")
		c.i1(JB, Target("segment_kept"), "")
	}
	for _, place := range []struct {
		of   Reg
		at   int32
		note string
	}{{ESI, 0, "where it starts"}, {ECX, 2, "and ends"}} {
		c.i2(MOV, EDX, place.of, place.note)
		if c.plan.Server.KeepAlive {
			c.i2(SUB, EDX, slot(4, slotStart), "in the request")
		}
		c.i2(MOV, Mem{Base: RBP, Index: RAX, Scale: 4, Disp: c.slotSegment(depth-1) + place.at, Width: 2}, DX, "")
	}
	c.label("segment_kept")
}

func stateLabel(i int) string { return fmt.Sprintf("state_%d", i+1) }
func keyLabel(i int) string   { return fmt.Sprintf("key_%d", i+1) }
func blockLabel(i int) string { return fmt.Sprintf("host_%d", i+1) }
