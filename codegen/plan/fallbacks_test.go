package plan

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/diag"
)

// statuses are what each fallback answers with.
var statuses = map[string]int{
	"NotFound": 404, "Asterisk": 204, "BadRequest": 400, "Timeout": 408, "ContentTooLarge": 413, "URITooLong": 414,
	"Expectation": 417, "FieldsTooLarge": 431, "NotImplemented": 501, "Unavailable": 503, "Version": 505, "PreconditionFailed": 412,
}

func TestFallbacks(t *testing.T) {
	for _, isolation := range []string{"request", "connection"} {
		p := build(t, "server: { isolation: "+isolation+" }\nroutes: [{ path: /, body: x }, { path: /, method: PUT, body: y }]")
		for name, r := range fallbackResponses(t, p) {
			final := name != "NotFound" && name != "Asterisk"
			if r.Status != statuses[name] || r.Final != final || r.Body.Size != 0 {
				t.Errorf("%s: status %d, final %v, %d bytes", name, r.Status, r.Final, r.Body.Size)
			}
			if final && !r.Stock {
				t.Errorf("%s is not stock: %q", name, r.Head)
			}
		}
		if head := string(p.Responses[p.Fallbacks.Asterisk].Head); !strings.Contains(head, "\r\nAllow: GET, HEAD, PUT, OPTIONS\r\n") {
			t.Errorf("OPTIONS *: %q", head)
		}
	}
}

// fallbackResponses are the fallbacks by their names.
func fallbackResponses(t *testing.T, p *Plan) map[string]Response {
	t.Helper()
	out := map[string]Response{}
	v := reflect.ValueOf(p.Fallbacks)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if _, ok := statuses[name]; !ok {
			t.Errorf("this test does not know %s", name)
		}
		if v.Field(i).Int() < 0 {
			continue // of resources alone
		}
		out[name] = p.Responses[v.Field(i).Int()]
	}
	return out
}

// `errors` replaces content and fields, never the status, Allow or the close.
func TestErrorResponses(t *testing.T) {
	p := build(t, `server: { isolation: connection }
headers: { X-Own: global }
routes: [{ path: /, body: x }]
errors:
  404: { body: "none\n" }
  405: { json: { no: 1 }, headers: { X-Own: error } }
  503: { file: shared.txt, headers: { Retry-After: 3 } }
`)
	for _, c := range []struct {
		r     Response
		final bool
		want  []string
	}{
		{p.Responses[p.Fallbacks.NotFound], false, []string{"Content-Length: 5\r\n", "X-Own: global\r\n"}},
		{answer(t, p, "POST", "/"), false, []string{"Allow: GET, HEAD, OPTIONS\r\n", "X-Own: error\r\n", "application/json"}},
		{p.Responses[p.Fallbacks.Unavailable], true, []string{"Retry-After: 3\r\n", "Connection: close\r\n", "Content-Length: 256\r\n"}},
		{p.Responses[p.Fallbacks.BadRequest], true, []string{"X-Own: global\r\n", "Content-Length: 0\r\n"}},
	} {
		if c.r.Final != c.final || c.r.Stock && c.r.Body.Size > 0 {
			t.Errorf("%s: final %v, stock %v", c.r.Label, c.r.Final, c.r.Stock)
		}
		for _, want := range c.want {
			if !strings.Contains(string(c.r.Head), want) {
				t.Errorf("%s has no %q: %q", c.r.Label, want, c.r.Head)
			}
		}
	}
}

// The parent sends the 503 in one write: what others share is stored with it again,
// and what is too large for that is an error.
func TestUnavailable(t *testing.T) {
	const routes = "routes: [{ path: /, file: shared.txt }, { path: /2, file: shared.txt, headers: { X: y } }]\n"
	p := build(t, routes+"errors: { 503: { file: shared.txt } }")
	if r := p.Responses[p.Fallbacks.Unavailable]; r.Body.Label != "" || len(r.Body.Bytes) != shareFrom {
		t.Errorf("the 503's content is apart, as %q", r.Body.Label)
	}
	if answer(t, p, "GET", "/").Body.Label == "" {
		t.Error("the routes share nothing")
	}
	text := routes + "errors: { 503: { file: almost.txt } }"
	_, err := Build(files(text), parse(t, files(text)))
	var list diag.List
	if !errors.As(err, &list) || list[0].Pos.Line != 2 || !strings.Contains(list[0].Hint, "at most 4096 bytes") {
		t.Errorf("got %v", err)
	}
}
