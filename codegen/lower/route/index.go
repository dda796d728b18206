package route

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
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

// Variables of a server with an index, as offsets from rbp. They stand below the others.
func slotSegmentEnd(c *emit.Code) int32 { return -c.PlainSize() - 4 }  // 4 bytes: where the current segment of the path ends
func slotPath(c *emit.Code) int32       { return -c.PlainSize() - 8 }  // 4 bytes: where the path starts
func slotPathEnd(c *emit.Code) int32    { return -c.PlainSize() - 12 } // 4 bytes: and ends
func slotDepth(c *emit.Code) int32      { return -c.PlainSize() - 16 } // 4 bytes: how many segments the path may still have

// SlotSegment is where the i-th segment of the path starts, from 0: 2 bytes, and 2 more for
// where it ends, both from where the request starts in the buffer. That is SlotStart in
// isolation: connection, where a request may be moved while its fields are read, and 0 in
// isolation: request. What a path has no segment for is 0 and 0; {name...} of a route goes
// from its segment's start to the end of the path. They are known from match_route on, for
// the first Segments segments of plan.Index, and of a path that was looked up as a whole
// none is; a body that is read afterwards takes the place of the bytes themselves. These
// are as the decoder leaves them: pchar, slashes, and %hh, its digits in lower case, for
// every other byte (RFC 3986, 3.3).
func SlotSegment(c *emit.Code, i int) int32 { return -c.PlainSize() - 20 - 4*int32(i) }

// ClearSegments forgets the segments of an earlier request's path.
func ClearSegments(c *emit.Code) {
	for i := int32(3); i < c.Segments(); i += 4 {
		c.I2(MOVDQU, layout.Slot(16, SlotSegment(c, int(i))), XMM3, "four segments of the path")
	}
}

// matchIndex finds the route of the path, and leaves its record in rbx.
func matchIndex(c *emit.Code) {
	x := c.Plan.Match.Index
	if c.HasHosts() {
		findHost(c)
	} else {
		c.I2(MOV, layout.Slot(4, slotPath(c)), ESI, "")
		c.I2(MOV, layout.Slot(4, slotPathEnd(c)), EDI, "")
		c.I2(MOV, ECX, EDI, "")
		c.Lea(RDI, blockLabel(0), "")
	}
	c.I2(SUB, ECX, ESI, "the path's length")
	c.I2(ADD, RSI, RBP, "")
	c.I2(CMP, ECX, Imm(x.LongestPath), "")
	c.I1(JA, Target("walk"), "longer than any that is given as a whole")
	c.Call("find", "as a whole")
	c.I2(TEST, RBX, RBX, "")
	c.I1(JNZ, Target("route_found"), "")
	walk(c)
	c.Label("route_found")
	if c.Logs() {
		c.I2(TEST, M(1, RBX, layout.IndexedFlags), Imm(routeQuiet), "in the access log?")
		c.I1(JZ, Target("route_logged"), "")
		c.I2(OR, R9D, Imm(layout.IsQuiet), "")
		c.Label("route_logged")
	}
	if c.Pages() {
		folderPage(c)
	}
}

