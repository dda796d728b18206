package site

import (
	"io"
	"strings"

	"github.com/verbosel/verbosel/codegen/spec"
)

// Bounds of the search for references, in bytes.
const (
	maxReferring = 4 << 20  // of a file that is searched
	maxSearched  = 64 << 20 // of all
)

// findReferences notes which names stand in pages, scripts, styles and JSON of the site.
// Their own files do not count. It stops when all are found, or it has read enough.
func (b *builder) findReferences(wanted map[string]bool) {
	left, budget := len(wanted), int64(maxSearched)
	for _, f := range b.files {
		size := f.info.Size()
		if left == 0 || budget < size {
			return
		}
		if !refers(f.name) || size > maxReferring {
			continue
		}
		budget -= size
		for name := range b.namesIn(f, wanted) {
			if !wanted[name] && !strings.HasSuffix("/"+f.name, "/"+name) {
				wanted[name] = true
				left--
			}
		}
	}
}

// refers reports whether a file is of a kind that names other files.
func refers(name string) bool {
	typ := MediaType(spec.TypeByName(name))
	return isHTML(typ) || typ == "text/javascript" || typ == "text/css" || typ == "application/json" || typ == "application/manifest+json"
}

// namesIn are those of the names that stand in a file: runs of the characters that names
// with a hash have. What cannot be read is reported when it is to be served.
func (b *builder) namesIn(f *file, names map[string]bool) map[string]bool {
	file, err := b.tree.Open(f.path)
	if err != nil {
		return nil
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxReferring))
	if err != nil {
		return nil
	}
	found := map[string]bool{}
	for start := 0; start < len(text); {
		end := start
		for end < len(text) && isNameByte(text[end]) {
			end++
		}
		if _, ok := names[string(text[start:end])]; ok {
			found[string(text[start:end])] = true
		}
		start = end + 1
	}
	return found
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.' || c == '~' || c == '@' || c == '+'
}
