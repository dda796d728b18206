package site

import (
	"io/fs"
	"path"
	"strings"

	"github.com/verbosel/verbosel/codegen/spec"
)

// locate finds the folder: in the spec's file system, or where it is outside of that, or a
// link that leads there, in one of its own.
func (b *builder) locate() error {
	var err error
	if b.tree, b.root, err = spec.Folder(b.fsys, b.dir.Folder); err != nil {
		return err
	}
	b.disk, _ = b.tree.(spec.Disk)
	b.specName = b.dir.Pos.File
	real, inside := RealName(b.tree, b.root)
	switch {
	case fs.ValidPath(b.dir.Folder) && inside:
		b.root = real
		return nil
	case fs.ValidPath(b.dir.Folder):
		if err := b.enter(); err != nil {
			return err
		}
	}
	b.apart = true
	b.specName = ""
	if b.disk == nil {
		return nil
	}
	if b.site.Place, err = b.disk.Real(b.root); err != nil {
		return err
	}
	if own, ok := b.fsys.(spec.Disk); ok {
		if at, err := own.Real(b.dir.Pos.File); err == nil && strings.HasPrefix(at, b.site.Place+"/") {
			b.specName = at[len(b.site.Place)+1:]
		}
	}
	return nil
}

// enter makes the folder, a link that leaves the file system, the root of one of its own.
func (b *builder) enter() (err error) {
	if b.disk == nil {
		b.tree, err = fs.Sub(b.tree, b.root)
	} else if b.disk, err = b.disk.Beyond(b.root); err == nil {
		b.tree = b.disk
	}
	b.root = "."
	return err
}

// source is the name of a file as the spec's file system would have it.
func (b *builder) source(f *file) string { return b.sourceName(f.path) }

func (b *builder) sourceName(name string) string {
	if b.apart {
		return path.Join(b.dir.Folder, name)
	}
	return name
}

// identityOf tells folders apart, so that a link that leads in a circle is noticed.
func (b *builder) identityOf(name string) string {
	if b.dir.FollowLinks && b.disk != nil {
		if real, err := b.disk.Real(name); err == nil {
			return real
		}
	}
	return name
}
