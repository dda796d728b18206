package image

import (
	"archive/tar"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// refName is where an index says what an image is called (OCI image spec, annotations.md).
const refName = "org.opencontainers.image.ref.name"

// Tag is a name for an image, as REPOSITORY:TAG; empty is none.
type Tag string

// NewTag checks a tag.
func NewTag(text string) (Tag, error) {
	_, err := name.NewTag(text)
	if err != nil || strings.HasPrefix(text, "/") || strings.Contains(text, "//") {
		return "", fmt.Errorf("%q is no name of an image: write it as site:1.0 or registry.example/team/site:1.0", text)
	}
	return Tag(text), nil
}

// WriteFolder writes the image as an OCI image layout (image-layout.md) into a folder.
func (i *Image) WriteFolder(dir string, tag Tag) error {
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	var opts []layout.Option
	if tag != "" {
		opts = append(opts, layout.WithAnnotations(map[string]string{refName: string(tag)}))
	}
	return path.AppendImage(i.Image, opts...)
}

// WriteOCI writes the image as a tar file of an OCI image layout.
func (i *Image) WriteOCI(w io.Writer, tag Tag) error {
	dir, err := os.MkdirTemp("", "verbosel-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := i.WriteFolder(dir, tag); err != nil {
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

// WriteDocker writes the image as `docker save` does.
func (i *Image) WriteDocker(w io.Writer, tag Tag) error {
	var ref name.Reference
	var err error
	if tag != "" {
		ref, err = name.NewTag(string(tag))
	} else {
		ref, err = name.NewDigest("server@" + i.Digest) // such a name is not written
	}
	if err != nil {
		return err
	}
	return tarball.Write(ref, i.Image, w)
}
