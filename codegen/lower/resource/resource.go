package resource

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/route"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file and its neighbours (encoding, entity_tag, date, range, derive) are what a
// plan with resources adds: they choose among a resource's variants, evaluate
// preconditions, and cut ranges. What a field says is taken in while it is read, by
// comparing it with the resource that the path has found; nothing of the head is
// needed afterwards.

// resourceNoHTML is where what stands last in a record is.
func resourceNoHTML(c *emit.Code) int32 {
	if c.HasMarkdown {
		return layout.ResourceMarkdown + 4*int32(len(plan.Codings))
	}
	return layout.ResourceMarkdown
}

// More of what is known of a request, in r9.
const (
	hasNoneMatch = 1 << 11 // If-None-Match
	hasMatch     = 1 << 12 // If-Match
	notModified  = 1 << 13 // If-Modified-Since: it was not
	wasModified  = 1 << 14 // If-Unmodified-Since: it was
	hasRange     = 1 << 15 // Range, one that can be served
	isSuffix     = 1 << 16 // and it counts from the end
	hasIfRange   = 1 << 17 // If-Range
	hasEncoding  = 1 << 18 // Accept-Encoding
	Is304        = 1 << 19 // what is to be sent is made of rbx: 304,
	Is206        = 1 << 20 // a part of it,
	Is416        = 1 << 21 // or 416
	IsDerived    = Is304 | Is206 | Is416
	isNoDate     = 1 << 22 // a date is not valid
	// IsQuiet is 1 << 23, KnowsHost 1 << 27, and hasBegun 1 << 28
	hadRange           = 1 << 24 // Range, whatever it says,
	hadModifiedSince   = 1 << 25 // If-Modified-Since,
	hadUnmodifiedSince = 1 << 26 // and If-Unmodified-Since: none counts that comes twice
)

// ClearResource forgets what an earlier request of the connection said.
func ClearResource(c *emit.Code) {
	c.I2(XOR, EAX, EAX, "")
	c.I2(MOV, layout.Slot(4, layout.SlotTags), EAX, "no entity-tag is named,")
	c.I2(MOVDQU, layout.Slot(16, layout.SlotQuality), XMM3, "no coding,")
	c.I2(MOVDQU, layout.Slot(16, layout.SlotLast), XMM3, "and no range: slotFirst too")
	if c.Negotiates() {
		c.I2(MOVDQU, layout.Slot(16, slotAccept(c)), XMM3, "nor what is accepted")
	}
}

// ifResource leaves where the path's answer is no resource.
func ifResource(c *emit.Code, otherwise string) {
	c.I2(CMP, M(1, RBX, layout.ResourceMark), Imm(layout.MarkResource), "is it for a resource?")
	c.I1(JNE, Target(otherwise), "")
}

// ChooseVariant is between the head and its framing: the fields are all read.
func ChooseVariant(c *emit.Code) {
	if !c.Fills() {
		ifResource(c, "framing")
		c.I1(JMP, Target("choose_variant"), "")
		return
	}
	ifResource(c, "no_resource")
	c.I1(JMP, Target("choose_variant"), "")
	c.Label("no_resource")
}

// ResourceRoutines emits what only requests for resources come to.
func ResourceRoutines(c *emit.Code) {
	c.Section("resources: encodings, preconditions, ranges")
	chooseEncoding(c)
	preconditions(c)
	if c.Negotiates() {
		weight(c)
	}
	if route.HasPages(c) {
		isAsset(c)
	}
	rangeToServe(c)
	tagList(c)
	if c.HasDates() {
		date(c)
	}
	derive(c)
}

// preconditions evaluates them in the order of RFC 9110, 13.2.2.
//
// in: esi index of the variant; rbx its response.
func preconditions(c *emit.Code) {
	c.I2(TEST, R9D, Imm(hasMatch), "")
	c.I1(JZ, Target("no_match_field"), "")
	c.I2(MOVZX, EAX, layout.Slot(1, layout.SlotMatch), "")
	c.I2(BT, EAX, ESI, "does If-Match name it?")
	c.I1(JNC, Target("precondition_failed"), "")
	c.I1(JMP, Target("none_match_field"), "If-Unmodified-Since is not asked then")
	c.Label("no_match_field")
	c.I2(TEST, R9D, Imm(wasModified), "")
	c.I1(JNZ, Target("precondition_failed"), "")
	c.Label("none_match_field")
	c.I2(TEST, R9D, Imm(hasNoneMatch), "")
	c.I1(JZ, Target("no_none_match_field"), "")
	c.I2(MOVZX, EAX, layout.Slot(1, layout.SlotNoneMatch), "")
	c.I2(BT, EAX, ESI, "does If-None-Match name it?")
	c.I1(JC, Target("not_modified"), "")
	c.I1(JMP, Target("range_to_serve"), "If-Modified-Since is not asked then")
	c.Label("no_none_match_field")
	c.I2(TEST, R9D, Imm(notModified), "")
	c.I1(JZ, Target("range_to_serve"), "")
	c.Label("not_modified")
	c.I2(OR, R9D, Imm(Is304), "")
	c.I1(JMP, Target("framing"), "")
	c.Routine("precondition_failed", "412 (RFC 9110, 15.5.13)", "out: rbx response")
	c.Lea(RBX, c.Plan.Responses[c.Plan.Fallbacks.PreconditionFailed].Label, "")
	c.I1(JMP, Target("framing"), "")
}

// ResourceData lays the resources out that do not stand beside a route.
func ResourceData(c *emit.Code) {
	routed := route.Routed(c)
	for i, r := range c.Plan.Resources {
		if !routed[i] {
			c.Datum(c.Resource(r))
		}
	}
}
