package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/pattern"
)

const upperHex = "0123456789ABCDEF"

// pathError is a mistake in a path with its remedy.
type pathError = pattern.Error

// parsePath reads a route's path, whose literal segments are normalized.
func parsePath(raw string) (pattern.Pattern, *pathError) {
	p, bad := pattern.Parse(raw)
	if bad != nil {
		return p, bad
	}
	if last := len(p.Segments) - 1; !p.IsLiteral() && slices.Contains(p.Segments[:last], pattern.Segment{}) {
		return p, &pathError{Msg: "an empty segment in front of others, beside a parameter", Hint: "write one slash in place of two: where there are parameters, no request is matched with an empty segment"}
	}
	return p.Literals(func(text string) (string, *pathError) {
		path, bad := normalizePath("/" + text)
		return strings.TrimPrefix(path, "/"), bad
	})
}

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
			return "", &pathError{Msg: fmt.Sprintf("bad escape %q in the path", raw[i:min(len(raw), i+3)]), Hint: "write %25 for a percent sign"}
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

// NormalPath brings a path that begins with a slash into the form of Route.Path; msg is ""
// for one that requests can have.
func NormalPath(raw string) (path, msg, hint string) {
	path, bad := normalizePath(raw)
	if bad != nil {
		return "", bad.Msg, bad.Hint
	}
	return path, "", ""
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
	for _, r := range raw {
		switch {
		case r == '?':
			return &pathError{Msg: "a query in the path", Hint: "write the path alone: it answers with every query; %3F is a literal question mark"}
		case r == '#':
			return &pathError{Msg: "a fragment in the path", Hint: "remove it, clients do not send it; %23 is a literal number sign"}
		case r < 0x20 || r == 0x7f:
			return &pathError{Msg: fmt.Sprintf("control character U+%04X in the path", r), Hint: "remove it"}
		}
	}
	return nil
}

// checkSegments refuses dot segments: clients resolve them before they send
// (RFC 3986 5.2.4), so that such a route would never be asked for.
func checkSegments(path string) *pathError {
	for seg := range strings.SplitSeq(path, "/") {
		if seg == "." || seg == ".." {
			return &pathError{Msg: fmt.Sprintf("the segment %q in the path", seg), Hint: "write the path without it: clients resolve it before they send, the route would never match"}
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
