package spec

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// The fields in which a proxy says who the client is, as `client_ip` names them.
const (
	ClientForwardedFor = "X-Forwarded-For"
	ClientRealIP       = "X-Real-IP"
	ClientForwarded    = "Forwarded" // RFC 7239
)

// maxTrusted bounds the ranges of trusted: an address is compared with each.
const maxTrusted = 100

// trusted reads a list of addresses and ranges of addresses.
func (d *decoder) trusted(n *node) []netip.Prefix {
	if n.kind != kindList {
		d.wrongKind(n, "trusted", "a list", "write the addresses of your proxies: [127.0.0.1, 10.0.0.0/8]")
		return nil
	}
	if len(n.items) > maxTrusted {
		d.report(n, "write larger ranges", "trusted: %d ranges, %d at most", len(n.items), maxTrusted)
		return nil
	}
	var out []netip.Prefix
	for _, item := range n.items {
		if p, ok := d.trustedRange(item); ok {
			if slices.Contains(out, p) {
				d.report(item, "remove it", "trusted: %s is there already", p)
			}
			out = append(out, p)
		}
	}
	return out
}

// trustedRange reads 10.0.0.0/8, or an address alone.
func (d *decoder) trustedRange(n *node) (netip.Prefix, bool) {
	text, ok := d.text(n, "trusted")
	if !ok {
		return netip.Prefix{}, false
	}
	p, bad := parseRange(text)
	if bad != nil {
		d.report(n, bad.hint, "trusted: %s", bad.msg)
	}
	return p, bad == nil
}

// parseRange: nothing of an address is taken for something else: no bits that do not count,
// no zone, and no two ways to write one range.
func parseRange(text string) (netip.Prefix, *listenError) {
	p, err := netip.ParsePrefix(text) // which takes no zone
	if !strings.Contains(text, "/") {
		var a netip.Addr
		a, err = netip.ParseAddr(text)
		p = netip.PrefixFrom(a, a.BitLen())
	}
	switch {
	case strings.Contains(text, "%"): // which PrefixFrom drops
		return p, &listenError{fmt.Sprintf("%q has a zone", text), "write the address alone"}
	case err != nil:
		return p, &listenError{fmt.Sprintf("%q is no address and no range of addresses", text), "write one such as 127.0.0.1, 10.0.0.0/8 or \"2001:db8::/32\": the server has no resolver for names"}
	case p.Addr().Is4In6():
		return p, &listenError{fmt.Sprintf("%s is an IPv4 address in an IPv6 one", text), "write " + unmapped(p)}
	case p.Bits() == 0:
		return p, &listenError{fmt.Sprintf("%s is everybody: any client could claim to be another one", text), "name your proxies"}
	case p.Masked() != p:
		return p, &listenError{fmt.Sprintf("%s has bits behind its first %d", text, p.Bits()), fmt.Sprintf("write %s, or %s for the address alone", p.Masked(), p.Addr())}
	}
	return p, nil
}

// unmapped is such a range as it is to be written.
func unmapped(p netip.Prefix) string {
	if a := p.Addr().Unmap(); p.Bits() > 96 {
		return netip.PrefixFrom(a, p.Bits()-96).String()
	}
	return p.Addr().Unmap().String()
}

// checkClient: the client is for the log, and who may say it is known.
func (d *decoder) checkClient(s *Server, field, trusted *node) {
	switch {
	case field == nil && trusted != nil:
		d.report(trusted, "write client_ip: X-Forwarded-For beside it, or remove it", "trusted: no field is said that they are trusted for")
	case field == nil:
	case s.AccessLog == AccessLogOff:
		d.report(field, "write access_log: combined beside it, or remove it", "client_ip: there is no log that would name the client")
	case trusted == nil && s.Listen.Network != "unix":
		d.report(field, "write the addresses of your proxies beside it: trusted: [127.0.0.1, 10.0.0.0/8]", "client_ip: any client could claim to be another one")
	case trusted != nil && len(s.Trusted) == 0 && trusted.kind == kindList && len(trusted.items) == 0 && s.Listen.Network != "unix":
		d.report(trusted, "write the addresses of your proxies: [127.0.0.1, 10.0.0.0/8]", "trusted: nobody is")
	}
}
