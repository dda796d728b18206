package spec

import (
	"fmt"
	"strings"
)

const upperHex = "0123456789ABCDEF"

// pathError is a mistake in a path with its remedy.
type pathError struct{ msg, hint string }

// normalizePath brings a path into the form in which requests are compared: %XX of
// every pchar decoded (RFC 3986 6.2.2.2), the hex of the others in upper case (6.2.2.1),
// and what a path cannot hold as it is, spaces and UTF-8 among it, percent-encoded.
// That %27 is the same as ' is for the server to say (2.2), and clients differ in what
// they escape; %2F stays another character than the slash between segments.
func normalizePath(raw string) (string, *pathError) {
	if bad := checkRawPath(raw); bad != nil {
		return "", bad
	}
	var b strings.Builder
	b.Grow(len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '%' {
			appendPathByte(&b, c)
			continue
		}
		v, ok := unhex(raw[i+1:])
		if !ok {
			return "", &pathError{fmt.Sprintf("bad escape %q in the path", raw[i:min(len(raw), i+3)]), "write %25 for a percent sign"}
		}
		i += 2
		if isPchar(v) {
			b.WriteByte(v)
		} else {
			writeEscape(&b, v)
		}
	}
	return b.String(), checkSegments(b.String())
}

// PathOf returns the path in that form whose decoded bytes are name, a slash-separated
// name of a file, behind prefix, a path in that form.
func PathOf(prefix, name string) string {
	var b strings.Builder
	b.Grow(len(prefix) + len(name))
	b.WriteString(prefix)
	for i := 0; i < len(name); i++ {
		appendPathByte(&b, name[i])
	}
	return b.String()
}

func checkRawPath(raw string) *pathError {
	switch {
	case raw == "":
		return &pathError{"the path is empty", "write / for the root"}
	case raw[0] != '/':
		return &pathError{fmt.Sprintf("the path %q does not begin with /", raw), "write " + slashed(raw)}
	}
	for _, r := range raw {
		switch {
		case r == '?':
			return &pathError{"a query in the path", "write the path alone: it answers with every query; %3F is a literal question mark"}
		case r == '#':
			return &pathError{"a fragment in the path", "remove it, clients do not send it; %23 is a literal number sign"}
		case r == '{' || r == '}':
			return &pathError{"a brace in the path: there are no parameters", "write %7B and %7D for literal braces"}
		case r < 0x20 || r == 0x7f:
			return &pathError{fmt.Sprintf("control character U+%04X in the path", r), "remove it"}
		}
	}
	return nil
}

// slashed is the path that was probably meant.
func slashed(raw string) string {
	for _, prefix := range []string{"http://", "https://"} {
		if rest, ok := strings.CutPrefix(raw, prefix); ok {
			_, raw, _ = strings.Cut(rest, "/")
		}
	}
	return "/" + raw
}

// checkSegments refuses dot segments: clients resolve them before they send
// (RFC 3986 5.2.4), so that such a route would never be asked for.
func checkSegments(path string) *pathError {
	for seg := range strings.SplitSeq(path, "/") {
		if seg == "." || seg == ".." {
			return &pathError{fmt.Sprintf("the segment %q in the path", seg), "write the path without it: clients resolve it before they send, the route would never match"}
		}
	}
	return nil
}

// appendPathByte writes a byte of a path, encoded unless it is a pchar or a slash
// (RFC 3986 3.3).
func appendPathByte(b *strings.Builder, c byte) {
	if c == '/' || isPchar(c) {
		b.WriteByte(c)
		return
	}
	writeEscape(b, c)
}

func writeEscape(b *strings.Builder, c byte) {
	b.WriteByte('%')
	b.WriteByte(upperHex[c>>4])
	b.WriteByte(upperHex[c&15])
}

// isPchar: a character of a segment that needs no escape: unreserved, sub-delims, ":"
// and "@" (RFC 3986 3.3).
func isPchar(c byte) bool {
	return isUnreserved(c) || strings.IndexByte("!$&'()*+,;=:@", c) >= 0
}

// isUnreserved: ALPHA DIGIT - . _ ~ (RFC 3986 2.3).
func isUnreserved(c byte) bool {
	return isAlnum(c) || c == '-' || c == '.' || c == '_' || c == '~'
}

// unhex reads two hex digits.
func unhex(s string) (byte, bool) {
	if len(s) < 2 {
		return 0, false
	}
	hi, lo := hexValue(s[0]), hexValue(s[1])
	return hi<<4 | lo, hi < 16 && lo < 16
}

func hexValue(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
