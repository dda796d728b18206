package emitted

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// Golden text, the convention of requests, responses and files ending in .esc:
//
//	A line of the text is a line on the wire: its end stands for CRLF.
//	A line that ends in a backslash has no CRLF: the text goes on in the next one.
//	\r \n \t \\ \xHH are bytes; \{N*TEXT} is TEXT N times.
//
// Bytes that are no printable ASCII are always written as escapes.

// Unescape turns golden text into bytes.
func Unescape(text []byte) ([]byte, error) {
	var out bytes.Buffer
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if err := unescapeLine(&out, line); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if len(text) == 0 {
		return nil, nil
	}
	return out.Bytes(), nil
}

func unescapeLine(out *bytes.Buffer, line string) error {
	for line != "" {
		if line[0] != '\\' {
			out.WriteByte(line[0])
			line = line[1:]
			continue
		}
		if line == `\` {
			return nil
		}
		b, rest, err := unescapeOne(line)
		if err != nil {
			return err
		}
		out.Write(b)
		line = rest
	}
	out.WriteString("\r\n")
	return nil
}

// unescapeOne reads the escape at the start of text.
func unescapeOne(text string) (b []byte, rest string, err error) {
	switch text[1] {
	case 'r':
		return []byte{'\r'}, text[2:], nil
	case 'n':
		return []byte{'\n'}, text[2:], nil
	case 't':
		return []byte{'\t'}, text[2:], nil
	case '\\':
		return []byte{'\\'}, text[2:], nil
	case 'x':
		v, err := strconv.ParseUint(text[2:min(4, len(text))], 16, 8)
		if err != nil || len(text) < 4 {
			return nil, "", fmt.Errorf("bad escape in %q", text)
		}
		return []byte{byte(v)}, text[4:], nil
	case '{':
		return unescapeRepeat(text)
	}
	return nil, "", fmt.Errorf("unknown escape in %q", text)
}

func unescapeRepeat(text string) (b []byte, rest string, err error) {
	inner, rest, closed := strings.Cut(text[2:], "}")
	count, unit, ok := strings.Cut(inner, "*")
	n, err := strconv.Atoi(count)
	if !closed || !ok || err != nil || unit == "" {
		return nil, "", fmt.Errorf(`no \{N*TEXT} in %q`, text)
	}
	return bytes.Repeat([]byte(unit), n), rest, nil
}

// longRun is from how many equal bytes on Escape counts them instead.
const longRun = 40

// Escape is the inverse of Unescape.
func Escape(b []byte) []byte {
	var out bytes.Buffer
	fresh := true // at the start of a line of the golden text
	for len(b) > 0 {
		n := 1
		switch {
		case bytes.HasPrefix(b, []byte("\r\n")):
			out.WriteByte('\n')
			n = 2
		case b[0] == '\n':
			out.WriteString("\\n\\\n")
		case run(b) >= longRun && isPlain(b[0]):
			n = run(b)
			fmt.Fprintf(&out, `\{%d*%c}`, n, b[0])
		case fresh && isMarker(b):
			fmt.Fprintf(&out, `\x%02x`, b[0])
		default:
			escapeByte(&out, b[0])
		}
		fresh = b[n-1] == '\n'
		b = b[n:]
	}
	if !fresh {
		out.WriteString("\\\n")
	}
	return out.Bytes()
}

// run is how many bytes at the start of b are equal.
func run(b []byte) int {
	n := 1
	for n < len(b) && b[n] == b[0] {
		n++
	}
	return n
}

func isPlain(c byte) bool { return c >= ' ' && c < 0x7f && c != '\\' && c != '}' }

// isMarker: the line would be read as something else in a golden file.
func isMarker(line []byte) bool {
	for _, m := range append([]string{"-- ", "# "}, markers...) {
		if bytes.HasPrefix(line, []byte(m)) {
			return true
		}
	}
	return false
}

func escapeByte(out *bytes.Buffer, c byte) {
	switch {
	case c == '\\':
		out.WriteString(`\\`)
	case c == '\r':
		out.WriteString(`\r`)
	case c == '\t':
		out.WriteString(`\t`)
	case c < ' ' || c >= 0x7f:
		fmt.Fprintf(out, `\x%02x`, c)
	default:
		out.WriteByte(c)
	}
}
