package listing

import (
	"fmt"
	"strings"
)

// note makes a text fit for a comment: printable ASCII, on one line. Other bytes are
// written as \xHH. NASM joins a line that ends in a backslash with the next one, even
// behind a semicolon (manual, 3.1), so a backslash at the end is escaped too.
func note(s string) string {
	if cut, ok := strings.CutSuffix(s, `\`); ok {
		return escape(cut) + `\x5C`
	}
	return escape(s)
}

// escape writes all but printable ASCII as \xHH.
func escape(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0 {
		return s
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		if printable(c) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, `\x%02X`, c)
		}
	}
	return b.String()
}

func printable(c byte) bool { return ' ' <= c && c <= '~' }

// quote splits printable text into strings of NASM (manual, 3.4.2). Neither "..." nor
// '...' has escapes, so each takes all but its own quote.
func quote(s string) []token {
	var tokens []token
	for s != "" {
		q := `"`
		if s[0] == '"' {
			q = `'`
		}
		end := strings.Index(s, q)
		if end < 0 {
			end = len(s)
		}
		tokens = append(tokens, token{quoted, q + s[:end] + q})
		s = s[end:]
	}
	return tokens
}

// quoteName is a file's name as a string of NASM with escapes (manual, 3.4.2), or
// plain where it needs none. It fails for control characters, which NASM does not
// take in names.
func quoteName(name string) (string, error) {
	var b strings.Builder
	for _, c := range []byte(name) {
		switch {
		case c < ' ' || c == 0x7f:
			return "", fmt.Errorf("the file name %q has a control character, which nasm's incbin does not take: rename the file", name)
		case c == '`' || c == '\\':
			b.WriteString(`\` + string(c))
		case c > 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	if b.String() == name && !strings.Contains(name, `"`) {
		return `"` + name + `"`, nil
	}
	return "`" + b.String() + "`", nil
}
