package spec

import (
	"fmt"
	"mime"
	"strconv"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// globs reads a pattern or a list of them.
func (d *decoder) globs(n *node, name string) []Glob {
	items := []*node{n}
	if n.kind == kindList {
		items = n.items
	}
	var list []Glob
	for _, item := range items {
		if text, ok := d.text(item, name); ok {
			list = append(list, d.glob(item, text))
		}
	}
	return list
}

// glob reads a pattern: relative to the folder with a slash in it, a file's name
// anywhere without one, a whole folder with one at its end.
func (d *decoder) glob(n *node, text string) Glob {
	switch {
	case strings.Trim(text, "/") == "":
		d.report(n, "write ** for every file", "the pattern %q names nothing", text)
	case text[0] == '!':
		d.report(n, "include and exclude are keys of their own", "a pattern cannot be negated")
	case strings.Contains(text, "//") || !doublestar.ValidatePattern(text):
		d.report(n, `a backslash makes [ ] { } * ? literal`, "%q is no pattern", text)
	}
	pattern, anchored := strings.CutPrefix(text, "/")
	pattern, folder := strings.CutSuffix(pattern, "/")
	if !anchored && !strings.Contains(pattern, "/") {
		pattern = "**/" + pattern
	}
	if folder {
		pattern += "/**"
	}
	return Glob{Text: text, Pattern: pattern, Pos: d.pos(n), Line: d.src.line(n.line)}
}

// headerRules reads a mapping from patterns to header fields.
func (d *decoder) headerRules(n *node) []HeaderRule {
	var list []HeaderRule
	for _, f := range d.table(n, "headers_for") {
		list = append(list, HeaderRule{Glob: d.glob(f.key, f.key.text), Headers: d.headers(f.value, scopeFiles)})
	}
	return list
}

// cacheRules reads a mapping from patterns to how long files may be kept, or how long
// that is for every file.
func (d *decoder) cacheRules(n *node) []CacheRule {
	if n.kind == kindText || n.kind == kindNumber {
		return []CacheRule{{Glob: d.glob(n, "**"), Value: d.cacheControl(n)}}
	}
	var list []CacheRule
	for _, f := range d.table(n, "cache") {
		list = append(list, CacheRule{Glob: d.glob(f.key, f.key.text), Value: d.cacheControl(f.value)})
	}
	return list
}

// Values of Cache-Control (RFC 9111 5.2.2, RFC 8246).
const (
	CacheImmutable  = "public, max-age=31536000, immutable"
	CacheRevalidate = "no-cache"
)

// maxAge is what every cache can hold (RFC 9111 1.2.2), in seconds.
const maxAge = 1<<31 - 1

// agePattern is the syntax of a duration in `cache`: seconds, or with a unit.
const agePattern = `^[0-9]{1,10}(s|m|h|d|w)$`

var ageSyntax = lazy.New(agePattern)

// ageUnits in seconds.
var ageUnits = map[byte]int64{'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 7 * 86400}

func (d *decoder) cacheControl(n *node) string {
	const hint = "write immutable, revalidate, none, seconds, or a duration such as 10m, 1h or 7d"
	if n.kind != kindNumber && n.kind != kindText {
		d.wrongKind(n, "cache", "a text or a number", hint)
		return ""
	}
	switch n.text {
	case "immutable":
		return CacheImmutable
	case "revalidate":
		return CacheRevalidate
	case "none":
		return ""
	}
	seconds, ok := parseAge(n.text)
	if !ok {
		d.report(n, hint, "cache: %q says not for how long", n.text)
	}
	return fmt.Sprintf("public, max-age=%d", seconds)
}

// parseAge reads "600", "10m" or "7d" as seconds.
func parseAge(text string) (int64, bool) {
	unit := int64(1)
	if ageSyntax.MatchString(text) {
		unit = ageUnits[text[len(text)-1]]
		text = text[:len(text)-1]
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n * unit, err == nil && n >= 0 && n <= maxAge/unit && text[0] != '+'
}

// typeKeyPattern is the syntax of a key of `types`: an extension, or a file's name.
const typeKeyPattern = `^[^/\\*]+$`

var typeKeySyntax = lazy.New(typeKeyPattern)

// types reads a mapping from extensions and names to media types.
func (d *decoder) types(n *node) []TypeRule {
	var list []TypeRule
	seen := map[string]bool{}
	for _, f := range d.table(n, "types") {
		key := strings.ToLower(f.key.text)
		if !typeKeySyntax.MatchString(key) || strings.Trim(key, ".") == "" {
			d.report(f.key, "write an extension such as .txt, or a name such as LICENSE", "types: %q is no extension and no file's name", f.key.text)
			continue
		}
		if seen[key] {
			d.report(f.key, "case does not matter: remove one of the two", "types: %s is there already", key)
		}
		seen[key] = true
		list = append(list, TypeRule{Key: key, Type: d.mediaType(f.value), Pos: d.pos(f.key), Line: d.src.line(f.key.line)})
	}
	return list
}

// mediaType reads the value of a Content-Type (RFC 9110 8.3.1), which is sent as
// written.
func (d *decoder) mediaType(n *node) string {
	text, ok := d.text(n, "types")
	if !ok {
		return ""
	}
	media, _, err := mime.ParseMediaType(text)
	if bad, _ := badValue(text); bad != "" || err != nil || !strings.Contains(media, "/") {
		d.report(n, "write one such as text/plain; charset=utf-8", "types: %q is no media type", text)
	}
	return text
}

// lastModified reads git, mtime or a date.
func (d *decoder) lastModified(n *node) LastModified {
	text, ok := d.text(n, "last_modified")
	if !ok {
		return LastModified{}
	}
	switch text {
	case string(ModifiedGit), string(ModifiedMtime):
		return LastModified{From: LastModifiedFrom(text)}
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		t, err := time.Parse(layout, text)
		if err == nil {
			return LastModified{From: ModifiedDate, Time: t.UTC().Truncate(time.Second)}
		}
	}
	d.report(n, `write git, mtime, or a date such as 2026-01-01 or 2026-01-01T12:00:00Z`, "last_modified: %q is no date", text)
	return LastModified{}
}

// gainPattern is the syntax of `min_gain`.
const gainPattern = `^[0-9]{1,2}(\.[0-9])?%$`

var gainSyntax = lazy.New(gainPattern)

// minGain reads a percentage as per mille.
func (d *decoder) minGain(n *node) int {
	text, ok := d.text(n, "min_gain")
	if !ok {
		return 0
	}
	if !gainSyntax.MatchString(text) {
		d.report(n, "write a percentage from 0% to 99.9%, such as 5%", "min_gain: %q is no percentage", text)
		return 0
	}
	whole, tenth, _ := strings.Cut(strings.TrimSuffix(text, "%"), ".")
	gain, _ := strconv.Atoi(whole + "0")
	if tenth != "" {
		gain += int(tenth[0] - '0')
	}
	return gain
}
