package site

import (
	"path"
	"regexp"
	"strings"
)

// hashPart is a content hash as build tools write it: eight hex digits or more, with
// both a digit and a letter, so that dates and words are none.
var hashPart = regexp.MustCompile(`^([0-9a-f]{8,64}|[0-9A-F]{8,64})$`)

// uuid is a name of a thing, not of its content (RFC 9562).
var uuid = regexp.MustCompile(`(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// isFingerprinted reports whether a file's name changes with its content:
// app.3f9a2c1b.js, app-3f9a2c1b.min.js, 3f9a2c1b.chunk.css behind a name. The doubtful
// is no: a file that is taken for immutable cannot be taken back for a year. Hashes
// in other alphabets (Base32, Base64) cannot be told from words.
func isFingerprinted(name string) bool {
	base := path.Base(name)
	if uuid.MatchString(base) {
		return false
	}
	parts := strings.FieldsFunc(base, func(r rune) bool { return r == '.' || r == '-' || r == '_' })
	for i := 1; i < len(parts)-1; i++ {
		if isHash(parts[i]) {
			return true
		}
	}
	return false
}

func isHash(s string) bool {
	return hashPart.MatchString(s) && strings.ContainsAny(s, "0123456789") && strings.ContainsAny(s, "abcdefABCDEF")
}
