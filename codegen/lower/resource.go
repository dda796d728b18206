package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file and its neighbours (encoding, entity_tag, date, range, derive) are what a
// plan with resources adds: they choose among a resource's variants, evaluate
// preconditions, and cut ranges. What a field says is taken in while it is read, by
// comparing it with the resource that the path has found; nothing of the head is
// needed afterwards.

// hasResources: some path's answer depends on the request's fields.
func (c *code) hasResources() bool { return len(c.plan.Resources) > 0 }

// hasDates: some resource has a modification date.
func (c *code) hasDates() bool {
	for _, r := range c.plan.Resources {
		if r.LastModified != 0 {
			return true
		}
	}
	return false
}

// A resource is a record in the data.
const (
	resourceMark     = 1  // 1 byte: markResource, which no response has there
	resourceModified = 2  // 8 bytes: plan.DateKey of its modification, or 0
	resourceVariants = 10 // 4 bytes for each coding: the response's record, from classes, or 0
	resourceMarkdown = 26 // likewise of the page in Markdown, where the server has such pages

	// Behind these, where the server refuses what does not accept HTML, 4 bytes: the record of
	// what it gets, or 0.

	markResource = 0xc0
)

// resourceNoHTML is where what stands last in a record is.
func (c *code) resourceNoHTML() int32 {
	if c.hasMarkdown {
		return resourceMarkdown + 4*int32(len(plan.Codings))
	}
	return resourceMarkdown
}

// Variables of a request that may be for a resource, as offsets from rbp.
const (
	slotNoneMatch = -25 // 1 byte: a bit for each variant that If-None-Match names
	slotMatch     = -26 // 1 byte: likewise If-Match
	slotIfRange   = -27 // 1 byte: likewise If-Range
	slotTags      = -28 // 4 bytes: the three, to be set at once
	slotQuality   = -56 // 2 bytes for each coding and for *: 1 + its q-value * 1000, or 0
	slotFirst     = -64 // 8 bytes: first-pos, or suffix-length
	slotLast      = -72 // 8 bytes: last-pos
	slotDigits    = -88 // 16 bytes: room for a number's digits, from the last
	slotDate      = -96 // 8 bytes: a date's number while it is read
	resourceSlots = 96  // bytes of variables with these
)

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
	is304        = 1 << 19 // what is to be sent is made of rbx: 304,
	is206        = 1 << 20 // a part of it,
	is416        = 1 << 21 // or 416
	isDerived    = is304 | is206 | is416
	isNoDate     = 1 << 22 // a date is not valid
	// isQuiet is 1 << 23, knowsHost 1 << 27, and hasBegun 1 << 28
	hadRange           = 1 << 24 // Range, whatever it says,
	hadModifiedSince   = 1 << 25 // If-Modified-Since,
	hadUnmodifiedSince = 1 << 26 // and If-Unmodified-Since: none counts that comes twice
)

// resourceFields are the fields that choose what is sent of a resource.
func (c *code) resourceFields() []knownField {
	out := []knownField{
		{"range", "range", "Range"},
		{"if-match", "if_match", "If-Match"},
		{"if-range", "if_range", "If-Range"},
		{"if-none-match", "if_none_match", "If-None-Match"},
		{"accept-encoding", "accept_encoding", "Accept-Encoding"},
	}
	if c.negotiates() {
		out = append(out, knownField{"accept", "accept", "Accept"})
	}
	if c.hasDates() {
		out = append(out, knownField{"if-modified-since", "if_modified_since", "If-Modified-Since"},
			knownField{"if-unmodified-since", "if_unmodified_since", "If-Unmodified-Since"})
	}
	return out
}

// clearResource forgets what an earlier request of the connection said.
func (c *code) clearResource() {
	c.i2(XOR, EAX, EAX, "")
	c.i2(MOV, slot(4, slotTags), EAX, "no entity-tag is named,")
	c.i2(MOVDQU, slot(16, slotQuality), XMM3, "no coding,")
	c.i2(MOVDQU, slot(16, slotLast), XMM3, "and no range: slotFirst too")
	if c.negotiates() {
		c.i2(MOVDQU, slot(16, c.slotAccept()), XMM3, "nor what is accepted")
	}
}

// ifResource leaves where the path's answer is no resource.
func (c *code) ifResource(otherwise string) {
	c.i2(CMP, M(1, RBX, resourceMark), Imm(markResource), "is it for a resource?")
	c.i1(JNE, Target(otherwise), "")
}

