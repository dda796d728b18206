package plan

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/site"
	"github.com/verbosel/verbosel/codegen/spec"
)

// A Resource is what GET and HEAD get where the server decides by the request's
// fields which representation to send, and how much of it: content negotiation,
// preconditions and ranges (RFC 9110, 12.5.3, 13 and 14).
type Resource struct {
	Label        string
	LastModified uint64            // as DateKey gives it; 0 for none
	Variants     [len(Codings)]int // for each of Codings, an index into Plan.Responses, or -1
	Markdown     [len(Codings)]int // likewise of its form in Markdown; all -1 where it has none
	NoHTML       int               // index into Plan.Responses of what requests get that do not accept HTML, or -1: the same
	Pos          diag.Pos
}

// A Prefix says what a path below a folder gets where no route has it.
type Prefix struct {
	Path     string // as it stands in the buffer; ends with a slash
	Page     int    // index into Plan.Resources of what GET and HEAD get whose path is no asset's, or -1
	NotFound int    // index into Plan.Responses of the 404
}

// Codings are the content codings in the order of preference among equals; identity,
// the empty one, is last, and every resource has it.
var Codings = [4]string{"br", "zstd", "gzip", ""}

// Identity is the index of the identity coding.
const Identity = len(Codings) - 1

// A variant's header block starts with its status line and Content-Length, so that
// the other answers can be made of its parts:
//
//	HTTP/1.1 200 OK
//	Content-Length: N
//	                   <- Fields206: Content-Type, Content-Encoding, ...
//	                   <- Fields304: ETag first, and what a 304 has too
//	                   <- Fields416: what a 416 has too: nothing by which a cache may keep it
//
// VariantStart is what stands in front of N.
const VariantStart = StatusStart + "200 OK\r\nContent-Length: "

// contentEncoding is of a representation: other than the rest of its fields, an answer
// without one does not have it.
const contentEncoding = "Content-Encoding"

// ETagStart stands at Fields304, in front of the entity-tag's ETagSize characters.
const (
	ETagStart = "ETag: \""
	ETagSize  = 16
)

// DateKey is a date as a number that compares like it: year, month, day, hour,
// minute and second, from the high bits down. The server makes the same of a date in
// a request, without a calendar.
func DateKey(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	t = t.UTC()
	return uint64(t.Year())<<26 | uint64(t.Month())<<22 | uint64(t.Day())<<17 |
		uint64(t.Hour())<<12 | uint64(t.Minute())<<6 | uint64(t.Second())
}

// representation is what a resource is made of: its content in each coding.
type representation struct {
	label        string
	contentType  string
	fields       []spec.Header // the route's own
	lastModified time.Time
	variants     []variant
	accept       bool            // it depends on Accept, too, whether a request gets it
	markdown     *representation // the same page in Markdown, or nil
	pos          diag.Pos
}

// negotiated are the fields of a request on which it depends which of its responses is sent.
func (r *representation) negotiated() []string {
	var out []string
	if r.accept {
		out = append(out, "Accept")
	}
	if len(r.variants) > 1 {
		out = append(out, "Accept-Encoding")
	}
	return out
}

// variant is a representation in one coding; identity is "".
type variant struct {
	coding string
	etag   string // ETagSize characters
	body   Content
}

// addResource adds a representation's responses, one for each variant.
func (b *builder) addResource(r representation) int {
	out := Resource{Label: b.label(r.label), LastModified: DateKey(r.lastModified), NoHTML: -1, Pos: r.pos}
	out.Variants = b.addForm(r)
	if r.markdown != nil {
		out.Markdown = b.addForm(*r.markdown)
	} else {
		out.Markdown = noForm()
	}
	b.resources = append(b.resources, out)
	return len(b.resources) - 1
}

// HasMarkdown: requests that ask for Markdown get it.
func (r *Resource) HasMarkdown() bool { return r.Markdown[Identity] >= 0 }

