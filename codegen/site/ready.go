package site

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// readyContent is a file that is another one's encoding, once it is proved to be.
func (b *builder) readyContent(f, ready *file, coding string) Content {
	c, err := readFile(b.tree, ready.path, b.source(ready))
	if err == nil {
		err = b.checkReady(f, ready, codecs[coding])
	}
	if err != nil {
		b.errs.add("make it anew, or remove it", "%s is no %s encoding of %s: %s", ready.shown, coding, f.shown, cause(err))
		return Content{}
	}
	b.store(c, stored{name: ready.path, tree: b.tree})
	return c
}

// checkReady decodes a file and compares the hash of what comes out.
func (b *builder) checkReady(f, ready *file, c codec) (err error) {
	file, err := b.tree.Open(ready.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r, err := c.decode(bufio.NewReader(file))
	if err != nil {
		return err
	}
	if closer, ok := r.(io.Closer); ok {
		defer closer.Close()
	}
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(r, f.identity.Size+1))
	switch {
	case err != nil:
		return err
	case n != f.identity.Size || [sha256.Size]byte(h.Sum(nil)) != f.identity.Sum:
		return fmt.Errorf("it decodes to other bytes")
	}
	return nil
}
