package plan

import (
	"github.com/verbosel/verbosel/codegen/spec"
)

// Fallbacks are the responses that no route gives, as indexes into Plan.Responses.
// NotFound and Asterisk leave the connection as it is; the others are final.
type Fallbacks struct {
	NotFound        int // 404
	Asterisk        int // 204, to OPTIONS *
	BadRequest      int // 400
	Timeout         int // 408
	ContentTooLarge int // 413
	URITooLong      int // 414
	Expectation     int // 417
	FieldsTooLarge  int // 431
	NotImplemented  int // 501
	Unavailable     int // 503, when fork fails
	Version         int // 505
}

func (b *builder) planFallbacks() Fallbacks {
	var methods []string
	for _, r := range b.spec.Routes {
		methods = append(methods, r.Methods...)
	}
	return Fallbacks{
		NotFound:        b.fallback(404),
		Asterisk:        b.options(allowValue(methods)),
		BadRequest:      b.fallback(400),
		Timeout:         b.fallback(408),
		ContentTooLarge: b.fallback(413),
		URITooLong:      b.fallback(414),
		Expectation:     b.fallback(417),
		FieldsTooLarge:  b.fallback(431),
		NotImplemented:  b.fallback(501),
		Unavailable:     b.fallback(503),
		Version:         b.fallback(505),
	}
}

// fallback is the answer of `errors` to a status, or one without content. fields are
// those that the status requires: 405 its Allow.
func (b *builder) fallback(status int, fields ...spec.Header) int {
	m := message{status: status, fields: fields, final: status != 404 && status != 405, fallback: true}
	for _, e := range b.spec.Errors {
		if e.Status == status {
			m.content, m.pos = e.Content, e.Pos
			m.fields = append(fields, e.Headers...)
		}
	}
	return b.add(m)
}
