package site

import (
	"strings"
	"unicode/utf8"

	"github.com/verbosel/verbosel/codegen/csp"
	"github.com/verbosel/verbosel/codegen/spec"
)

// maxPolicy is how many bytes of a policy are sent without a warning: proxies and clients
// bound a response's head, many of them by 8 KiB.
const maxPolicy = 4 << 10

// inline finds what is inline in each page, and extends its policy by it.
func (b *builder) inline() error {
	if b.dir.CSP == nil {
		return nil
	}
	var pages []*file
	for _, f := range b.files {
		if isHTML(f.resource.Type) {
			pages = append(pages, f)
		}
	}
	b.steps.more(len(pages))
	found, problems := make([]csp.Inline, len(pages)), make([]string, len(pages))
	err := parallel(b.ctx, b.opts.Parallel, len(pages), func(i int) (err error) {
		defer b.steps.step()
		found[i], problems[i], err = b.inlineOf(pages[i])
		return err
	})
	if err != nil {
		return err
	}
	for i, f := range pages {
		if problems[i] != "" {
			b.errs.add("make it a page in UTF-8, exclude it, or write the policy in headers and leave csp out", "csp: auto: %s is %s", f.shown, problems[i])
			continue
		}
		f.inlined = &found[i]
		f.resource.Fields = b.withPolicy(f, f.resource.Fields)
		for _, h := range f.resource.Fields {
			if strings.EqualFold(h.Name, contentPolicy) && len(h.Value) > maxPolicy {
				b.errs.warn("move scripts and styles into files", "csp: auto: the policy of %s has %d bytes: proxies and clients may refuse a head as long", f.shown, len(h.Value))
			}
		}
	}
	return nil
}

func (b *builder) inlineOf(f *file) (in csp.Inline, problem string, err error) {
	switch {
	case f.isEncoded():
		return in, "in a content coding, and browsers hash what they read as text", nil
	case MediaType(f.resource.Type) != "text/html":
		return in, "XHTML, which browsers read by the rules of XML: their text is another one", nil
	}
	content, err := b.wholeContent(f)
	if err != nil {
		return in, "", err
	}
	if !utf8.Valid(content) {
		return in, "not UTF-8, and browsers hash what they read as text", nil
	}
	if in, err = csp.InlineOf(content); err != nil {
		return in, "no page that can be read: " + err.Error(), nil
	}
	return in, "", nil
}

const contentPolicy = "Content-Security-Policy"

// withPolicy is fields of a page in which what is inline in it is allowed. A page without a
// policy of its own has those of the folder.
func (b *builder) withPolicy(f *file, fields []spec.Header) []spec.Header {
	if f.inlined == nil {
		return fields
	}
	extended := func(value string) string { return csp.Edit(value, f.inlined.Allow) }
	out := make([]spec.Header, 0, len(fields)+len(b.dir.CSP))
	own := false
	for _, h := range fields {
		if strings.EqualFold(h.Name, contentPolicy) {
			own = true
			h.Value = extended(h.Value)
		}
		out = append(out, h)
	}
	for _, policy := range b.dir.CSP {
		if !own {
			out = append(out, spec.Header{Name: contentPolicy, Value: extended(policy), Pos: b.dir.Pos})
		}
	}
	return out
}
