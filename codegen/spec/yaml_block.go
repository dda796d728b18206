package spec

import (
	"strings"

	"github.com/goccy/go-yaml/token"
)

// block parses the node at the current token, which stands right of the column of
// the collection that holds it.
func (p *yamlParser) block(parent int) *node {
	tk := p.peek()
	if !p.enter(tk) {
		return p.empty(tk)
	}
	defer func() { p.depth-- }()
	switch {
	case tk.Type == token.SequenceEntryType:
		return p.blockList(tk.Position.Column)
	case tk.Type == token.AnchorType:
		return p.anchor(parent)
	case p.atKey():
		return p.blockTable(tk.Position.Column)
	}
	return p.inline()
}

// inline parses a value that ends on its own: an alias, a scalar or a flow
// collection.
func (p *yamlParser) inline() *node {
	tk := p.peek()
	switch {
	case tk.Type == token.AliasType:
		return p.alias()
	case tk.Type == token.LiteralType || tk.Type == token.FoldedType:
		return p.blockScalar()
	case opensFlow(tk):
		n := p.flow()
		p.checkAfterFlow()
		return n
	case isScalar(tk):
		return p.scalar()
	}
	return p.unexpected(tk)
}

// checkAfterFlow gives `listen: [::]:8080` a message of its own.
func (p *yamlParser) checkAfterFlow() {
	tk, end := p.peek(), p.i-1
	if tk == nil || p.fatal != nil || p.toks[end].Position.Line != tk.Position.Line {
		return
	}
	p.fail(tk, "a text that begins with [ or { needs double quotes", "%s behind a closing bracket", describe(tk))
}

// atKey reports whether a key of a mapping begins here: a scalar with a colon
// behind it on the same line.
func (p *yamlParser) atKey() bool {
	tk, colon := p.peek(), p.at(1)
	return tk != nil && isScalar(tk) && colon != nil && colon.Type == token.MappingValueType &&
		colon.Position.Line == tk.Position.Line
}

// blockList parses the items that begin with a dash in the column.
func (p *yamlParser) blockList(col int) *node {
	n := p.node(p.peek(), kindList)
	for p.is(token.SequenceEntryType) && p.peek().Position.Column == col {
		dash := p.peek()
		p.i++
		item := p.empty(dash)
		if tk := p.peek(); tk != nil && (sameLine(tk, dash) || tk.Position.Column > col) && !isDocumentMark(tk) {
			item = p.block(col)
		}
		n.items = append(n.items, item)
		p.weigh(n, item)
	}
	p.checkDedent(col)
	return n
}

// blockTable parses the entries whose keys begin in the column.
func (p *yamlParser) blockTable(col int) *node {
	n := p.node(p.peek(), kindTable)
	var seen keySet
	for p.atKey() && p.peek().Position.Column == col {
		colon := p.at(1)
		key := p.key()
		p.i++
		p.addField(n, &seen, key, p.blockValue(colon, col))
	}
	p.checkDedent(col)
	p.merge(n)
	return n
}

// blockValue parses what stands behind `key:`. A list may stand in the key's own
// column (YAML 1.2, 8.2.2).
func (p *yamlParser) blockValue(colon *token.Token, col int) *node {
	tk := p.peek()
	switch {
	case tk == nil || isDocumentMark(tk):
		return p.empty(colon)
	case sameLine(tk, colon):
		return p.valueOnLine(col)
	case tk.Position.Column > col, tk.Position.Column == col && tk.Type == token.SequenceEntryType:
		return p.block(col)
	}
	return p.empty(colon)
}

// valueOnLine parses a value on the line of its key; only an anchor may precede a
// collection in block style there.
func (p *yamlParser) valueOnLine(col int) *node {
	tk := p.peek()
	if tk.Type == token.AnchorType {
		return p.anchor(col)
	}
	if p.atKey() {
		return p.fail(p.at(1), "quote the value, or begin the mapping on a line of its own", "a second `:` on the line of a key")
	}
	return p.inline()
}

// checkDedent refuses a token that is indented deeper than the collection that has
// just ended, but is not part of it.
func (p *yamlParser) checkDedent(col int) {
	if tk := p.peek(); tk != nil && tk.Position.Column > col && !isDocumentMark(tk) {
		p.unexpected(tk)
	}
}

// key parses the key of an entry; the colon comes next.
func (p *yamlParser) key() *node {
	if p.is(token.MergeKeyType) {
		n := p.node(p.peek(), kindText)
		n.text, n.merge = "<<", true
		p.i++
		return n
	}
	return p.scalar()
}

// scalar parses a plain or quoted scalar.
func (p *yamlParser) scalar() *node {
	tk := p.peek()
	p.i++
	n := p.node(tk, kindText)
	switch {
	case !isQuoted(tk):
		n.kind, n.plain = plainKind(tk), true
		p.checkPlain(tk)
	case p.src.tabs:
		n.col = p.src.column(n.line, tk.Position.Column, strings.TrimSpace(tk.Origin))
	}
	n.text = tk.Value
	n.weight += len(n.text)
	return n
}

// checkPlain refuses what the scanner reads in silence, but YAML does not: it drops
// tabs, and in braces it takes `a: b c: d` for the text "b c: d".
func (p *yamlParser) checkPlain(tk *token.Token) {
	switch {
	case strings.Contains(strings.TrimSpace(tk.Origin), "\t"):
		p.fail(tk, `put the text in double quotes and write \t`, "a tab in a text without quotes")
	case strings.Contains(tk.Value, ": "):
		p.fail(tk, "put a comma before the second key, or the text in double quotes", "`: ` in a text without quotes")
	}
}

// blockScalar parses | and > with their text. The node's place is the header: the
// scanner gives the text the place of its end.
func (p *yamlParser) blockScalar() *node {
	n := p.node(p.peek(), kindText)
	p.i++
	if p.is(token.StringType) {
		n.text = p.peek().Value
		n.weight += len(n.text)
		p.i++
	}
	return n
}

func sameLine(a, b *token.Token) bool { return a.Position.Line == b.Position.Line }

func isDocumentMark(tk *token.Token) bool {
	return tk.Type == token.DocumentHeaderType || tk.Type == token.DocumentEndType
}
