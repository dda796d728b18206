package csp

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Inline is what a page runs and applies that stands in the page itself, as sources of a
// policy (CSP Level 3, section 2.3.1), each once, in the page's order.
type Inline struct {
	Scripts  []string // of script elements without src
	Handlers []string // of attributes such as onclick
	Styles   []string // of style elements
	Style    []string // of style attributes
}

// maxDepth bounds how deep elements are nested, as browsers do: it is 512 there.
const maxDepth = 2048

// InlineOf finds what is inline in a page in UTF-8. It reads the page as a browser with and
// without scripts does: what is in noscript elements counts.
func InlineOf(page []byte) (Inline, error) {
	root, err := html.ParseWithOptions(bytes.NewReader(page), html.ParseOptionEnableScripting(false))
	if err != nil {
		return Inline{}, err
	}
	var in Inline
	in.add(root, 0)
	return in, nil
}

func (in *Inline) add(n *html.Node, depth int) {
	if depth > maxDepth {
		return
	}
	if n.Type == html.ElementNode {
		in.element(n)
	}
	for child := range n.ChildNodes() {
		in.add(child, depth+1)
	}
}

func (in *Inline) element(n *html.Node) {
	switch {
	case n.Data == "script" && !hasAttribute(n, "src") && runs(n):
		once(&in.Scripts, source(content(n)))
	case n.Data == "style":
		once(&in.Styles, source(content(n)))
	}
	for _, a := range n.Attr {
		switch {
		case a.Key == "style":
			once(&in.Style, source(a.Val))
		case strings.HasPrefix(a.Key, "on"):
			once(&in.Handlers, source(a.Val))
		}
	}
}

// runs: a script of this type is looked at by a policy, and no block of data (HTML, "prepare
// the script element").
func runs(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "type" {
			typ := strings.ToLower(strings.TrimSpace(a.Val))
			return typ == "" || slices.Contains([]string{"module", "importmap", "speculationrules"}, typ) || strings.HasSuffix(typ, "script") || strings.Contains(typ, "javascript1.")
		}
	}
	return true
}

func hasAttribute(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// content is the text that an element has in itself.
func content(n *html.Node) string {
	var b strings.Builder
	for child := range n.ChildNodes() {
		if child.Type == html.TextNode {
			b.WriteString(child.Data)
		}
	}
	return b.String()
}

// source is the hash-source of a text (CSP Level 3, section 6.7.3.3).
func source(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func once(list *[]string, s string) {
	if !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}

// Allow extends a policy by what is inline. Where a policy has 'unsafe-inline', all of it is
// allowed already, and a hash would end that.
func (in Inline) Allow(p *Policy) {
	for _, kind := range []struct {
		name       string
		elements   []string
		attributes []string
	}{{"script-src", in.Scripts, in.Handlers}, {"style-src", in.Styles, in.Style}} {
		p.allowInline(kind.elements, kind.name+"-elem", kind.name)
		if len(kind.attributes) > 0 {
			p.allowInline(append([]string{"'unsafe-hashes'"}, kind.attributes...), kind.name+"-attr", kind.name)
		}
	}
}

// allowInline adds hashes to the directive for an element or an attribute if the policy has
// it, and to the one for both, which every browser knows, otherwise.
func (p *Policy) allowInline(sources []string, special, common string) {
	chain := []string{common, "default-src"}
	if p.has(special) {
		chain = []string{special}
	}
	inForce, _ := p.inForce(chain)
	if len(sources) == 0 || slices.ContainsFunc(inForce, func(s string) bool { return strings.EqualFold(s, "'unsafe-inline'") }) {
		return
	}
	p.Allow(sources, chain...)
}
