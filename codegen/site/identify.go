package site

import (
	"io/fs"
)

// identify reads every file once, for its size and its hash.
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
		f.resource.Variants = []Variant{{Content: f.identity, ETag: f.identity.eTag()}}
		b.store(f.identity, stored{name: f.path})
	}
	return nil
}

func (b *builder) readIdentity(f *file) (err error) {
	if b.opts.Edit != nil && isHTML(f.resource.Type) {
		content, err := fs.ReadFile(b.fsys, f.path)
		f.identity = inBytes(b.opts.Edit(content))
		return err
	}
	f.identity, err = readFile(b.fsys, f.path)
	return err
}
