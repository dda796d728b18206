package resource

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// An application's page is for what accepts HTML: other requests for what is not there get the
// 404. A page that is there in Markdown too is sent so to what names that. Accept is read as
// Accept-Encoding is: a weight for each of the ranges that count.

// mediaRange is one that counts, and where its weight goes.
type mediaRange struct {
	label, name string
	place       int
}

// mediaRanges are the ranges that are for HTML, the most specific first, with their places.
var mediaRanges = []mediaRange{
	{"range_html", "text/html", layout.RangeHTML}, {"range_text", "text/*", layout.RangeText}, {"range_any", "*/*", layout.RangeAny},
}

// knownRanges are those that the server compares with.
func knownRanges(c *emit.Code) []mediaRange {
	if c.HasMarkdown {
		return append(slices.Clip(mediaRanges), mediaRange{"range_markdown", "text/markdown", layout.RangeMarkdown})
	}
	return mediaRanges
}

// slotAccept is where the weights of a request's media ranges are: 2 bytes for each place, 1 + its
// q-value * 1000, or 0. They stand below those of forms.
func slotAccept(c *emit.Code) int32 {
	above := c.PlainSize() + c.IndexSize()
	if c.Fills() {
		above += layout.FillSlots
	}
	return -above - layout.AcceptSlots
}

// AcceptField reads a list of media ranges and weights (RFC 9110, 12.5.1). Parameters that
// are no weight are passed over, as is a weight that is none.
func AcceptField(c *emit.Code) {
	ifResource(c, "next_field")
	c.Label("range_next")
	c.Call("list_element", "ecx: start of an element, or the end")
	c.I1(JAE, Target("next_field"), "")
	c.I2(MOV, R11D, EDX, "the value's end")
	c.I2(LEA, EDX, M(0, RCX, 1), "an element has a byte")
	c.Label("range_byte")
	c.I2(CMP, EDX, R11D, "")
	c.I1(JAE, Target("range_end"), "")
	c.I2(MOVZX, EAX, layout.At(1, RDX, 0), "")
	c.I1(INC, EDX, "")
	c.I2(CMP, AL, Imm('/'), "between type and subtype")
	c.I1(JE, Target("range_byte"), "")
	c.TestClass(RAX, emit.ClassToken)
	c.I1(JNZ, Target("range_byte"), "")
	c.I1(DEC, EDX, "")
	c.Label("range_end")
	c.I2(MOV, R8D, EDX, "behind the range; the line's start is not needed any more")
	rangePlace(c)
	c.Label("range_known")
	c.I2(MOV, ECX, R8D, "")
	c.Label("range_parameter") // behind the next semicolon, or the comma: each element ends behind where it began
	c.I2(CMP, ECX, R11D, "")
	c.I1(JAE, Target("range_plain"), "")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "")
	c.I1(INC, ECX, "")
	c.I2(CMP, AL, Imm(';'), "")
	c.I1(JE, Target("range_weight"), "")
	c.I2(CMP, AL, Imm(','), "")
	c.I1(JNE, Target("range_parameter"), "")
	c.Label("range_plain")
	c.I2(MOV, EAX, Imm(1001), "q=1")
	c.Label("range_weighed")
	c.I2(MOV, Mem{Base: RBP, Index: RDX, Scale: 2, Disp: slotAccept(c), Width: 2}, AX, "")
	if c.HasMarkdown {
		c.I2(MOV, layout.Slot(2, slotAccept(c)+2*layout.RangeOther), AX, "Markdown is one that is not for HTML")
	}
	c.I2(MOV, EDX, R11D, "")
	c.I1(JMP, Target("range_next"), "")
	c.Label("range_weight")
	c.Call("parameter", "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JZ, Target("range_parameter"), "another one")
	c.Label("range_pass") // to the comma, or the end
	c.I2(CMP, ECX, R11D, "")
	c.I1(JAE, Target("range_weighed"), "")
	c.I1(INC, ECX, "")
	c.I2(CMP, layout.At(1, RCX, -1), Imm(','), "")
	c.I1(JNE, Target("range_pass"), "")
	c.I1(JMP, Target("range_weighed"), "")
	rangeNames(c)
}

