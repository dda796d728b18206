package spec

import (
	"slices"
	"strings"
)

// fileKeys are the keys of a folder that a route with `file` has as well.
var fileKeys = []string{"cache", "encodings", "last_modified", "min_gain", "precompressed"}

// computedFields are those of fileFields that no route with `file` can set: they follow
// from the file.
var computedFields = []string{"etag", "last-modified", "content-range", "accept-ranges"}

// fileRoute decodes a route whose file GET gets: it is served as the files of a folder are.
func (d *decoder) fileRoute(r *Route, f field, keys []field) {
	r.Content = d.content(f)
	r.File = keptFile()
	r.File.Pos, r.File.Line = d.pos(f.value), d.src.line(f.value.line)
	for _, h := range r.Headers {
		if slices.Contains(computedFields, strings.ToLower(h.Name)) {
			msg, hint := refusedForFiles(h.Name)
			d.errs.Add(d.src.errorAt(h.Pos.Line, h.Pos.Col, msg, hint))
		}
	}
	d.fixedFields(r.Headers)
	var stray []field
	for _, option := range keys {
		if slices.Contains(fileKeys, option.key.text) {
			d.dirKey(r.File, option)
		} else {
			stray = append(stray, option)
		}
	}
	d.strayKeys(stray)
}
