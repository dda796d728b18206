package spec

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// json renders any YAML value as compact JSON (RFC 8259): keys keep the order of
// the file, numbers their text. What JSON does not have is reported: .nan, .inf,
// hexadecimal and octal numbers, keys that are no text. YAML timestamps are texts.
func (d *decoder) json(n *node) []byte {
	if n.kind == kindNull && n.text == "" {
		d.report(n, "write null if that is meant", "json has no value")
		return nil
	}
	if n.kind == kindText && looksLikeJSON(n.text) {
		d.warn(n, "remove the quotes: JSON is YAML", "json is a text here, which is sent in quotes of its own")
	}
	return d.appendJSON(nil, n)
}

// looksLikeJSON reports whether a text is an object or an array: `json: '{"a":1}'` is
// hardly meant as the text that it is.
func looksLikeJSON(text string) bool {
	first := strings.TrimSpace(text)
	return first != "" && strings.Contains("{[", first[:1]) && json.Valid([]byte(text))
}

func (d *decoder) appendJSON(b []byte, n *node) []byte {
	switch n.kind {
	case kindNull:
		return append(b, "null"...)
	case kindBool:
		return append(b, jsonBool(n.text)...)
	case kindNumber:
		d.checkNumber(n)
		return append(b, n.text...)
	case kindList:
		return d.appendList(b, n)
	case kindTable:
		return d.appendTable(b, n)
	}
	return appendString(b, n.text)
}

// jsonBool: YAML also knows True and TRUE (1.2, 10.3.2).
func jsonBool(text string) string {
	if text[0] == 't' || text[0] == 'T' {
		return "true"
	}
	return "false"
}

func (d *decoder) checkNumber(n *node) {
	if !jsonNumber.MatchString(n.text) {
		d.report(n, fmt.Sprintf(`write it as a decimal number, or "%s" for a text`, n.text), "JSON has no number %s", n.text)
	}
}

func (d *decoder) appendList(b []byte, n *node) []byte {
	b = append(b, '[')
	for i, item := range n.items {
		if i > 0 {
			b = append(b, ',')
		}
		b = d.appendJSON(b, item)
	}
	return append(b, ']')
}

func (d *decoder) appendTable(b []byte, n *node) []byte {
	b = append(b, '{')
	for i, f := range n.fields {
		if i > 0 {
			b = append(b, ',')
		}
		if f.key.kind != kindText {
			d.report(f.key, fmt.Sprintf(`write "%s"`, f.key.text), "a key of a JSON object must be a text, YAML reads this as %s", f.key.kind)
		}
		b = append(appendString(b, f.key.text), ':')
		b = d.appendJSON(b, f.value)
	}
	return append(b, '}')
}

// appendString writes a JSON string: only what RFC 8259 section 7 requires is
// escaped, so that text stays readable.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < 0x20:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
