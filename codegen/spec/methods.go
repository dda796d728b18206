package spec

import (
	"slices"
	"strings"
)

// methods are the methods that a route can answer, in the order of RFC 9110 9.3 with
// PATCH (RFC 5789) behind PUT.
var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// refusedMethods are methods of HTTP that no route can answer.
var refusedMethods = map[string]string{
	"TRACE":   "TRACE echoes the request, credentials included (RFC 9110 9.3.8), and the server's answers are fixed",
	"CONNECT": "CONNECT opens a tunnel (RFC 9110 9.3.6), and the server is no proxy",
}

// methods decodes one method or a list of them. HEAD is dropped where GET is there.
func (d *decoder) methods(n *node) []string {
	items := []*node{n}
	if n.kind == kindText && n.text == AnyMethod {
		return []string{AnyMethod}
	}
	if n.kind == kindList {
		items = n.items
	}
	if len(items) == 0 {
		d.report(n, "write GET, or leave `method` out", "the list of methods is empty")
	}
	var list []string
	for _, item := range items {
		m, ok := d.method(item)
		if ok && slices.Contains(list, m) {
			d.report(item, "remove one of the two", "%s stands in the list twice", m)
		} else if ok {
			list = append(list, m)
		}
	}
	return d.impliedHead(n, list)
}

func (d *decoder) impliedHead(n *node, list []string) []string {
	head := slices.Index(list, "HEAD")
	switch {
	case head < 0:
		return list
	case !slices.Contains(list, "GET"):
		d.report(n, "write GET: it implies HEAD", "HEAD without GET")
	}
	return slices.Delete(list, head, head+1)
}

func (d *decoder) method(n *node) (string, bool) {
	m, ok := d.text(n, "method")
	if !ok || slices.Contains(methods, m) {
		return m, ok
	}
	if why, refused := refusedMethods[m]; refused {
		d.report(n, "remove it", "%s", why)
		return "", false
	}
	hint := didYouMean(m, methods)
	if m == AnyMethod {
		hint = "write `method: any`: it is every method, and stands alone"
	}
	if hint == "" {
		hint = "known are " + strings.Join(methods, ", ") + ", and any for all of them"
	}
	d.report(n, hint, "method %q is not known", m)
	return "", false
}
