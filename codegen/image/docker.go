package image

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// manifestName is where `docker save` says what is in its tar file, behind all else.
const manifestName = "manifest.json"

// WriteDocker writes the image as `docker save` does.
func (i *Image) WriteDocker(w io.Writer, tags ...Tag) error {
	images := map[name.Reference]v1.Image{}
	for _, tag := range tags {
		ref, err := name.NewTag(string(tag))
		if err != nil {
			return err
		}
		images[ref] = i.Image
	}
	if len(tags) == 0 {
		ref, err := name.NewDigest("server@" + i.Digest) // such a name is not written
		if err != nil {
			return err
		}
		images[ref] = i.Image
	}
	r, to := io.Pipe()
	go func() { to.CloseWithError(tarball.MultiRefWrite(images, to)) }()
	err := inOrder(w, r)
	// Ends the other side, which has nobody to write to.
	return errors.Join(err, r.CloseWithError(err))
}

// inOrder copies a tar file with the tags in its manifest in order: the library writes
// them in that of a map, another one each time.
func inOrder(w io.Writer, r io.Reader) error {
	out := tar.NewWriter(w)
	for in := tar.NewReader(r); ; {
		head, err := in.Next()
		if errors.Is(err, io.EOF) {
			return out.Close()
		}
		if err != nil {
			return err
		}
		var content io.Reader = in
		if head.Name == manifestName {
			text, err := sortTags(in)
			if err != nil {
				return err
			}
			head.Size, content = int64(len(text)), bytes.NewReader(text)
		}
		if err := out.WriteHeader(head); err != nil {
			return err
		}
		if _, err := io.Copy(out, content); err != nil {
			return err
		}
	}
}

func sortTags(r io.Reader) ([]byte, error) {
	var m tarball.Manifest
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return nil, err
	}
	for i := range m {
		slices.Sort(m[i].RepoTags)
	}
	return json.Marshal(m)
}
