package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// pack writes a target's archive: a folder of its name with the programs, the licence, the
// manual pages and the completions. Owners are zero and times the commit's.
func (r *release) pack(t target) (err error) {
	file, err := os.Create(r.absolute(r.archive(t) + ".tar.gz"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	// The header has neither name nor time, and 255 for the system (RFC 1952 2.3.1).
	zip, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	if err != nil {
		return err
	}
	p := packer{tar.NewWriter(zip), r, r.archive(t)}
	if err := p.all(t); err != nil {
		return err
	}
	return errors.Join(p.tar.Close(), zip.Close())
}

// packer writes into an archive.
type packer struct {
	tar *tar.Writer
	r   *release
	top string // the folder that all is in
}

func (p packer) all(t target) error {
	if err := p.add("verbosel", p.r.absolute(t.program()), 0o755); err != nil {
		return err
	}
	if err := p.add("verbosel-verify", p.r.absolute(t.verifier()), 0o755); err != nil {
		return err
	}
	if err := p.add("LICENSE", filepath.Join(p.r.root, "LICENSE"), 0o644); err != nil {
		return err
	}
	for _, dir := range []string{"completions", "man"} {
		err := fs.WalkDir(os.DirFS(p.r.work), dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			return p.add(name, filepath.Join(p.r.work, filepath.FromSlash(name)), 0o644)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p packer) add(name, path string, mode int64) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	header := &tar.Header{Name: p.top + "/" + name, Mode: mode, Size: info.Size(), ModTime: p.r.time, Format: tar.FormatUSTAR}
	if err := p.tar.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(p.tar, file)
	return err
}
