package site

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"

	"github.com/verbosel/verbosel/codegen/spec"
)

// identify finds every file's size and hash, and whether it is what its type says: what
// was remembered, or it reads the file once.
func (b *builder) identify() error {
	b.steps = newProgress(b.opts.Progress, len(b.files))
	key := b.hashesKey()
	before := b.recall(key)
	errs := make([]error, len(b.files))
	err := parallel(b.ctx, b.opts.Parallel, len(b.files), func(i int) error {
		if f := b.files[i]; f.made != nil {
			f.identity = inBytes(b.edited(f, f.made))
			f.text = verdict{Seen: true, UTF8: true}
		} else if !b.takeKnown(f, before) {
			errs[i] = b.readIdentity(f, key != "")
		}
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
		b.setTypeByContent(f)
		f.resource.Variants = []Variant{{Content: f.identity, ETag: f.identity.eTag()}}
		s := stored{name: f.path, tree: b.tree, recalled: f.recalled}
		if b.isEdited(f) {
			s.edit = b.opts.Edit
		}
		b.store(f.identity, s)
	}
	b.remember(key, before)
	return nil
}

// takeKnown takes what is remembered of a file. It is of no use for one with an encoding
// beside it, which is decoded to be compared.
func (b *builder) takeKnown(f *file, before map[string]known) bool {
	k, ok := before[f.path]
	if !ok || !b.believes() || k.State != b.stateOf(f, f.info) || b.looksAt(f) && !k.Text.Seen || b.hasReady(f) {
		return false
	}
	f.identity, f.text, f.known, f.recalled = Content{Size: k.Length, Sum: [sha256.Size]byte(k.Sum)}, k.Text, &k, true
	f.identity.File = b.contentName(f)
	return true
}

// isEdited: what is served of the file is what Options.Edit makes of it.
func (b *builder) isEdited(f *file) bool { return b.opts.Edit != nil && isHTML(f.resource.Type) }

// edited is content of a file, edited if that is to be.
func (b *builder) edited(f *file, content []byte) []byte {
	if b.isEdited(f) {
		return b.opts.Edit.apply(content)
	}
	return content
}

// hasReady: an encoding that lies beside the file is to be checked.
func (b *builder) hasReady(f *file) bool {
	return !b.opts.Identity && slices.ContainsFunc(b.dir.Encodings, func(coding string) bool { return b.ready[f.name+extensions[coding]] != nil })
}

// contentName is what content that is not held is called. What was edited is called by its
// hash: other routes may serve the file as it is.
func (b *builder) contentName(f *file) string {
	if b.isEdited(f) {
		return storedPrefix + "edited-" + hex.EncodeToString(f.identity.Sum[:])
	}
	return b.source(f)
}

// readIdentity reads a file. What is learnt is kept if the file can no more change without
// another time, as far as it had at the beginning.
func (b *builder) readIdentity(f *file, keep bool) (err error) {
	file, err := b.tree.Open(f.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	var seen state
	if keep {
		info, err := file.Stat()
		if err != nil {
			return err
		}
		seen = b.stateOf(f, info)
		keep = seen.settled(b.opts.Hashes.now())
	}
	if err := b.readOpen(f, file); err != nil {
		return err
	}
	if keep && f.identity.File != "" {
		f.known = &known{Name: f.path, State: seen, Length: f.identity.Size, Sum: f.identity.Sum[:], Text: f.text}
	}
	return nil
}

// readOpen reads a file that is open.
func (b *builder) readOpen(f *file, r io.Reader) (err error) {
	var text charset
	looks := b.looksAt(f)
	if b.isEdited(f) {
		content, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		_, _ = text.Write(content)
		f.identity = inBytes(b.opts.Edit.apply(content))
		if f.identity.Size > inMemory {
			f.identity.Bytes, f.identity.File = nil, b.contentName(f)
		}
	} else {
		if looks {
			r = io.TeeReader(r, &text)
		}
		if f.identity, err = readContent(r, b.source(f)); err != nil {
			return err
		}
	}
	if looks {
		f.text = text.verdict()
	}
	return nil
}

// looksAt: what the type should say depends on the content, because nobody has said it, and the
// bytes are the text and no encoding of it.
func (b *builder) looksAt(f *file) bool {
	return f.guessed && (spec.HasCharset(f.resource.Type) || f.resource.Type == transportStream) && !f.isEncoded()
}

// transportStream is what x.ts and x.mts are by their names. Programs in TypeScript have these
// names too; no stream is UTF-8, whose tables and rests are filled with bytes of 0xff.
const (
	transportStream = "video/mp2t"
	typeScript      = "text/plain; charset=utf-8" // no type is registered
)

// setTypeByContent takes the charset from the type of text that is not UTF-8: a meta element, a
// byte order mark or the XML declaration says what it is, which a charset of the type
// would override. XML that says so itself needs none.
func (b *builder) setTypeByContent(f *file) {
	if !b.looksAt(f) {
		return
	}
	r := &f.resource
	switch {
	case r.Type == transportStream:
		if f.text.UTF8 {
			r.Type = typeScript
		}
	case !f.text.UTF8:
		r.Type = spec.WithoutCharset(r.Type)
		b.site.NoCharset = append(b.site.NoCharset, f.shown)
	case spec.IsXML(MediaType(r.Type)) && f.text.Declares:
		r.Type = spec.WithoutCharset(r.Type)
	}
}
