package spec

import "github.com/goccy/go-yaml/token"

// flow parses [a, b] or {a: b}; the current token is the bracket.
func (p *yamlParser) flow() *node {
	open := p.peek()
	if !p.enter(open) {
		return p.empty(open)
	}
	defer func() { p.depth-- }()
	p.i++
	if open.Type == token.SequenceStartType {
		return p.flowList(open)
	}
	return p.flowTable(open)
}

func (p *yamlParser) flowList(open *token.Token) *node {
	n := p.node(open, kindList)
	for !p.closes(open, token.SequenceEndType) {
		item := p.flowValue()
		n.items = append(n.items, item)
		p.weigh(n, item)
		p.separator(token.SequenceEndType)
	}
	return n
}

func (p *yamlParser) flowTable(open *token.Token) *node {
	n := p.node(open, kindTable)
	var seen keySet
	for !p.closes(open, token.MappingEndType) {
		tk := p.peek()
		if !isScalar(tk) {
			p.unexpected(tk)
			break
		}
		key, value := p.key(), p.empty(tk)
		if p.is(token.MappingValueType) {
			p.i++
			if tk := p.peek(); tk != nil && !endsFlowValue(tk) {
				value = p.flowValue()
			}
		}
		p.addField(n, &seen, key, value)
		p.separator(token.MappingEndType)
	}
	p.merge(n)
	return n
}

// closes consumes the closing bracket, or fails at the end of the file; it is true
// when the collection has ended either way.
func (p *yamlParser) closes(open *token.Token, end token.Type) bool {
	if p.fatal != nil {
		return true
	}
	if p.peek() == nil {
		p.fail(open, "", "%q is never closed", open.Value)
		return true
	}
	if p.is(end) {
		p.i++
		return true
	}
	return false
}

// separator consumes a comma; before the closing bracket there is none.
func (p *yamlParser) separator(end token.Type) {
	tk := p.peek()
	switch {
	case tk == nil || tk.Type == end:
	case tk.Type == token.CollectEntryType:
		p.i++
	default:
		hint := ""
		if opensFlow(tk) {
			hint = `within brackets a text that has [ or { needs double quotes: "/users/{id}"`
		}
		p.fail(tk, hint, "expected `,` or the closing bracket before %s", describe(tk))
	}
}

// flowValue parses a value within brackets.
func (p *yamlParser) flowValue() *node {
	tk := p.peek()
	switch {
	case opensFlow(tk):
		return p.flow()
	case tk.Type == token.AliasType:
		return p.alias()
	case tk.Type == token.AnchorType:
		return p.flowAnchor()
	case isScalar(tk) && tk.Type != token.MergeKeyType:
		return p.scalar()
	}
	return p.unexpected(tk)
}

func opensFlow(tk *token.Token) bool {
	return tk.Type == token.SequenceStartType || tk.Type == token.MappingStartType
}

func endsFlowValue(tk *token.Token) bool {
	return tk.Type == token.CollectEntryType || tk.Type == token.MappingEndType
}
