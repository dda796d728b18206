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

// HasResources: some path's answer depends on the request's fields.
func (l *Layout) HasResources() bool { return len(l.Plan.Resources) > 0 }

// HasDates: some resource has a modification date.
func (l *Layout) HasDates() bool {
	for _, r := range l.Plan.Resources {
		if r.LastModified != 0 {
			return true
		}
	}
	return false
}

// A resource is a record in the data.
const (
	ResourceMark     = 1  // 1 byte: MarkResource, which no response has there
	ResourceModified = 2  // 8 bytes: plan.DateKey of its modification, or 0
	ResourceVariants = 10 // 4 bytes for each coding: the response's record, from classes, or 0
	ResourceMarkdown = 26 // likewise of the page in Markdown, where the server has such pages

	// Behind these, where the server refuses what does not accept HTML, 4 bytes: the record of
	// what it gets, or 0.

	MarkResource = 0xc0
)

// resourceNoHTML is where what stands last in a record is.
func resourceNoHTML(c *Code) int32 {
	if c.HasMarkdown {
		return ResourceMarkdown + 4*int32(len(plan.Codings))
	}
	return ResourceMarkdown
}

// Variables of a request that may be for a resource, as offsets from rbp.
const (
	SlotNoneMatch = -25 // 1 byte: a bit for each variant that If-None-Match names
	SlotMatch     = -26 // 1 byte: likewise If-Match
	SlotIfRange   = -27 // 1 byte: likewise If-Range
	SlotTags      = -28 // 4 bytes: the three, to be set at once
	SlotQuality   = -56 // 2 bytes for each coding and for *: 1 + its q-value * 1000, or 0
	SlotFirst     = -64 // 8 bytes: first-pos, or suffix-length
	SlotLast      = -72 // 8 bytes: last-pos
	SlotDigits    = -88 // 16 bytes: room for a number's digits, from the last
	SlotDate      = -96 // 8 bytes: a date's number while it is read
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

// resourceFields are the fields that choose what is sent of a resource.
func (l *Layout) resourceFields() []KnownField {
	out := []KnownField{
		{"range", "range", "Range"},
		{"if-match", "if_match", "If-Match"},
		{"if-range", "if_range", "If-Range"},
		{"if-none-match", "if_none_match", "If-None-Match"},
		{"accept-encoding", "accept_encoding", "Accept-Encoding"},
	}
	if l.Negotiates() {
		out = append(out, KnownField{"accept", "accept", "Accept"})
	}
	if l.HasDates() {
		out = append(out, KnownField{"if-modified-since", "if_modified_since", "If-Modified-Since"},
			KnownField{"if-unmodified-since", "if_unmodified_since", "If-Unmodified-Since"})
	}
	return out
}

// ClearResource forgets what an earlier request of the connection said.
func ClearResource(c *Code) {
	c.I2(XOR, EAX, EAX, "")
	c.I2(MOV, Slot(4, SlotTags), EAX, "no entity-tag is named,")
	c.I2(MOVDQU, Slot(16, SlotQuality), XMM3, "no coding,")
	c.I2(MOVDQU, Slot(16, SlotLast), XMM3, "and no range: slotFirst too")
	if c.Negotiates() {
		c.I2(MOVDQU, Slot(16, slotAccept(c)), XMM3, "nor what is accepted")
	}
}

// ifResource leaves where the path's answer is no resource.
func ifResource(c *Code, otherwise string) {
	c.I2(CMP, M(1, RBX, ResourceMark), Imm(MarkResource), "is it for a resource?")
	c.I1(JNE, Target(otherwise), "")
}

// ChooseVariant is between the head and its framing: the fields are all read.
func ChooseVariant(c *Code) {
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
func ResourceRoutines(c *Code) {
	c.Section("resources: encodings, preconditions, ranges")
	chooseEncoding(c)
	preconditions(c)
	if c.Negotiates() {
		weight(c)
	}
	if HasPages(c) {
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
func preconditions(c *Code) {
	c.I2(TEST, R9D, Imm(hasMatch), "")
	c.I1(JZ, Target("no_match_field"), "")
	c.I2(MOVZX, EAX, Slot(1, SlotMatch), "")
	c.I2(BT, EAX, ESI, "does If-Match name it?")
	c.I1(JNC, Target("precondition_failed"), "")
	c.I1(JMP, Target("none_match_field"), "If-Unmodified-Since is not asked then")
	c.Label("no_match_field")
	c.I2(TEST, R9D, Imm(wasModified), "")
	c.I1(JNZ, Target("precondition_failed"), "")
	c.Label("none_match_field")
	c.I2(TEST, R9D, Imm(hasNoneMatch), "")
	c.I1(JZ, Target("no_none_match_field"), "")
	c.I2(MOVZX, EAX, Slot(1, SlotNoneMatch), "")
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
func ResourceData(c *Code) {
	routed := Routed(c)
	for i, r := range c.Plan.Resources {
		if !routed[i] {
			c.Datum(c.Resource(r))
		}
	}
}

// Resource is a resource's record.
func (l *Layout) Resource(r plan.Resource) Datum {
	d := Datum{Label: r.Label, Note: "resource: mark, modification, variants by coding", Fields: []Field{
		Word{Size: 2, Value: MarkResource << 8}, Word{Size: 8, Value: r.LastModified, Note: "modification"}}}
	d.Fields = append(d.Fields, l.formOffsets(r.Variants, "")...)
	if l.HasMarkdown {
		d.Fields = append(d.Fields, l.formOffsets(r.Markdown, "Markdown, ")...)
	}
	switch {
	case r.NoHTML >= 0:
		d.Fields = append(d.Fields, Offset{To: l.Plan.Responses[r.NoHTML].Label, From: "classes", Note: "for what does not accept HTML"})
	case l.RefusesNoHTML:
		d.Fields = append(d.Fields, Word{Size: 4, Note: "whatever is accepted"})
	}
	return d
}

// formOffsets are where the responses of a form are, by coding.
func (l *Layout) formOffsets(responses [len(plan.Codings)]int, form string) (out []Field) {
	for i, response := range responses {
		if response < 0 {
			out = append(out, Word{Size: 4, Note: "no " + form + plan.Codings[i]})
			continue
		}
		coding := plan.Codings[i]
		if coding == "" {
			coding = "identity"
		}
		out = append(out, Offset{To: l.Plan.Responses[response].Label, From: "classes", Note: form + coding})
	}
	return out
}
