package listing

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// How many bytes stand on a line.
const (
	textPerLine = 72
	hexPerLine  = 12
	zeroRun     = 16 // from which on zeros are counted
)

// content writes bytes: text as strings, a line of it on each line of the listing,
// anything else as numbers.
func (n *nasm) content(b []byte, comment string) {
	row := hexRow
	if isText(b) {
		row = textRow
	}
	n.rows(b, comment, row)
}

// rows writes bytes as row has them; the comment is that of the first line.
func (n *nasm) rows(b []byte, comment string, row func([]byte) (int, []token)) {
	for len(b) > 0 {
		size, tokens := row(b)
		op := token{directive, "db"}
		if tokens == nil {
			op = token{directive, "times"}
			tokens = []token{{number, strconv.Itoa(size)}, {directive, " db "}, {number, "0"}}
		}
		n.directive(op.text, comment, tokens...)
		b, comment = b[size:], ""
	}
}

// isText says whether bytes are better read as text: UTF-8, nearly without control
// characters but the usual ones.
func isText(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	odd := 0
	for _, c := range b {
		if (c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7f {
			odd++
		}
	}
	return odd*8 <= len(b)
}

// textRow takes a line of text, or what of it fits.
func textRow(b []byte) (int, []token) {
	size := min(len(b), textPerLine)
	if i := bytes.IndexByte(b[:size], '\n'); i >= 0 {
		size = i + 1
	} else if size < len(b) && (b[size] == '\n' || b[size] == '\r') {
		size = min(len(b), size+len("\r\n")) // do not cut the end of a line off
		if i := bytes.IndexByte(b[:size], '\n'); i >= 0 {
			size = i + 1
		}
	}
	return size, mixed(b[:size])
}

// mixed writes printable bytes as strings and others as numbers.
func mixed(b []byte) []token {
	var tokens []token
	emit := func(t token) {
		if len(tokens) > 0 {
			tokens = append(tokens, token{plain, ", "})
		}
		tokens = append(tokens, t)
	}
	for len(b) > 0 {
		end := bytes.IndexFunc(b, func(r rune) bool { return r > '~' || r < ' ' })
		if end < 0 {
			end = len(b)
		}
		for _, t := range quote(string(b[:end])) {
			emit(t)
		}
		b = b[end:]
		if len(b) > 0 {
			emit(byteValue(b[0]))
			b = b[1:]
		}
	}
	return tokens
}

// byteValue writes the usual control characters in decimal, 13, 10, and others in
// hexadecimal.
func byteValue(c byte) token {
	if c < ' ' {
		return token{number, strconv.Itoa(int(c))}
	}
	return token{number, fmt.Sprintf("0x%02x", c)}
}

// hexRow takes a line of numbers, or a run of zeros, for which there are no tokens.
func hexRow(b []byte) (int, []token) {
	if zeros := len(b) - len(bytes.TrimLeft(b, "\x00")); zeros >= zeroRun {
		return zeros, nil
	}
	size := min(len(b), hexPerLine)
	return size, hexBytes(b[:size])
}

func hexBytes(b []byte) []token {
	var tokens []token
	for i, c := range b {
		if i > 0 {
			tokens = append(tokens, token{plain, ", "})
		}
		tokens = append(tokens, token{number, fmt.Sprintf("0x%02x", c)})
	}
	return tokens
}
