package spec

import "github.com/goccy/go-yaml/token"

// anchor parses `&name` and the block node behind it.
func (p *yamlParser) anchor(parent int) *node {
	tk := p.peek()
	name := p.name("&")
	value := p.peek()
	switch {
	case p.fatal != nil:
		return p.empty(tk)
	case value == nil || isDocumentMark(value) || !sameLine(value, tk) && value.Position.Column <= parent:
		return p.fail(tk, "", "the anchor &%s has no value", name)
	case value.Type == token.AnchorType || value.Type == token.AliasType:
		return p.unexpected(value)
	}
	var n *node
	if sameLine(value, tk) {
		if p.atKey() || value.Type == token.SequenceEntryType {
			return p.fail(value, "put the anchor on the line above", "an anchor on the line of a key or an item")
		}
		n = p.inline()
	} else {
		n = p.block(parent)
	}
	p.anchors[name] = n
	return n
}

// flowAnchor parses `&name value` within brackets.
func (p *yamlParser) flowAnchor() *node {
	tk := p.peek()
	name := p.name("&")
	value := p.peek()
	if p.fatal != nil || value == nil || !isScalar(value) && !opensFlow(value) {
		return p.fail(tk, "", "the anchor &%s has no value", name)
	}
	n := p.flowValue()
	p.anchors[name] = n
	return n
}

// alias parses `*name`. An anchor exists once its value is complete, so that no
// node can contain itself.
func (p *yamlParser) alias() *node {
	tk := p.peek()
	name := p.name("*")
	if p.fatal != nil {
		return p.empty(tk)
	}
	n, ok := p.anchors[name]
	if !ok {
		return p.fail(tk, "an anchor `&"+name+"` must stand above its alias", "no anchor is named %q", name)
	}
	return n
}

// name consumes an anchor's or alias's indicator and its name.
func (p *yamlParser) name(sigil string) string {
	tk := p.peek()
	p.i++
	name := p.peek()
	if name == nil || !isScalar(name) || isQuoted(name) || !sameLine(name, tk) {
		p.fail(tk, "quote a text that begins with "+sigil, "a name is missing behind %q", sigil)
		return ""
	}
	p.i++
	return name.Value
}

// weigh adds a child's weight, and ends the parse when aliases of aliases grow
// without bound.
func (p *yamlParser) weigh(n, child *node) {
	n.weight += child.weight
	if n.weight > maxWeight {
		p.fatalAt(child, "its aliases expand to more than 64 MiB")
	}
}

func (p *yamlParser) fatalAt(n *node, msg string) {
	if p.fatal == nil {
		p.fatal = p.src.errorAt(n.line, n.col, msg, "")
	}
}
