package emit

import (
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// NearTexts stand right in front of the class table, within reach of a one-byte
// distance from r15: their addresses take four bytes of code instead of seven.
func (c *Code) NearTexts() []Datum {
	out := []Datum{
		Near("stock_end", string(c.Plan.StockFields), "how every stock response ends"),
		Near("response_100", layout.Response100, "it starts as every stock response does"),
		NearSized("chunked_text", "chunked"),
		NearSized("continue_text", "100-continue"),
	}
	if c.Plan.Server.KeepAlive {
		out = append(out, NearSized("close_text", "close"), NearSized("keep_alive_text", "keep-alive"))
	}
	if c.RequiresHTTPS() {
		out = append(out, NearSized("http_text", "http"), NearSized("https_text", "https"))
	}
	if c.Protects() {
		out = append(out, Near("basic_text", "basic ", "the scheme of RFC 7617, and a space"))
	}
	if c.Fills() {
		out = append(out, Near("hex_digits", "0123456789ABCDEF", "of escapes"))
	}
	for _, f := range c.KnownFields()[1:] { // Host is compared as a word
		out = append(out, Near("name_"+f.Label, f.Name, ""))
	}
	return out
}

func Near(label, text, note string) Datum {
	return Datum{Label: label, Note: note, Fields: []Field{Bytes{B: []byte(text)}}}
}

// NearSized is text behind its length, for is_value.
func NearSized(label, text string) Datum {
	return Datum{Label: label, Fields: []Field{Word{Size: 1, Value: uint64(len(text))}, Bytes{B: []byte(text)}}}
}

// LeaNear puts the address of a near text into a register.
func (c *Code) LeaNear(dst Reg, label, note string) {
	if note != "" {
		note = ": " + note
	}
	c.I2(LEA, dst, M(0, R15, -c.NearDistance(label)), label+note)
}

// NearDistance is how far in front of r15 a near text stands, in bytes.
func (c *Code) NearDistance(label string) int32 {
	distance := int32(0)
	found := false
	for _, d := range c.NearTexts() {
		found = found || d.Label == label
		if found {
			distance += DatumSize(d)
		}
	}
	if !found {
		panic("BUG: no near text " + label)
	}
	return distance
}

// DatumSize is the size in bytes of a datum of bytes and words.
func DatumSize(d Datum) int32 {
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
