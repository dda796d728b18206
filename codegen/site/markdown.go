package site

import (
	"strings"

	"github.com/verbosel/verbosel/codegen/spec"
)

// markdownOf is a page's other form where the folder has such forms, with its own fields and those
// of the page's path.
func (b *builder) markdownOf(page *file, fields []spec.Header) *Resource {
	f := b.markdownFile(page)
	if f == nil {
		return nil
	}
	r := f.resource
	b.addFields(&r, f, fields)
	return &r
}

// markdownFile is the file in Markdown that stands beside a page under the same name, or nil.
func (b *builder) markdownFile(page *file) *file {
	if !b.dir.Markdown || !isHTML(page.resource.Type) {
		return nil
	}
	for _, suffix := range []string{".html", ".htm"} {
		if stem, ok := strings.CutSuffix(page.name, suffix); ok {
			return b.file(stem + ".md")
		}
	}
	return nil
}

// checkMarkdown finds files beside pages that are no Markdown, and tells of a folder that is to
// have pages as Markdown, and has none.
func (b *builder) checkMarkdown() error {
	if !b.dir.Markdown {
		return nil
	}
	pairs := 0
	for _, page := range b.files {
		f := b.markdownFile(page)
		if f == nil {
			continue
		}
		pairs++
		if MediaType(f.resource.Type) != "text/markdown" {
			b.errs.add("remove what says so of "+f.shown, "%s is to be what requests for Markdown get instead of %s, and its type is %s", f.shown, page.shown, f.resource.Type)
		}
	}
	if pairs == 0 {
		b.errs.warn("put page.md beside page.html, or remove markdown", "no page has a file of its name in Markdown beside it")
	}
	return nil
}
