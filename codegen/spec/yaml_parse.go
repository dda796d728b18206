package spec

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/scanner"
	"github.com/goccy/go-yaml/token"

	"github.com/verbosel/verbosel/codegen/diag"
)

// The parser builds nodes straight from go-yaml's tokens. Its own AST would cost
// several allocations and a path string for every node (three quarters of the time
// of a spec with 10,000 routes), recurse once for every key, and end at the first
// duplicate key; the scanner, the hard half of YAML, is go-yaml's.

const (
	maxDepth  = 200      // nesting of lists and mappings
	maxWeight = 64 << 20 // what aliases may expand to, see node.weight
)

// yamlParser is the state of one parse. After fail, next returns the end for ever,
// so that every loop ends.
type yamlParser struct {
	src     *source
	toks    []*token.Token // without comments
	i       int
	depth   int
	anchors map[string]*node
	list    *diag.List  // mistakes that do not end the parse
	fatal   *diag.Error // the one that does
}

// parseYAML returns the root node of the only document, or nil for an empty one.
// Duplicate keys go to list, which may be non-empty although the error is nil.
func parseYAML(src *source, list *diag.List) (*node, *diag.Error) {
	toks, err := scan(src)
	if err != nil {
		return nil, err
	}
	p := &yamlParser{src: src, toks: toks, anchors: map[string]*node{}, list: list}
	root := p.document()
	if p.fatal != nil {
		return nil, p.fatal
	}
	return root, nil
}

// scan splits the source into tokens and drops the comments.
func scan(src *source) ([]*token.Token, *diag.Error) {
	if src.text == "" {
		return nil, nil
	}
	var s scanner.Scanner
	s.Init(src.text)
	all, err := s.Scan()
	if err != nil {
		return nil, scanError(src, err)
	}
	toks := all[:0:0]
	for _, tk := range all {
		if tk.Type != token.CommentType {
			toks = append(toks, tk)
		}
	}
	return toks, nil
}

// peek returns the current token, or nil at the end.
func (p *yamlParser) peek() *token.Token { return p.at(0) }

func (p *yamlParser) at(ahead int) *token.Token {
	if p.fatal != nil || p.i+ahead >= len(p.toks) {
		return nil
	}
	return p.toks[p.i+ahead]
}

// is reports whether the current token has the type.
func (p *yamlParser) is(typ token.Type) bool {
	tk := p.peek()
	return tk != nil && tk.Type == typ
}

// fail records the error that ends the parse; the first one counts.
func (p *yamlParser) fail(tk *token.Token, hint, format string, args ...any) *node {
	if p.fatal == nil {
		col := p.src.column(tk.Position.Line, tk.Position.Column, tk.Value)
		p.fatal = p.src.errorAt(tk.Position.Line, col, fmt.Sprintf(format, args...), hint)
	}
	return p.node(tk, kindNull)
}

func (p *yamlParser) node(tk *token.Token, k kind) *node {
	col := p.src.column(tk.Position.Line, tk.Position.Column, tk.Value)
	return &node{kind: k, line: tk.Position.Line, col: col, weight: 1}
}

// empty is the value that is not there, placed at the token before it.
func (p *yamlParser) empty(before *token.Token) *node { return p.node(before, kindNull) }

// document = [ "---" ] node [ "..." ]
func (p *yamlParser) document() *node {
	if p.is(token.DirectiveType) {
		return p.fail(p.peek(), "remove the line", "YAML directives are not supported")
	}
	if p.is(token.DocumentHeaderType) {
		p.i++
	}
	var root *node
	if tk := p.peek(); tk != nil && tk.Type != token.DocumentEndType && tk.Type != token.DocumentHeaderType {
		root = p.block(0)
	}
	if p.is(token.DocumentEndType) {
		p.i++
	}
	if tk := p.peek(); tk != nil {
		p.unexpected(tk)
	}
	return root
}

// unexpected explains a token that cannot stand where it does.
func (p *yamlParser) unexpected(tk *token.Token) *node {
	const quote = "put the text in double quotes if it is meant literally"
	switch tk.Type {
	case token.DocumentHeaderType, token.DocumentEndType:
		return p.fail(tk, "a spec is one YAML document: write one file for each server", "a second document")
	case token.MappingValueType:
		return p.strayColon(tk, quote)
	case token.MappingKeyType:
		return p.fail(tk, "write `key: value`", "`? ` keys are not supported")
	case token.TagType:
		return p.fail(tk, "remove it; quotes make a text of anything", "YAML tags are not supported")
	case token.DirectiveType:
		return p.fail(tk, "remove the line", "YAML directives are not supported")
	case token.SequenceEntryType:
		return p.fail(tk, "give the list a line of its own below its key, or write [a, b]", "a list item cannot stand here")
	case token.SequenceEndType, token.MappingEndType, token.CollectEntryType:
		return p.fail(tk, quote, "%q without the bracket that it belongs to", tk.Value)
	}
	return p.fail(tk, "indent it as its neighbours above, or "+quote, "%s does not belong here: the value before it is complete", describe(tk))
}

// strayColon explains a colon that follows no key on its line. A key that is indented
// too deep has become the second line of the text above it.
func (p *yamlParser) strayColon(tk *token.Token, hint string) *node {
	line := p.src.line(tk.Position.Line)
	indent := len(line) - len(strings.TrimLeft(line, " "))
	if p.i == 0 || indent+1 >= tk.Position.Column || sameLine(p.toks[p.i-1], tk) || !isScalar(p.toks[p.i-1]) {
		return p.fail(tk, hint, "a `:` without a key before it on its line")
	}
	if p.fatal == nil {
		p.fatal = p.src.errorAt(tk.Position.Line, indent+1,
			"this line is indented deeper than the entry above it, whose value it continues", "indent it as that entry")
	}
	return p.node(tk, kindNull)
}

// describe names a token in a message.
func describe(tk *token.Token) string {
	text := tk.Value
	if len(text) > 30 {
		text = strings.ToValidUTF8(text[:30], "") + "…"
	}
	return fmt.Sprintf("%q", text)
}

// enter counts the nesting; leave it with p.depth--.
func (p *yamlParser) enter(tk *token.Token) bool {
	p.depth++
	if p.depth > maxDepth {
		p.fail(tk, "", "nested deeper than %d levels", maxDepth)
	}
	return p.fatal == nil
}
