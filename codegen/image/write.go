package image

import (
	"archive/tar"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// refName is where an index says what an image is called (OCI image spec, annotations.md).
const refName = "org.opencontainers.image.ref.name"

// WriteFolder writes the image as an OCI image layout (image-layout.md) into a folder. Its
// index names the image once for each tag, as an annotation holds one name.
func (i *Image) WriteFolder(dir string, tags ...Tag) error {
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	if len(tags) == 0 {
		return path.AppendImage(i.Image)
	}
	for _, tag := range tags {
		if err := path.AppendImage(i.Image, layout.WithAnnotations(map[string]string{refName: string(tag)})); err != nil {
			return err
		}
	}
	return nil
}

// WriteOCI writes the image as a tar file of an OCI image layout.
func (i *Image) WriteOCI(w io.Writer, tags ...Tag) error {
	dir, err := os.MkdirTemp("", "verbosel-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := i.WriteFolder(dir, tags...); err != nil {
		return err
	}
	out := tar.NewWriter(w)
	// WalkDir goes in lexical order.
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		return addFile(out, path, filepath.ToSlash(name))
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// addFile adds a file to a tar file, with nothing of its time and owner.
func addFile(out *tar.Writer, path, name string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	head := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: info.Size(), Mode: 0o644, ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR}
	if err := out.WriteHeader(head); err != nil {
		return err
	}
	_, err = io.Copy(out, file)
	return err
}
