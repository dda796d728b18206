package plan

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/spec"
)

// HTTPS is what a part of the spec asks of how requests came to the proxy in front.
type HTTPS struct {
	Redirect int    // index into Plan.Responses of what a request gets that came by http: a Form; -1: its own answer
	Field    []byte // the line of Strict-Transport-Security, on responses to those that came by https; empty: none
}

// maxHTTPS is how many different ones a plan can have: a server keeps which one it is in two bytes.
const maxHTTPS = 1 << 16

// httpsTarget is where a request is sent on to: to the host that it asked for, at the port
// of https.
var httpsTarget = []spec.Part{{Text: "https://"}, {Blank: spec.BlankHost}, {Blank: spec.BlankPath}, {Blank: spec.BlankQuery}}

// planHTTPS says what each block asks for; where none asks for anything there is nothing. A
// cache that keeps the redirect for both schemes would have https redirected to itself: so
// it varies.
func (b *builder) planHTTPS(all []block, x *Index) []HTTPS {
	if !slices.ContainsFunc(all, func(b block) bool { return b.https != nil }) {
		return nil
	}
	var out []HTTPS
	for i, block := range all {
		own := HTTPS{Redirect: -1}
		if block.https != nil {
			b.block = block
			own.Redirect = b.add(redirect(http.StatusPermanentRedirect, httpsTarget, []spec.Header{{Name: "Vary", Value: "X-Forwarded-Proto"}}))
			own.Field = []byte("Strict-Transport-Security: " + block.https.Policy + "\r\n")
		}
		at := slices.IndexFunc(out, own.equals)
		if at < 0 {
			at = len(out)
			out = append(out, own)
		}
		if x != nil && i < len(x.Blocks) {
			x.Blocks[i].HTTPS = at
		}
	}
	b.block = all[0]
	if len(out) > maxHTTPS {
		b.errs.Add(&diag.Error{Pos: b.spec.Hosts[0].Pos, Msg: fmt.Sprintf("https: required with headers of %d kinds", len(out)),
			Hint: fmt.Sprintf("at most %d are possible: give hosts the same headers", maxHTTPS)})
	}
	return out
}

func (h HTTPS) equals(o HTTPS) bool {
	return h.Redirect == o.Redirect && string(h.Field) == string(o.Field)
}
