package plan

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Fallbacks are the responses that no route gives, as indexes into Plan.Responses.
// NotFound and Asterisk leave the connection as it is; the others are final.
type Fallbacks struct {
	NotFound           int // 404
	Asterisk           int // 204, to OPTIONS *
	BadRequest         int // 400
	Timeout            int // 408
	ContentTooLarge    int // 413
	URITooLong         int // 414
	PreconditionFailed int // 412, of resources; leaves the connection as it is
	Expectation        int // 417
	FieldsTooLarge     int // 431
	NotImplemented     int // 501
	Unavailable        int // 503, when fork fails
	Version            int // 505
}

func (b *builder) planFallbacks(all []block) Fallbacks {
	var methods []string
	for _, block := range all {
		for _, r := range block.routes {
			methods = append(methods, r.Methods...)
		}
		if len(block.sites) > 0 {
			methods = append(methods, "GET")
		}
	}
	return Fallbacks{
		NotFound:           b.fallback(404),
		Asterisk:           b.options(allowValue(methods)),
		BadRequest:         b.fallback(400),
		Timeout:            b.fallback(408),
		ContentTooLarge:    b.fallback(413),
		URITooLong:         b.fallback(414),
		PreconditionFailed: b.preconditionFailed(),
		Expectation:        b.fallback(417),
		FieldsTooLarge:     b.fallback(431),
		NotImplemented:     b.fallback(501),
		Unavailable:        b.unavailable(),
		Version:            b.fallback(505),
	}
}

// lasting are the statuses of the server's own that leave the connection as it is.
var lasting = []int{401, 404, 405, 412, 421}

// notFound is the content of a 404 beside folders: where there is none browsers show a page
// of their own, as if the site were not there.
var notFound = spec.Content{Form: spec.FormBody, Type: "text/plain; charset=utf-8", Bytes: []byte("Not found\n"), Size: 10}

// fallback is the answer of `errors` to a status, or one without content. fields are
// those that the status requires: 405 its Allow.
func (b *builder) fallback(status int, fields ...spec.Header) int {
	m := message{status: status, fields: fields, final: !slices.Contains(lasting, status), fallback: true}
	for _, e := range b.block.errors {
		if e.Status == status {
			m.content, m.pos, m.apart = e.Content, e.Pos, e.Content.Form == spec.FormFile
			m.fields = append(fields, e.Headers...)
			return b.add(m)
		}
	}
	if status == http.StatusNotFound && len(b.block.sites) > 0 {
		m.content = notFound
	}
	return b.add(m)
}

// maxUnavailable is how many bytes of content the 503 may have. The parent sends it,
// in one write that must not wait for the client: it fits the buffer of a new socket.
const maxUnavailable = 4 << 10

// unavailable is the answer to a client for which there is no process. Its content
// stands behind its header block in any case.
func (b *builder) unavailable() int {
	i := b.fallback(503)
	b.joined = i
	r := b.responses[i]
	size := r.Body.Size
	for _, s := range r.Slots {
		if !s.Length && s.At >= len(r.Head) {
			size += MaxValue
		}
	}
	if size > maxUnavailable {
		b.errs.Add(&diag.Error{Pos: r.Pos, Msg: fmt.Sprintf("a 503 with %d bytes of content", size),
			Hint: fmt.Sprintf("the server sends it without waiting for the client: at most %d bytes, of which each slot counts for %d", maxUnavailable, MaxValue)})
	}
	return i
}