// Responses are those of all forms, in all codings.
func (r *Resource) Responses() []int {
	return slices.DeleteFunc(slices.Concat(r.Variants[:], r.Markdown[:]), func(i int) bool { return i < 0 })
}

// noForm has no coding.
func noForm() (out [len(Codings)]int) {
	for i := range out {
		out[i] = -1
	}
	return out
}

// addForm adds the responses of a form, by their codings.
func (b *builder) addForm(r representation) [len(Codings)]int {
	out := noForm()
	for _, v := range r.variants {
		out[slices.Index(Codings[:], v.coding)] = b.addVariant(r, v)
	}
	return out
}

// addVariant makes a variant's response, in the parts that VariantStart describes.
func (b *builder) addVariant(r representation, v variant) int {
	var h strings.Builder
	h.WriteString(VariantStart + strconv.FormatInt(v.body.Size, 10) + "\r\n")
	out := Response{Status: http.StatusOK, Body: v.body, Added: b.addedFields(r.fields, true), Pos: r.pos, Fields206: h.Len()}
	if !hasField(r.fields, "Content-Type") {
		field(&h, "Content-Type", r.contentType)
	}
	for _, f := range r.fields {
		if strings.EqualFold(f.Name, contentEncoding) {
			field(&h, f.Name, f.Value)
		}
	}
	if v.coding != "" {
		field(&h, contentEncoding, v.coding)
	} else {
		field(&h, "Accept-Ranges", "bytes")
	}
	out.Fields304 = h.Len()
	h.WriteString(ETagStart + v.etag + "\"\r\n")
	if names := r.negotiated(); len(names) > 0 {
		field(&h, "Vary", b.vary(r.fields, names))
	}
	if !r.lastModified.IsZero() {
		field(&h, "Last-Modified", r.lastModified.UTC().Format(http.TimeFormat))
	}
	for _, f := range r.fields {
		if site.IsLifetime(f.Name) {
			f = b.keptBy(f)
			field(&h, f.Name, f.Value)
		}
	}
	for _, f := range b.keptPrivate(r.fields) {
		field(&h, f.Name, f.Value)
	}
	out.Fields416 = h.Len()
	b.otherFields(&h, r)
	out.Head = []byte(h.String())
	b.checkHead(out.Head, r.pos)
	return b.addResponse("variant", out, "response_200")
}

// otherFields are those of a representation that every answer has, but for those that are added to
// it, and the end of the header block.
func (b *builder) otherFields(h *strings.Builder, r representation) {
	negotiated := func(name string) bool { return len(r.negotiated()) > 0 && strings.EqualFold(name, "Vary") }
	for _, f := range r.fields {
		if !negotiated(f.Name) && !site.IsLifetime(f.Name) && !strings.EqualFold(f.Name, contentEncoding) && !hasSlots(r.fields, f.Name) {
			field(h, f.Name, f.Value)
		}
	}
	for _, f := range b.block.headers {
		if !hasField(r.fields, f.Name) && !negotiated(f.Name) && !hasSlots(b.block.headers, f.Name) {
			field(h, f.Name, f.Value)
		}
	}
	if !b.keepAlive {
		field(h, "Connection", "close")
	}
	h.WriteString("\r\n")
}

// vary adds names to what the spec says of Vary, in one line or several.
func (b *builder) vary(own []spec.Header, added []string) string {
	said := own
	if !hasField(own, "Vary") {
		said = b.block.headers
	}
	var names []string
	for _, f := range said {
		if strings.EqualFold(f.Name, "Vary") {
			names = append(names, f.Value)
		}
	}
	return strings.Join(append(names, added...), ", ")
}

// preconditionFailed is 412, which only resources give.
func (b *builder) preconditionFailed() int {
	if len(b.resources) == 0 {
		return -1
	}
	return b.fallback(http.StatusPreconditionFailed)
}