// rangePlace has in edx where the weight of the range that ends at r8d goes.
func rangePlace(c *emit.Code) {
	for _, r := range knownRanges(c) {
		c.Lea(RDI, r.label, "")
		c.I2(MOV, EDX, R8D, "")
		c.Call("is_value", "")
		c.I2(MOV, EDX, Imm(r.place), "where its weight goes")
		c.I1(JE, Target("range_known"), "")
	}
	c.I2(MOV, EDX, Imm(layout.RangeOther), "one that is not for HTML")
}

// rangeNames lays the ranges out that rangePlace compares with.
func rangeNames(c *emit.Code) {
	for _, r := range knownRanges(c) {
		c.Datum(emit.NearSized(r.label, r.name))
	}
}

// weight reads weights for both lists.
func weight(c *emit.Code) {
	c.Routine("weight", "in: ecx place behind an element's name; r11 the value's end", "out: eax 1 + its q-value * 1000, ecx behind it; eax 0 where another parameter is there",
		"clobbers: rsi rdi")
	semicolon(c)
	c.Routine("parameter", "likewise, but in: ecx place behind the semicolon")
	qvalue(c, "no_weight")
	c.I0(RET, "")
	c.Label("no_weight")
	c.I2(XOR, EAX, EAX, "")
	c.I0(RET, "")
}

// weighHTML has in eax the weight of HTML: that of the most specific range, or 0 without one.
func weighHTML(c *emit.Code, known string) {
	for i, r := range mediaRanges {
		c.I2(MOVZX, EAX, layout.Slot(2, slotAccept(c)+2*int32(r.place)), r.name)
		if i < len(mediaRanges)-1 {
			c.I2(TEST, EAX, EAX, "")
			c.I1(JNZ, Target(known), "the most specific range counts")
		}
	}
	c.Label(known)
}

// prefersMarkdown finds out whether a page is to be sent in Markdown: where that is named, and
// wanted at least as much as HTML. Then rbx moves on, so that those variants are found which only a
// record with a form in Markdown has: a bit would have to be known together with the record. Of the
// entity-tags those of that form count.
func prefersMarkdown(c *emit.Code) {
	c.I2(CMP, M(4, RBX, layout.ResourceMarkdown+4*int32(plan.Identity)), Imm(0), "")
	c.I1(JE, Target("markdown_known"), "there is none")
	c.I2(MOVZX, EDX, layout.Slot(2, slotAccept(c)+2*layout.RangeMarkdown), "")
	c.I2(CMP, EDX, Imm(1), "")
	c.I1(JBE, Target("markdown_known"), "not named, or q=0")
	weighHTML(c, "markdown_weighed")
	c.I2(CMP, EAX, EDX, "")
	c.I1(JA, Target("markdown_known"), "HTML rather")
	c.I2(ADD, RBX, Imm(layout.ResourceMarkdown-layout.ResourceVariants), "its variants stand there in place of the page's")
	c.I2(MOV, EAX, layout.Slot(4, layout.SlotTags), "")
	c.I2(SHR, EAX, Imm(len(plan.Codings)), "what is named of the other form")
	c.I2(MOV, layout.Slot(4, layout.SlotTags), EAX, "")
	c.Label("markdown_known")
}

// acceptsHTML gives the 404 to what does not accept the page.
func acceptsHTML(c *emit.Code) {
	c.I2(MOV, ECX, M(4, RBX, resourceNoHTML(c)), "what the others get")
	c.I2(TEST, ECX, ECX, "")
	c.I1(JZ, Target("html_accepted"), "the same")
	c.I2(CMP, layout.Slot(8, slotAccept(c)), Imm(0), "without Accept everything is accepted")
	c.I1(JE, Target("html_accepted"), "")
	weighHTML(c, "html_weighed")
	c.I2(CMP, EAX, Imm(1), "q=0, or no range for it")
	c.I1(JA, Target("html_accepted"), "")
	c.I2(LEA, RBX, MX(0, R15, RCX, 0), "")
	c.I1(JMP, Target("framing"), "")
	c.Label("html_accepted")
}
