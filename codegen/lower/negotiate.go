package lower

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// An application's page is for what accepts HTML: other requests for what is not there get the
// 404. A page that is there in Markdown too is sent so to what names that. Accept is read as
// Accept-Encoding is: a weight for each of the ranges that count.

// The places of weights. A range that is not one of these tells that there are some at all.
const (
	rangeHTML = iota
	rangeText
	rangeAny
	rangeOther
	rangeMarkdown // beside it, rangeOther is set

	acceptSlots = 16 // bytes of variables: 2 for each place
)

// mediaRange is one that counts, and where its weight goes.
type mediaRange struct {
	label, name string
	place       int
}

// mediaRanges are the ranges that are for HTML, the most specific first, with their places.
var mediaRanges = []mediaRange{
	{"range_html", "text/html", rangeHTML}, {"range_text", "text/*", rangeText}, {"range_any", "*/*", rangeAny},
}

// knownRanges are those that the server compares with.
func (c *code) knownRanges() []mediaRange {
	if c.hasMarkdown {
		return append(slices.Clip(mediaRanges), mediaRange{"range_markdown", "text/markdown", rangeMarkdown})
	}
	return mediaRanges
}

// negotiates: of some resource it depends on Accept what is sent.
func (c *code) negotiates() bool { return c.refusesNoHTML || c.hasMarkdown }

// slotAccept is where the weights of a request's media ranges are: 2 bytes for each place, 1 + its
// q-value * 1000, or 0. They stand below those of forms.
func (c *code) slotAccept() int32 {
	above := c.plainSize() + c.indexSize()
	if c.fills() {
		above += fillSlots
	}
	return -above - acceptSlots
}

