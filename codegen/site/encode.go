package site

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// work is an encoding to be made, for every file of one content.
type work struct {
	file    *file // one of them
	coding  string
	content Content
}

// workKey tells works apart.
type workKey struct {
	sum    [sha256.Size]byte
	coding string
}

// encode adds the encodings of every file that are worth it.
func (b *builder) encode() error {
	if b.opts.Identity {
		return nil
	}
	works, list := map[workKey]*work{}, []*work{}
	for _, f := range b.files {
		for _, coding := range b.codingsFor(f) {
			key := workKey{f.identity.Sum, coding}
			if works[key] == nil {
				works[key] = &work{file: f, coding: coding}
				list = append(list, works[key])
			}
		}
	}
	// What takes longest comes first, so that no worker is left alone with it at the end.
	slices.SortStableFunc(list, func(x, y *work) int { return cmp.Compare(y.file.identity.Size, x.file.identity.Size) })
	b.steps.more(len(list))
	tools := newEncoders(b.ctx)
	defer tools.rest()
	err := parallel(b.ctx, b.opts.Parallel, len(list), func(i int) error {
		defer b.steps.step()
		return b.run(list[i], tools)
	})
	if err != nil {
		return err
	}
	for _, f := range b.files {
		b.addVariants(f, works)
	}
	return nil
}

// codingsFor lists the codings to be made of a file.
func (b *builder) codingsFor(f *file) []string {
	if !isCompressible(f.resource.Type) || f.identity.Size > maxEncoded || f.identity.Size == 0 || f.isEncoded() {
		return nil
	}
	var list []string
	for _, coding := range b.dir.Encodings {
		if b.ready[f.name+extensions[coding]] == nil {
			list = append(list, coding)
		}
	}
	return list
}

// isEncoded: the spec says that the file is in a content coding as it is.
func (f *file) isEncoded() bool { return find(f.resource.Fields, contentEncoding) >= 0 }

// addVariants gives a file its encodings: ready-made ones, and those that were made.
func (b *builder) addVariants(f *file, works map[workKey]*work) {
	made := b.codingsFor(f)
	for _, coding := range b.dir.Encodings {
		var c Content
		if r := b.ready[f.name+extensions[coding]]; r != nil {
			c = b.readyContent(f, r, coding)
		} else if slices.Contains(made, coding) {
			c = works[workKey{f.identity.Sum, coding}].content
		}
		if b.isWorthIt(c.Size, f.identity.Size) {
			f.resource.Variants = append(f.resource.Variants, Variant{Coding: coding, Content: c, ETag: c.eTag()})
		}
	}
}

// isWorthIt reports whether an encoding saves enough; none has no bytes.
func (b *builder) isWorthIt(encoded, size int64) bool {
	return encoded > 0 && encoded < size && encoded*1000 <= size*int64(1000-b.dir.MinGain)
}

// run makes one encoding, or takes it from the cache.
func (b *builder) run(w *work, tools *encoders) (err error) {
	codec := codecs[w.coding]
	key := cacheKey(w.file.identity, codec)
	name := storedPrefix + key
	if b.opts.Cache != nil {
		var recalled bool
		if w.content, recalled, err = load(b.opts.Cache, key, name, b.believes()); err == nil {
			b.store(w.content, stored{name: key, cache: b.opts.Cache, recalled: recalled})
			return nil
		}
	}
	entry, err := b.encodeEntry(w.file, codec, tools)
	switch {
	case err != nil:
		return err
	case b.opts.Cache == nil:
		w.content = inBytes(bytes.Clone(entry[entryHeader:]))
		return nil
	}
	w.content, err = save(b.opts.Cache, key, name, entry)
	b.store(w.content, stored{name: key, cache: b.opts.Cache})
	return err
}

// encodeEntry encodes a file's content behind room for the header of an entry. An
// encoding that is not smaller is left out.
func (b *builder) encodeEntry(f *file, c codec, tools *encoders) ([]byte, error) {
	defer tools.reserve(c, f.identity.Size)()
	src, err := b.wholeContent(f)
	if err != nil {
		return nil, err
	}
	var dst bytes.Buffer
	dst.Write(make([]byte, entryHeader))
	err = c.encode(tools, &dst, src)
	if err == nil {
		err = c.check(dst.Bytes()[entryHeader:], src)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", f.shown, c.name(f.identity.Size), err)
	}
	if dst.Len()-entryHeader >= len(src) {
		dst.Truncate(entryHeader)
	}
	return dst.Bytes(), nil
}

// wholeContent reads a file again and checks that it is the one whose hash was taken.
func (b *builder) wholeContent(f *file) ([]byte, error) {
	if f.identity.File == "" {
		return f.identity.Bytes, nil
	}
	content, err := fs.ReadFile(b.tree, f.path)
	if err == nil {
		content = b.edited(f, content)
	}
	if err == nil && sha256.Sum256(content) != f.identity.Sum {
		err = changedError(f.shown)
	}
	return content, err
}

// ErrChanged: a file, or an encoding of the cache, has not the hash any more that was taken, or remembered.
var ErrChanged = errors.New("changed while the site was built: build again")

func changedError(name string) error { return fmt.Errorf("%s %w", name, ErrChanged) }
