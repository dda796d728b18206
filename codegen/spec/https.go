package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// HTTPS is what a block asks for with `https: required`. How a request came is what the
// proxy in front says in X-Forwarded-Proto; what says nothing is answered as it is.
type HTTPS struct {
	Policy string   // of Strict-Transport-Security (RFC 6797 6.1), on responses to what came by https
	Pos    diag.Pos // of the key; of a host's, of its block
}

// Values of `https`.
const (
	httpsRequired = "required"
	httpsOptional = "optional"
)

const (
	policyField   = "Strict-Transport-Security"
	defaultPolicy = "max-age=31536000" // a year, in seconds
	maxPolicy     = 200                // bytes: a server keeps its length in one, the name included
)

// policySyntax is a value that clients heed: max-age is there (RFC 6797 6.1.1).
var policySyntax = lazy.New(`(?i)(^|;)[ \t]*max-age[ \t]*=[ \t]*("[0-9]+"|[0-9]+)[ \t]*(;|$)`)

// https decodes the key, where it is given.
func (d *decoder) https(f *field) bool {
	return f != nil && d.choice(f.value, "https", httpsRequired, httpsOptional) == httpsRequired
}

// takePolicy makes what a block asks for of its fields, which then are without the policy:
// that is not for responses to what came by http (RFC 6797 7.2).
func (d *decoder) takePolicy(fields []Header) (*HTTPS, []Header) {
	out, others := &HTTPS{Policy: defaultPolicy}, []Header(nil)
	for _, h := range fields {
		if !strings.EqualFold(h.Name, policyField) {
			others = append(others, h)
			continue
		}
		out.Policy = h.Value
		switch {
		case !policySyntax.MatchString(h.Value):
			d.addOnce(d.errorAt(h.Pos, fmt.Sprintf("%s: %q has no max-age, and clients take no notice of it", policyField, h.Value), "write max-age=31536000"))
		case len(h.Value) > maxPolicy:
			d.addOnce(d.errorAt(h.Pos, fmt.Sprintf("a %s of %d bytes", policyField, len(h.Value)), fmt.Sprintf("with https: required it has at most %d", maxPolicy)))
		}
	}
	return out, others
}

// checkPolicies refuses the policy in a part of a block that requires https: it is one for
// the whole host, and the server sends it itself.
func (d *decoder) checkPolicies(routes []Route, pages []ErrorResponse) {
	var all []Header
	for _, r := range routes {
		all = append(all, r.Headers...)
		for _, dir := range []*Dir{r.Dir, r.File} {
			if dir != nil {
				for _, rule := range dir.HeadersFor {
					all = append(all, rule.Headers...)
				}
			}
		}
	}
	for _, p := range pages {
		all = append(all, p.Headers...)
	}
	for _, h := range all {
		if strings.EqualFold(h.Name, policyField) {
			d.addOnce(d.errorAt(h.Pos, "header "+policyField+" is for the whole host, where https is required", "write it in the headers of the spec, or of the host"))
		}
	}
}

// addOnce adds an error of what several parts of the spec have: hosts that inherit a field,
// or the two routes of one that is meant with and without a slash at its end.
func (d *decoder) addOnce(e *diag.Error) {
	if !slices.ContainsFunc(d.errs, func(o *diag.Error) bool { return o.Pos == e.Pos && o.Msg == e.Msg }) {
		d.errs.Add(e)
	}
}
