package layout

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// DerivedSize is the most that derive writes, in bytes.
func (l *Layout) DerivedSize() int32 {
	size := 0
	for _, r := range l.Plan.Responses {
		if r.Fields206 > 0 {
			size = max(size, len(r.Head))
		}
	}
	if size == 0 {
		return 0
	}
	return int32(size+DerivedOwn) + l.Extension()
}

// DerivedOwn is how much longer than its variant's a derived header block can be, in
// bytes: its start, and five numbers.
const DerivedOwn = 128

// The places of weights. A range that is not one of these tells that there are some at all.
const (
	RangeHTML = iota
	RangeText
	RangeAny
	RangeOther
	RangeMarkdown // beside it, RangeOther is set

	AcceptSlots = 16 // bytes of variables: 2 for each place
)

// Negotiates: of some resource it depends on Accept what is sent.
func (l *Layout) Negotiates() bool { return l.RefusesNoHTML || l.HasMarkdown }

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
