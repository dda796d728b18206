package plan

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Sizes in bytes at which content is stored apart from its header block. From
// shareFrom on, content that several responses use is stored once, at the price of
// a second write; content of largeFrom or more is always apart, at a page boundary,
// and streamed from its file.
const (
	shareFrom = 256
	largeFrom = 64 << 10
)

// Lengths in bytes that the server's records of responses can hold.
const (
	maxHead  = 1<<15 - 1
	maxStock = 1<<8 - 1
)

func (b *builder) routeResponse(r spec.Route) int {
	m := message{status: r.Status, fields: r.Headers, statusSlot: r.StatusSlot, content: r.Content}
	if len(r.Redirect) > 0 {
		m = redirect(r.Status, r.Redirect, r.Headers)
	}
	m.pos, m.pattern = r.Pos, r.Pattern
	m.apart = len(r.Redirect) > 0 || r.Content.Form == spec.FormFile
	return b.add(m)
}

// options is the server's own answer to OPTIONS: 204 with Allow (RFC 9110, 9.3.7).
func (b *builder) options(allow string) int {
	return b.add(message{status: http.StatusNoContent, fields: []spec.Header{{Name: "Allow", Value: allow}}})
}

// message is a response before its bytes are made.
type message struct {
	status     int
	statusSlot *spec.Slot    // gives the status, which is 0 then
	fields     []spec.Header // the global ones excluded
	content    spec.Content
	apart      bool            // slots of the fields have nothing to do with how the rest is put together
	final      bool            // the connection ends behind it
	fallback   bool            // the server's own, not a route's
	pattern    pattern.Pattern // of a route
	pos        diag.Pos
}

func (b *builder) add(m message) int {
	body, err := b.content(m.content)
	if err != nil {
		b.errs = append(b.errs, &diag.Error{Pos: m.pos, Msg: err.Error()})
	}
	return b.addContent(m, body)
}

// addContent is add for content that is at hand.
func (b *builder) addContent(m message, body Content) int {
	h := b.head(m)
	r := Response{Status: m.status, Head: []byte(h.String()), Blanks: h.blanks, Slots: b.slots(h, m.content), Body: body, Added: b.addedFields(m.fields, m.apart), Final: m.final, Pos: m.pos}
	own, ends := bytes.CutSuffix(r.Head, b.stock)
	r.Stock = m.fallback && body.Size == 0 && ends && len(own) <= maxStock && r.Added == b.stockAdded
	b.checkHead(r.Head, m.pos)
	return b.addResponse(strconv.FormatBool(m.final), r, "response_"+strconv.Itoa(m.status))
}

// addResponse adds a response, unless there is an equal one of its kind.
func (b *builder) addResponse(kind string, r Response, label string) int {
	key := b.responseKey(kind, r)
	if i, ok := b.index[key]; ok {
		return i
	}
	r.Label = b.label(label)
	b.index[key] = len(b.responses)
	b.responses = append(b.responses, r)
	return b.index[key]
}

// responseKey is equal for equal responses of a kind. It is a hash, as a site has a hundred
// thousand of them and their header blocks are held once already.
func (b *builder) responseKey(kind string, r Response) [sha256.Size]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%s %d %v %v %d ", kind, len(r.Head), r.Blanks, r.Slots, r.Added)
	h.Write(r.Head)
	io.WriteString(h, b.contentKey(r.Body))
	return [sha256.Size]byte(h.Sum(nil))
}

// checkHead refuses a header block whose length no record can hold.
func (b *builder) checkHead(head []byte, pos diag.Pos) {
	if len(head) > maxHead {
		b.errs.Add(&diag.Error{Pos: pos, Msg: fmt.Sprintf("a header block of %d bytes", len(head)),
			Hint: fmt.Sprintf("the longest that is stored is %d bytes", maxHead)})
	}
}

// head is the status line, the fields and the empty line: Content-Type, the route's
// own fields, Content-Length, the global fields that the route does not replace, and
// Connection.
func (b *builder) head(m message) *headBuilder {
	h := new(headBuilder)
	if m.statusSlot != nil {
		h.slots = []Slot{{At: len(StatusStart), Value: b.value(*m.statusSlot)}}
		h.WriteString(StatusStart + " ") // the reason may be left out, and not the space (RFC 9112, 4)
	} else {
		fmt.Fprintf(h, StatusStart+"%d %s", m.status, reason(m.status))
	}
	b.headFields(h, m)
	return h
}

// headBuilder is a header block that is being written, with its blanks and slots.
type headBuilder struct {
	strings.Builder
	blanks []Blank
	slots  []Slot
}

