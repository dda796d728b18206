package site

import (
	"errors"
	"io"
	"io/fs"

	"github.com/verbosel/verbosel/codegen/spec"
)

// identify reads every file once, for its size and its hash, and to see whether it is what
// its type says.
func (b *builder) identify() error {
	b.steps = newProgress(b.opts.Progress, len(b.files))
	errs := make([]error, len(b.files))
	err := parallel(b.ctx, b.opts.Parallel, len(b.files), func(i int) error {
		errs[i] = b.readIdentity(b.files[i])
		b.steps.step()
		return nil
	})
	if err != nil {
		return err
	}
	for i, f := range b.files {
		if errs[i] != nil {
			b.errs.add("", "%s cannot be read: %s", f.shown, cause(errs[i]))
			continue
		}
		b.setCharset(f)
		f.resource.Variants = []Variant{{Content: f.identity, ETag: f.identity.eTag()}}
		b.store(f.identity, stored{name: f.path, tree: b.tree})
	}
	return nil
}

func (b *builder) readIdentity(f *file) (err error) {
	if b.opts.Edit != nil && isHTML(f.resource.Type) {
		content, err := fs.ReadFile(b.tree, f.path)
		_, _ = f.text.Write(content)
		f.identity = inBytes(b.opts.Edit(content))
		return err
	}
	file, err := b.tree.Open(f.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	var r io.Reader = file
	if b.mayLackCharset(f) {
		r = io.TeeReader(file, &f.text)
	}
	f.identity, err = readContent(r, b.source(f))
	return err
}

// mayLackCharset: the type says UTF-8 because nobody has said otherwise, and the bytes are
// the text and no encoding of it.
func (b *builder) mayLackCharset(f *file) bool {
	return f.guessed && spec.HasCharset(f.resource.Type) && !f.isEncoded()
}

// setCharset takes the charset from the type of text that is not UTF-8: a meta element, a
// byte order mark or the XML declaration says what it is, which a charset of the type
// would override. XML that says so itself needs none.
func (b *builder) setCharset(f *file) {
	if !b.mayLackCharset(f) {
		return
	}
	r := &f.resource
	switch {
	case !f.text.isUTF8():
		r.Type = spec.WithoutCharset(r.Type)
		b.site.NoCharset = append(b.site.NoCharset, f.shown)
	case spec.IsXML(mediaType(r.Type)) && f.text.declares():
		r.Type = spec.WithoutCharset(r.Type)
	}
	f.text = charset{}
}