// walk goes from state to state by the path's segments, and leaves the route in rbx.
func walk(c *emit.Code) {
	x := c.Plan.Match.Index
	c.Label("walk")
	if c.HasHosts() {
		c.I2(MOV, EAX, M(4, RDI, blockRoot), "")
		c.I2(LEA, RDI, MX(0, R15, RAX, 0), "")
	} else {
		c.Lea(RDI, stateLabel(x.Blocks[0].Root), "")
	}
	c.I2(MOV, EAX, Imm(0x2f2f2f2f), "the slash between segments")
	c.I2(MOVD, XMM1, EAX, "")
	c.I2(PUNPCKLDQ, XMM1, XMM1, "twice,")
	c.I2(PUNPCKLQDQ, XMM1, XMM1, "and four times")
	c.I2(MOV, layout.Slot(4, slotDepth(c)), Imm(x.Depth), "segments of the longest pattern")
	c.I2(MOV, ESI, layout.Slot(4, slotPath(c)), "")
	c.Routine("segment", "in: rdi state; esi the slash in front of a segment; xmm1 slashes")
	c.I1(DEC, layout.Slot(4, slotDepth(c)), "")
	c.I1(JS, Target("path_rest"), "never: no state leads further")
	c.I1(INC, ESI, "behind the slash")
	c.I2(MOV, ECX, ESI, "")
	c.Label("segment_scan")
	c.I2(CMP, ECX, layout.Slot(4, slotPathEnd(c)), "")
	c.I1(JAE, Target("segment_last"), "")
	c.I2(MOVDQU, XMM0, layout.At(16, RCX, 0), "16 bytes at a time:")
	c.I2(PCMPEQB, XMM0, XMM1, "is there a slash?")
	c.I2(PMOVMSKB, EAX, XMM0, "")
	c.I2(ADD, ECX, Imm(16), "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JZ, Target("segment_scan"), "")
	c.I2(BSF, EAX, EAX, "the first one")
	c.I2(LEA, ECX, MX(0, RCX, RAX, -16), "")
	c.I2(CMP, ECX, layout.Slot(4, slotPathEnd(c)), "in the path?")
	c.I1(JB, Target("segment_known"), "")
	c.Label("segment_last")
	c.I2(MOV, ECX, layout.Slot(4, slotPathEnd(c)), "it ends with the path")
	c.Label("segment_known")
	keepSegment(c)
	c.I2(MOV, layout.Slot(4, slotSegmentEnd(c)), ECX, "")
	c.I2(SUB, ECX, ESI, "its length")
	c.I1(JZ, Target("segment_empty"), "")
	if x.LongestSegment > 0 {
		findSegment(c)
	}
	c.I2(MOV, EAX, M(4, RDI, stateOne), "or any segment")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JZ, Target("path_rest"), "")
	c.I2(LEA, RBX, MX(0, R15, RAX, 0), "")
	c.Label("segment_found")
	c.I2(MOV, RDI, RBX, "the next state")
	c.I2(MOV, ESI, layout.Slot(4, slotSegmentEnd(c)), "")
	c.I2(CMP, ESI, layout.Slot(4, slotPathEnd(c)), "")
	c.I1(JB, Target("segment"), "")
	c.I2(MOV, EAX, M(4, RDI, stateEnd), "the path ends here")
	c.I1(JMP, Target("path_known"), "")
	c.Label("segment_empty")
	c.I2(MOV, EAX, M(4, RDI, stateSlash), "the path ends with a slash,")
	c.I2(CMP, ESI, layout.Slot(4, slotPathEnd(c)), "")
	c.I1(JE, Target("path_known"), "")
	c.Label("path_rest")
	c.I2(MOV, EAX, M(4, RDI, stateRest), "or the route takes all that is left")
	c.Label("path_known")
	c.I2(LEA, RBX, MX(0, R15, RAX, 0), "")
}

// findSegment looks for a segment that is given.
func findSegment(c *emit.Code) {
	c.I2(CMP, ECX, Imm(c.Plan.Match.Index.LongestSegment), "")
	c.I1(JA, Target("segment_any"), "longer than any that is given")
	c.I2(ADD, RSI, RBP, "")
	c.Call("find", "a segment that goes on from here")
	c.I2(TEST, RBX, RBX, "")
	c.I1(JNZ, Target("segment_found"), "")
	c.Label("segment_any")
}

// keepSegment keeps where a segment starts and ends: in esi, ecx.
func keepSegment(c *emit.Code) {
	if c.Segments() == 0 {
		return
	}
	depth := c.Plan.Match.Index.Depth
	c.I2(MOV, EAX, layout.Slot(4, slotDepth(c)), "how many may follow")
	if first := depth - int(c.Segments()); first > 0 {
		c.I2(CMP, EAX, Imm(first), "is it one of the first ones?")
		c.I1(JB, Target("segment_kept"), "")
	}
	for _, place := range []struct {
		of   Reg
		at   int32
		note string
	}{{ESI, 0, "where it starts"}, {ECX, 2, "and ends"}} {
		c.I2(MOV, EDX, place.of, place.note)
		if c.Plan.Server.KeepAlive {
			c.I2(SUB, EDX, layout.Slot(4, layout.SlotStart), "in the request")
		}
		c.I2(MOV, Mem{Base: RBP, Index: RAX, Scale: 4, Disp: SlotSegment(c, depth-1) + place.at, Width: 2}, DX, "")
	}
	c.Label("segment_kept")
}

func stateLabel(i int) string { return fmt.Sprintf("state_%d", i+1) }
func keyLabel(i int) string   { return fmt.Sprintf("key_%d", i+1) }
func blockLabel(i int) string { return fmt.Sprintf("host_%d", i+1) }
