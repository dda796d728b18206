package csp

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// Inline is what a page runs and applies that stands in the page itself, as sources of a
// policy (CSP Level 3, section 2.3.1), each once, in the page's order.
type Inline struct {
	Scripts  []string // of script elements without src
	Handlers []string // of attributes such as onclick
	Styles   []string // of style elements
	Style    []string // of style attributes
}

// InlineOf finds what is inline in a page in UTF-8. It reads the page as a browser with and
// without scripts does: what is in noscript elements counts. It fails where more than 512
// elements are open in each other: browsers, too, read no deeper, but each in its own way.
func InlineOf(page []byte) (Inline, error) {
	root, err := html.ParseWithOptions(bytes.NewReader(page), html.ParseOptionEnableScripting(false))
	if err != nil {
		return Inline{}, err
	}
	var in Inline
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			in.element(n)
		}
	}
	return in, nil
}

func (in *Inline) element(n *html.Node) {
	switch {
	case n.Data == "script" && !hasAttribute(n, sourceOf(n)) && runs(n):
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

// sourceOf is the attribute that names a script's file: in a picture it is href, or xlink:href
// (SVG 2, 16.2).
func sourceOf(script *html.Node) string {
	if script.Namespace == "svg" {
		return "href"
	}
	return "src"
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

// Allow extends a policy by what is inline. Where a policy allows all of it already, by
// 'unsafe-inline', a hash would end that.
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
	if len(sources) > 0 && !allowsAllInline(inForce, common == "script-src") {
		p.Allow(sources, chain...)
	}
}

// allowsAllInline: sources have 'unsafe-inline', and nothing by which that does not count (CSP
// Level 3, section 6.7.3.2).
func allowsAllInline(sources []string, script bool) bool {
	all := false
	for _, s := range sources {
		switch s = strings.ToLower(s); {
		case s == "'unsafe-inline'":
			all = true
		case s == "'strict-dynamic'" && script, strings.HasPrefix(s, "'nonce-"), hashSource.MatchString(s):
			return false
		}
	}
	return all
}

// hashSource is a hash-source in lower case (CSP Level 3, section 2.3.1).
var hashSource = lazy.New(`^'sha(256|384|512)-`)
