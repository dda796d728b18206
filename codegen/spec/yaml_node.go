package spec

import (
	"github.com/goccy/go-yaml/token"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// kind is what a YAML node is, in the terms of JSON.
type kind uint8

const (
	kindNull   kind = iota
	kindBool        // true, false
	kindNumber      // any plain scalar that looks like a number, JSON or not
	kindText
	kindList
	kindTable
)

// String names the kind in messages.
func (k kind) String() string {
	return [...]string{"nothing", "a boolean", "a number", "a text", "a list", "a mapping"}[k]
}

// node is a YAML value with its place. An alias is the node that its anchor names:
// nodes are shared, never copied.
type node struct {
	kind      kind
	merge     bool // the key << of a merge
	plain     bool // a scalar without quotes, on one line
	line, col int
	text      string  // scalars: text with quotes and escapes resolved; numbers as written
	items     []*node // lists
	fields    []field // tables, in the order of the file
	weight    int     // bytes and nodes below, aliases followed: what a copy would cost
}

// field is an entry of a table.
type field struct{ key, value *node }

// jsonNumber is the grammar of RFC 8259 section 6.
var jsonNumber = lazy.New(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

// plainKind resolves a plain scalar (YAML 1.2, 10.3: the core schema). The scanner
// knows null, booleans and most numbers; what JSON calls a number is one here too.
func plainKind(tk *token.Token) kind {
	switch tk.Type {
	case token.NullType, token.ImplicitNullType:
		return kindNull
	case token.BoolType:
		return kindBool
	case token.IntegerType, token.BinaryIntegerType, token.OctetIntegerType, token.HexIntegerType,
		token.FloatType, token.InfinityType, token.NanType:
		return kindNumber
	}
	if jsonNumber.MatchString(tk.Value) {
		return kindNumber
	}
	return kindText
}

// isScalar reports whether the token is a scalar that fits on one line: plain or
// quoted, but not a block scalar.
func isScalar(tk *token.Token) bool {
	switch tk.Type {
	case token.StringType, token.SingleQuoteType, token.DoubleQuoteType, token.NullType,
		token.ImplicitNullType, token.BoolType, token.IntegerType, token.BinaryIntegerType,
		token.OctetIntegerType, token.HexIntegerType, token.FloatType, token.InfinityType,
		token.NanType, token.MergeKeyType:
		return true
	}
	return false
}

func isQuoted(tk *token.Token) bool {
	return tk.Type == token.SingleQuoteType || tk.Type == token.DoubleQuoteType
}
