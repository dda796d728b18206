package site

import (
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// hashPart is a content hash as build tools write it: eight hex digits or more, with
// both a digit and a letter, so that dates and words are none.
var hashPart = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([0-9a-f]{8,64}|[0-9A-F]{8,64})$`) })

// uuid is a name of a thing, not of its content (RFC 9562).
var uuid = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`) })

// isFingerprinted reports whether a file's name has a hash in hexadecimal: app.3f9a2c1b.js,
// app-3f9a2c1b.min.js, 3f9a2c1b.chunk.css behind a name.
func isFingerprinted(name string) bool {
	base := path.Base(name)
	if uuid().MatchString(base) {
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
	return hashPart().MatchString(s) && strings.ContainsAny(s, "0123456789") && strings.ContainsAny(s, "abcdefABCDEF")
}

// stem is the name of a file without its folder and from the first dot on: what a name that
// is only a hash has before its extension.
func stem(name string) string {
	s, _, _ := strings.Cut(path.Base(name), ".")
	return s
}

// tokenSize is the length of a hash that is not hexadecimal: Rollup, Vite, esbuild and
// Angular write eight characters.
const tokenSize = 8

// hashToken is what stands where those tools put a hash, in Base64url or Base32:
// index-DhTxxoCL.js, chunk-GGQ7LRWG.js, or the whole of the name; empty for nothing.
func hashToken(name string) string {
	base := path.Base(name)
	ext := path.Ext(base)
	if ext == ".map" {
		base = strings.TrimSuffix(base, ext)
		ext = path.Ext(base)
	}
	rest := strings.TrimSuffix(base, ext)
	if ext == "" || len(rest) < tokenSize {
		return ""
	}
	token := rest[len(rest)-tokenSize:]
	before := strings.TrimSuffix(rest, token)
	if !tokenSyntax.MatchString(token) || before != "" && !strings.ContainsAny(before[len(before)-1:], "-.") {
		return ""
	}
	return token
}

var (
	tokenSyntax = lazy.New(`^[A-Za-z0-9_-]+$`)
	word        = lazy.New(`^([A-Z]?[a-z]+|[0-9]+|[a-z]+([A-Z][a-z]+)+|([A-Z][a-z]+)+)[0-9]*$`)
	separated   = lazy.New(`^[A-Za-z]*[0-9]*([-_]([A-Za-z]+|[0-9]+))+$`)
	base32      = lazy.New(`^[A-Z2-7]{8}$`)
	counted     = lazy.New(`^[A-Z]+[0-9]*$`)
	longRun     = lazy.New(`[a-z]{4}`)
)

// hasForm reports whether a token can be a hash: it is no word in lower case, no name and
// no number.
func hasForm(token string) bool {
	return token != "" && !regexp.MustCompile(`^([A-Z]?[a-z]+|[0-9]+|[a-z]+[0-9]+)$`).MatchString(token)
}

// isRandom reports whether a token looks as if nobody had chosen it: letters of both cases
// mixed as no words are, or of Base32 with digits among them.
func isRandom(token string) bool {
	switch {
	case token == "" || word.MatchString(token):
		return false
	case base32.MatchString(token):
		return strings.ContainsAny(token, "234567") && !counted.MatchString(token)
	}
	return strings.ToLower(token) != token && strings.ToUpper(token) != token &&
		!longRun.MatchString(token) && !separated.MatchString(token)
}

// isShouted: Base32 without digits among its letters may be a word, or not.
func isShouted(token string) bool { return base32.MatchString(token) }

// isScriptOrStyle: what build tools put a hash into the name of, if of any.
func isScriptOrStyle(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".js", ".mjs", ".css":
		return true
	}
	return false
}

// patternOf is a name with stars for the part that tells files of its kind apart.
func patternOf(name string) string {
	dir, base := path.Split(name)
	if isFingerprinted(name) {
		return dir + "*.[hash]" + path.Ext(base)
	}
	if token := hashToken(name); token != "" {
		rest, _, _ := strings.Cut(base, token)
		if rest == "" {
			return dir + "[hash]" + path.Ext(base)
		}
		return dir + "*" + rest[len(rest)-1:] + "[hash]" + path.Ext(base)
	}
	return dir + "[hash]" + path.Ext(base)
}