// header writes a field of the spec, whose value may have blanks or slots. Where the server writes Date
// itself, as dev has it do whatever the spec says, that is the only one.
func (b *builder) header(h *headBuilder, f spec.Header, m *message) {
	if b.spec.Server.HasClock() && strings.EqualFold(f.Name, "Date") {
		return
	}
	if f.Parts == nil {
		f = b.keptBy(f)
		for _, s := range f.Slots {
			h.slots = append(h.slots, Slot{At: h.Len() + len(f.Name+": ") + s.At, Value: b.value(s)})
		}
		field(&h.Builder, f.Name, f.Value)
		return
	}
	h.WriteString(f.Name + ": ")
	before := "" // the shortest that can stand in front
	for _, p := range f.Parts {
		switch {
		case p.Slot != nil && hasBlank(f.Parts):
			h.blanks = append(h.blanks, Blank{At: h.Len(), What: Filling{What: FillValue, Value: b.value(*p.Slot)}})
			if !p.Slot.CanBeEmpty() {
				before += spec.BlankSample
			}
		case p.Slot != nil:
			h.slots = append(h.slots, Slot{At: h.Len(), Value: b.value(*p.Slot)})
		case p.Blank == spec.BlankNone:
			h.WriteString(p.Text)
			before += p.Text
		default:
			if what, ok := b.filling(p, before, m); ok {
				h.blanks = append(h.blanks, Blank{At: h.Len(), What: what})
				before += spec.BlankSample
			}
		}
	}
	h.WriteString("\r\n")
}

// reason is a status's reason phrase. net/http has two under their former names
// (RFC 9110, 15.5.14 and 15.5.15).
func reason(status int) string {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return "Content Too Large"
	case http.StatusRequestURITooLong:
		return "URI Too Long"
	}
	return http.StatusText(status)
}

// StatusStart is what every status line starts with.
const StatusStart = "HTTP/1.1 "

// stockFields is how the header block of a stock response ends, behind its status
// and the fields of its own: what the server says without content, in front of a
// close. They are stored as what is their own, and put together when one is due.
func (b *builder) stockFields() []byte {
	var h headBuilder
	b.headFields(&h, message{status: http.StatusBadRequest, final: true})
	return []byte(h.String())
}

// headFields writes the end of the status line, the fields and the empty line.
func (b *builder) headFields(h *headBuilder, m message) {
	h.WriteString("\r\n")
	if m.content.Type != "" && !hasField(m.fields, "Content-Type") {
		field(&h.Builder, "Content-Type", m.content.Type)
	}
	for _, f := range m.fields {
		if !m.apart || !hasSlots(m.fields, f.Name) {
			b.header(h, f, &m)
		}
	}
	for _, f := range b.keptPrivate(m.fields) {
		field(&h.Builder, f.Name, f.Value)
	}
	switch {
	case !hasContentLength(m.status):
	case m.hasSlots():
		h.WriteString("Content-Length: ")
		h.slots = append(h.slots, Slot{At: h.Len(), Length: true})
		h.WriteString("\r\n")
	default:
		field(&h.Builder, "Content-Length", strconv.FormatInt(m.content.Size, 10))
	}
	for _, f := range b.block.headers {
		if !hasField(m.fields, f.Name) && !hasSlots(b.block.headers, f.Name) {
			b.header(h, f, &m)
		}
	}
	if m.final || !b.keepAlive {
		field(&h.Builder, "Connection", "close")
	}
	h.WriteString("\r\n")
}

// hasContentLength: a 204 must not have the field (RFC 9110, 8.6); a 304 may only
// have the one of the response it stands for, which is not known here.
func hasContentLength(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}

func field(h *strings.Builder, name, value string) {
	h.WriteString(name + ": " + value + "\r\n")
}

func hasField(fields []spec.Header, name string) bool {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}

// content holds small files in memory and leaves large ones where they are.
func (b *builder) content(c spec.Content) (Content, error) {
	if c.Form != spec.FormFile {
		return Content{Bytes: c.Bytes, Size: int64(len(c.Bytes))}, nil
	}
	if c.Size >= largeFrom {
		return Content{File: c.File, Size: c.Size}, nil
	}
	bytes, err := fs.ReadFile(b.fsys, c.File)
	if err != nil {
		return Content{}, fmt.Errorf("reading the response's file: %w", err)
	}
	if int64(len(bytes)) != c.Size {
		return Content{}, fmt.Errorf("%s changed while it was read: build again", c.File)
	}
	return Content{Bytes: bytes, Size: c.Size}, nil
}

// contentKey is equal for equal content: by hash where it is known, or by name.
func (b *builder) contentKey(c Content) string {
	if c.Sum != "" {
		return "hash " + c.Sum
	}
	if c.File != "" {
		return "file " + c.File
	}
	sum := sha256.Sum256(c.Bytes)
	return "hash " + string(sum[:])
}

// layOut decides which content is stored apart, and gives it a label.
func (b *builder) layOut() []Response {
	uses, labels := map[string]int{}, map[string]string{}
	for _, r := range b.responses {
		uses[b.contentKey(r.Body)]++
	}
	for i := range b.responses {
		r := &b.responses[i]
		key := b.contentKey(r.Body)
		if i == b.joined || r.Form() || r.Rendered() || r.Body.Size < shareFrom || uses[key] < 2 && r.Body.Size < largeFrom {
			continue
		}
		if labels[key] == "" {
			labels[key] = b.label("body_" + strconv.Itoa(len(labels)+1))
		}
		r.Body.Label = labels[key]
	}
	return b.responses
}