// chooseVariant is between the head and its framing: the fields are all read.
func (c *code) chooseVariant() {
	if !c.fills() {
		c.ifResource("framing")
		c.i1(JMP, Target("choose_variant"), "")
		return
	}
	c.ifResource("no_resource")
	c.i1(JMP, Target("choose_variant"), "")
	c.label("no_resource")
}

// resourceRoutines emits what only requests for resources come to.
func (c *code) resourceRoutines() {
	c.section("resources: encodings, preconditions, ranges")
	c.chooseEncoding()
	c.preconditions()
	if c.negotiates() {
		c.weight()
	}
	if c.hasPages() {
		c.isAsset()
	}
	c.rangeToServe()
	c.tagList()
	if c.hasDates() {
		c.date()
	}
	c.derive()
}

// preconditions evaluates them in the order of RFC 9110, 13.2.2.
//
// in: esi index of the variant; rbx its response.
func (c *code) preconditions() {
	c.i2(TEST, R9D, Imm(hasMatch), "")
	c.i1(JZ, Target("no_match_field"), "")
	c.i2(MOVZX, EAX, slot(1, slotMatch), "")
	c.i2(BT, EAX, ESI, "does If-Match name it?")
	c.i1(JNC, Target("precondition_failed"), "")
	c.i1(JMP, Target("none_match_field"), "If-Unmodified-Since is not asked then")
	c.label("no_match_field")
	c.i2(TEST, R9D, Imm(wasModified), "")
	c.i1(JNZ, Target("precondition_failed"), "")
	c.label("none_match_field")
	c.i2(TEST, R9D, Imm(hasNoneMatch), "")
	c.i1(JZ, Target("no_none_match_field"), "")
	c.i2(MOVZX, EAX, slot(1, slotNoneMatch), "")
	c.i2(BT, EAX, ESI, "does If-None-Match name it?")
	c.i1(JC, Target("not_modified"), "")
	c.i1(JMP, Target("range_to_serve"), "If-Modified-Since is not asked then")
	c.label("no_none_match_field")
	c.i2(TEST, R9D, Imm(notModified), "")
	c.i1(JZ, Target("range_to_serve"), "")
	c.label("not_modified")
	c.i2(OR, R9D, Imm(is304), "")
	c.i1(JMP, Target("framing"), "")
	c.routine("precondition_failed", "412 (RFC 9110, 15.5.13)", "out: rbx response")
	c.lea(RBX, c.plan.Responses[c.plan.Fallbacks.PreconditionFailed].Label, "")
	c.i1(JMP, Target("framing"), "")
}

// resourceData lays the resources out that do not stand beside a route.
func (c *code) resourceData() {
	routed := c.routed()
	for i, r := range c.plan.Resources {
		if !routed[i] {
			c.datum(c.resource(r))
		}
	}
}

// resource is a resource's record.
func (c *code) resource(r plan.Resource) Datum {
	d := Datum{Label: r.Label, Note: "resource: mark, modification, variants by coding", Fields: []Field{
		Word{Size: 2, Value: markResource << 8}, Word{Size: 8, Value: r.LastModified, Note: "modification"}}}
	d.Fields = append(d.Fields, c.formOffsets(r.Variants, "")...)
	if c.hasMarkdown {
		d.Fields = append(d.Fields, c.formOffsets(r.Markdown, "Markdown, ")...)
	}
	switch {
	case r.NoHTML >= 0:
		d.Fields = append(d.Fields, Offset{To: c.plan.Responses[r.NoHTML].Label, From: "classes", Note: "for what does not accept HTML"})
	case c.refusesNoHTML:
		d.Fields = append(d.Fields, Word{Size: 4, Note: "whatever is accepted"})
	}
	return d
}

// formOffsets are where the responses of a form are, by coding.
func (c *code) formOffsets(responses [len(plan.Codings)]int, form string) (out []Field) {
	for i, response := range responses {
		if response < 0 {
			out = append(out, Word{Size: 4, Note: "no " + form + plan.Codings[i]})
			continue
		}
		coding := plan.Codings[i]
		if coding == "" {
			coding = "identity"
		}
		out = append(out, Offset{To: c.plan.Responses[response].Label, From: "classes", Note: form + coding})
	}
	return out
}