// acceptField reads a list of media ranges and weights (RFC 9110, 12.5.1). Parameters that
// are no weight are passed over, as is a weight that is none.
func (c *code) acceptField() {
	c.ifResource("next_field")
	c.label("range_next")
	c.call("list_element", "ecx: start of an element, or the end")
	c.i1(JAE, Target("next_field"), "")
	c.i2(MOV, R11D, EDX, "the value's end")
	c.i2(LEA, EDX, M(0, RCX, 1), "an element has a byte")
	c.label("range_byte")
	c.i2(CMP, EDX, R11D, "")
	c.i1(JAE, Target("range_end"), "")
	c.i2(MOVZX, EAX, at(1, RDX, 0), "")
	c.i1(INC, EDX, "")
	c.i2(CMP, AL, Imm('/'), "between type and subtype")
	c.i1(JE, Target("range_byte"), "")
	c.testClass(RAX, classToken)
	c.i1(JNZ, Target("range_byte"), "")
	c.i1(DEC, EDX, "")
	c.label("range_end")
	c.i2(MOV, R8D, EDX, "behind the range; the line's start is not needed any more")
	c.rangePlace()
	c.label("range_known")
	c.i2(MOV, ECX, R8D, "")
	c.label("range_parameter") // behind the next semicolon, or the comma: each element ends behind where it began
	c.i2(CMP, ECX, R11D, "")
	c.i1(JAE, Target("range_plain"), "")
	c.i2(MOVZX, EAX, at(1, RCX, 0), "")
	c.i1(INC, ECX, "")
	c.i2(CMP, AL, Imm(';'), "")
	c.i1(JE, Target("range_weight"), "")
	c.i2(CMP, AL, Imm(','), "")
	c.i1(JNE, Target("range_parameter"), "")
	c.label("range_plain")
	c.i2(MOV, EAX, Imm(1001), "q=1")
	c.label("range_weighed")
	c.i2(MOV, Mem{Base: RBP, Index: RDX, Scale: 2, Disp: c.slotAccept(), Width: 2}, AX, "")
	if c.hasMarkdown {
		c.i2(MOV, slot(2, c.slotAccept()+2*rangeOther), AX, "Markdown is one that is not for HTML")
	}
	c.i2(MOV, EDX, R11D, "")
	c.i1(JMP, Target("range_next"), "")
	c.label("range_weight")
	c.call("parameter", "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JZ, Target("range_parameter"), "another one")
	c.label("range_pass") // to the comma, or the end
	c.i2(CMP, ECX, R11D, "")
	c.i1(JAE, Target("range_weighed"), "")
	c.i1(INC, ECX, "")
	c.i2(CMP, at(1, RCX, -1), Imm(','), "")
	c.i1(JNE, Target("range_pass"), "")
	c.i1(JMP, Target("range_weighed"), "")
	c.rangeNames()
}

// rangePlace has in edx where the weight of the range that ends at r8d goes.
func (c *code) rangePlace() {
	for _, r := range c.knownRanges() {
		c.lea(RDI, r.label, "")
		c.i2(MOV, EDX, R8D, "")
		c.call("is_value", "")
		c.i2(MOV, EDX, Imm(r.place), "where its weight goes")
		c.i1(JE, Target("range_known"), "")
	}
	c.i2(MOV, EDX, Imm(rangeOther), "one that is not for HTML")
}

// rangeNames lays the ranges out that rangePlace compares with.
func (c *code) rangeNames() {
	for _, r := range c.knownRanges() {
		c.datum(nearSized(r.label, r.name))
	}
}

// weight reads weights for both lists.
func (c *code) weight() {
	c.routine("weight", "in: ecx place behind an element's name; r11 the value's end", "out: eax 1 + its q-value * 1000, ecx behind it; eax 0 where another parameter is there",
		"clobbers: rsi rdi")
	c.semicolon()
	c.routine("parameter", "likewise, but in: ecx place behind the semicolon")
	c.qvalue("no_weight")
	c.i0(RET, "")
	c.label("no_weight")
	c.i2(XOR, EAX, EAX, "")
	c.i0(RET, "")
}

// weighHTML has in eax the weight of HTML: that of the most specific range, or 0 without one.
func (c *code) weighHTML(known string) {
	for i, r := range mediaRanges {
		c.i2(MOVZX, EAX, slot(2, c.slotAccept()+2*int32(r.place)), r.name)
		if i < len(mediaRanges)-1 {
			c.i2(TEST, EAX, EAX, "")
			c.i1(JNZ, Target(known), "the most specific range counts")
		}
	}
	c.label(known)
}

// prefersMarkdown finds out whether a page is to be sent in Markdown: where that is named, and
// wanted at least as much as HTML. Then rbx moves on, so that those variants are found which only a
// record with a form in Markdown has: a bit would have to be known together with the record. Of the
// entity-tags those of that form count.
func (c *code) prefersMarkdown() {
	c.i2(CMP, M(4, RBX, resourceMarkdown+4*int32(plan.Identity)), Imm(0), "")
	c.i1(JE, Target("markdown_known"), "there is none")
	c.i2(MOVZX, EDX, slot(2, c.slotAccept()+2*rangeMarkdown), "")
	c.i2(CMP, EDX, Imm(1), "")
	c.i1(JBE, Target("markdown_known"), "not named, or q=0")
	c.weighHTML("markdown_weighed")
	c.i2(CMP, EAX, EDX, "")
	c.i1(JA, Target("markdown_known"), "HTML rather")
	c.i2(ADD, RBX, Imm(resourceMarkdown-resourceVariants), "its variants stand there in place of the page's")
	c.i2(MOV, EAX, slot(4, slotTags), "")
	c.i2(SHR, EAX, Imm(len(plan.Codings)), "what is named of the other form")
	c.i2(MOV, slot(4, slotTags), EAX, "")
	c.label("markdown_known")
}

// acceptsHTML gives the 404 to what does not accept the page.
func (c *code) acceptsHTML() {
	c.i2(MOV, ECX, M(4, RBX, c.resourceNoHTML()), "what the others get")
	c.i2(TEST, ECX, ECX, "")
	c.i1(JZ, Target("html_accepted"), "the same")
	c.i2(CMP, slot(8, c.slotAccept()), Imm(0), "without Accept everything is accepted")
	c.i1(JE, Target("html_accepted"), "")
	c.weighHTML("html_weighed")
	c.i2(CMP, EAX, Imm(1), "q=0, or no range for it")
	c.i1(JA, Target("html_accepted"), "")
	c.i2(LEA, RBX, MX(0, R15, RCX, 0), "")
	c.i1(JMP, Target("framing"), "")
	c.label("html_accepted")
}
