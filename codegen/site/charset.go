package site

import (
	"bytes"
	"unicode/utf8"
)

// charset looks at content, part by part, for what its type must not say of it. The zero
// charset has seen nothing.
type charset struct {
	head    []byte // the beginning, for an XML declaration
	tail    []byte // a character that is not complete
	invalid bool   // it is not UTF-8
}

// Write takes a part. It never fails.
func (c *charset) Write(p []byte) (int, error) {
	n := len(p)
	if room := maxDeclaration - len(c.head); room > 0 {
		c.head = append(c.head, p[:min(room, n)]...)
	}
	if c.invalid {
		return n, nil
	}
	for len(c.tail) > 0 && len(p) > 0 && !utf8.FullRune(c.tail) {
		c.tail, p = append(c.tail, p[0]), p[1:]
	}
	if len(c.tail) > 0 && utf8.FullRune(c.tail) {
		c.invalid = !utf8.Valid(c.tail)
		c.tail = c.tail[:0]
	}
	whole := len(p)
	for back := 1; back < utf8.UTFMax && back <= len(p); back++ {
		if at := len(p) - back; utf8.RuneStart(p[at]) {
			if !utf8.FullRune(p[at:]) {
				whole = at
			}
			break
		}
	}
	c.invalid = c.invalid || !utf8.Valid(p[:whole])
	c.tail = append(c.tail, p[whole:]...)
	return n, nil
}

// verdict is what was found of a text.
type verdict struct {
	Seen     bool // it was looked at
	UTF8     bool // all of it is
	Declares bool // its XML declaration names the encoding
}

func (c *charset) verdict() verdict { return verdict{true, c.isUTF8(), c.declares()} }

// isUTF8 reports whether all that was seen is UTF-8.
func (c *charset) isUTF8() bool { return !c.invalid && len(c.tail) == 0 }

// maxDeclaration is how many bytes an XML declaration can have to be looked at: XML has no
// bound for it, and nobody writes more.
const maxDeclaration = 256

// declares reports whether an XML declaration names the encoding (XML 1.0, 2.8 and 4.3.3).
func (c *charset) declares() bool {
	head := bytes.TrimPrefix(c.head, []byte("\xef\xbb\xbf"))
	decl, _, ok := bytes.Cut(head, []byte("?>"))
	return ok && bytes.HasPrefix(decl, []byte("<?xml")) && bytes.Contains(decl, []byte("encoding"))
}
