package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// nearTexts stand right in front of the class table, within reach of a one-byte
// distance from r15: their addresses take four bytes of code instead of seven.
func (c *code) nearTexts() []Datum {
	out := []Datum{
		near("stock_end", string(c.plan.StockFields), "how every stock response ends"),
		near("response_100", response100, "it starts as every stock response does"),
		nearSized("chunked_text", "chunked"),
		nearSized("continue_text", "100-continue"),
	}
	if c.plan.Server.KeepAlive {
		out = append(out, nearSized("close_text", "close"), nearSized("keep_alive_text", "keep-alive"))
	}
	if c.requiresHTTPS() {
		out = append(out, nearSized("http_text", "http"), nearSized("https_text", "https"))
	}
	if c.protects() {
		out = append(out, near("basic_text", "basic ", "the scheme of RFC 7617, and a space"))
	}
	if c.fills() {
		out = append(out, near("hex_digits", "0123456789ABCDEF", "of escapes"))
	}
	for _, f := range c.knownFields()[1:] { // Host is compared as a word
		out = append(out, near("name_"+f.label, f.name, ""))
	}
	return out
}

func near(label, text, note string) Datum {
	return Datum{Label: label, Note: note, Fields: []Field{Bytes{B: []byte(text)}}}
}

// nearSized is text behind its length, for is_value.
func nearSized(label, text string) Datum {
	return Datum{Label: label, Fields: []Field{Word{Size: 1, Value: uint64(len(text))}, Bytes{B: []byte(text)}}}
}

// leaNear puts the address of a near text into a register.
func (c *code) leaNear(dst Reg, label, note string) {
	if note != "" {
		note = ": " + note
	}
	c.i2(LEA, dst, M(0, R15, -c.nearDistance(label)), label+note)
}

// nearDistance is how far in front of r15 a near text stands, in bytes.
func (c *code) nearDistance(label string) int32 {
	distance := int32(0)
	found := false
	for _, d := range c.nearTexts() {
		found = found || d.Label == label
		if found {
			distance += datumSize(d)
		}
	}
	if !found {
		panic("BUG: no near text " + label)
	}
	return distance
}

// datumSize is the size in bytes of a datum of bytes and words.
func datumSize(d Datum) int32 {
	size := 0
	for _, f := range d.Fields {
		switch f := f.(type) {
		case Bytes:
			size += len(f.B)
		case Word:
			size += f.Size
		}
	}
	return int32(size)
}
