package spec

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/pattern"
)

// redirectStatuses are the ones that a client follows by itself (RFC 9110 15.4).
var redirectStatuses = []int{301, 302, 303, 307, 308}

// redirectStatus is that of a redirect without `status`.
func redirectStatus(methods []string) int {
	if slices.Equal(methods, []string{"GET"}) {
		return defaultRedirectStatus
	}
	return otherRedirectStatus
}

// redirect decodes the target of a Location field: a URI-reference (RFC 3986 4.1)
// in visible ASCII, with the request's query unless it is dropped.
func (d *decoder) redirect(n *node, p pattern.Pattern, drop bool) []Part {
	text, ok := d.text(n, "redirect")
	if !ok {
		return nil
	}
	if slotLike.MatchString(text) {
		return d.slottedTarget(n, text, p, drop)
	}
	parts, msg, hint := parseTarget(text, p)
	if msg != "" {
		d.report(n, hint, "redirect: %s", msg)
		return nil
	}
	if drop {
		return parts
	}
	return keepQuery(parts)
}

// badTarget returns "" for a good target.
func badTarget(target string) (msg, hint string) {
	if target == "" {
		return "the target is empty", "write a path or a URL"
	}
	for i := 0; i < len(target); i++ {
		c := target[i]
		switch {
		case c < 0x20 || c == 0x7f:
			return fmt.Sprintf("control character U+%04X in the target", c), "remove it"
		case c == '%':
			if _, ok := unhex(target[i+1:]); !ok {
				return "a bad escape in the target", "write %25 for a percent sign"
			}
		case !isURIByte(c):
			return "the target has characters that a URI cannot hold", "write " + encodeTarget(target)
		}
	}
	switch u, err := url.Parse(target); {
	case err != nil:
		return "the target is no URI-reference", targetHint
	case slices.Contains(inertSchemes, u.Scheme):
		return fmt.Sprintf("no client follows a redirect to %s:", u.Scheme), targetHint
	}
	return "", ""
}

// dropsQuery decodes the key query of a redirect.
func (d *decoder) dropsQuery(f *field) bool {
	return f != nil && d.choice(f.value, "query", queryKeep, queryDrop) == queryDrop
}

// Values of query: what becomes of the request's query. A target with a query of its own
// never takes another one along.
const (
	queryKeep = "keep"
	queryDrop = "drop"
)

const targetHint = "write a path, or a URL such as https://example.com/"

// inertSchemes name no place: as a link in a page they are a script or a page of their
// own, so that the note of a redirect must not have them.
var inertSchemes = []string{"javascript", "vbscript", "data"}

// isURIByte: unreserved, reserved or the percent sign (RFC 3986 2).
func isURIByte(c byte) bool {
	return isUnreserved(c) || strings.IndexByte(":/?#[]@!$&'()*+,;=%", c) >= 0
}

func encodeTarget(target string) string {
	var b strings.Builder
	for i := 0; i < len(target); i++ {
		if isURIByte(target[i]) {
			b.WriteByte(target[i])
		} else {
			writeEscape(&b, target[i])
		}
	}
	return b.String()
}
