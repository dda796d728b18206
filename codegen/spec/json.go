package spec

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// jsonWriter writes a YAML value as JSON, with slots.
type jsonWriter struct {
	*decoder
	b     []byte
	slots []Slot
}

// json renders any YAML value as compact JSON (RFC 8259): keys keep the order of
// the file, numbers their text. What JSON does not have is reported: .nan, .inf,
// hexadecimal and octal numbers, keys that are no text. YAML timestamps are texts.
func (w *jsonWriter) json(n *node) {
	if n.kind == kindNull && n.text == "" {
		w.report(n, "write null if that is meant", "json has no value")
		return
	}
	if n.kind == kindText && looksLikeJSON(n.text) {
		w.warn(n, "remove the quotes: JSON is YAML", "json is a text here, which is sent in quotes of its own")
	}
	w.value(n)
}

// looksLikeJSON reports whether a text is an object or an array: `json: '{"a":1}'` is
// hardly meant as the text that it is.
func looksLikeJSON(text string) bool {
	first := strings.TrimSpace(text)
	return first != "" && strings.Contains("{[", first[:1]) && json.Valid([]byte(text))
}

func (w *jsonWriter) value(n *node) {
	switch n.kind {
	case kindNull:
		w.b = append(w.b, "null"...)
	case kindBool:
		w.b = append(w.b, jsonBool(n.text)...)
	case kindNumber:
		w.checkNumber(n)
		w.b = append(w.b, n.text...)
	case kindList:
		w.list(n)
	case kindTable:
		w.table(n)
	default:
		w.text(n)
	}
}

// text writes a text. A slot alone, without quotes in the spec, stands outside a string.
func (w *jsonWriter) text(n *node) {
	if n.plain && strings.HasPrefix(n.text, "${") && strings.IndexByte(n.text, '}') == len(n.text)-1 {
		_, slots := w.decoder.slots(n, n.text, "json", SlotJSON)
		w.place(slots)
		return
	}
	text, slots := w.decoder.slots(n, n.text, "json", SlotString)
	w.b = append(w.b, '"')
	from := 0
	for _, s := range slots {
		w.b = appendEscaped(w.b, text[from:s.At])
		from = s.At
		w.place([]Slot{s})
	}
	w.b = append(appendEscaped(w.b, text[from:]), '"')
}

// place notes slots that stand at the end of what is written.
func (w *jsonWriter) place(slots []Slot) {
	for _, s := range slots {
		s.At = len(w.b)
		w.slots = append(w.slots, s)
	}
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

func (w *jsonWriter) list(n *node) {
	w.b = append(w.b, '[')
	for i, item := range n.items {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.value(item)
	}
	w.b = append(w.b, ']')
}

func (w *jsonWriter) table(n *node) {
	w.b = append(w.b, '{')
	for i, f := range n.fields {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		if f.key.kind != kindText {
			w.report(f.key, fmt.Sprintf(`write "%s"`, f.key.text), "a key of a JSON object must be a text, YAML reads this as %s", f.key.kind)
		}
		w.b = append(appendString(w.b, w.noSlots(f.key, f.key.text, "a key of json", "slots are for values: write the name of the key")), ':')
		w.value(f.value)
	}
	w.b = append(w.b, '}')
}

// appendString writes a JSON string: only what RFC 8259 section 7 requires is
// escaped, so that text stays readable.
func appendString(b []byte, s string) []byte {
	return append(appendEscaped(append(b, '"'), s), '"')
}

// appendEscaped writes what stands between the quotes of a JSON string.
func appendEscaped(b []byte, s string) []byte {
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
	return b
}
