package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Names in the image's root.
const (
	serverName = "server"
	probeName  = "probe"
)

// tarBlock is the unit in bytes that a tar file consists of (POSIX.1-2017, pax).
const tarBlock = 512

// file is a program in the image's root: size bytes that content holds.
type file struct {
	name    string
	content io.ReaderAt
	size    int64
}

// newLayer is the layer that holds the files.
func newLayer(files []file) (v1.Layer, error) {
	heads := make([][]byte, len(files))
	for i, f := range files {
		var err error
		if heads[i], err = f.head(); err != nil {
			return nil, err
		}
	}
	open := func() (io.ReadCloser, error) {
		var parts []io.Reader
		for i, f := range files {
			padding := (tarBlock - f.size%tarBlock) % tarBlock // to a whole block
			parts = append(parts, bytes.NewReader(heads[i]), io.NewSectionReader(f.content, 0, f.size), bytes.NewReader(make([]byte, padding)))
		}
		parts = append(parts, bytes.NewReader(make([]byte, 2*tarBlock))) // the end
		return io.NopCloser(io.MultiReader(parts...)), nil
	}
	return tarball.LayerFromOpener(open, tarball.WithCompressionLevel(gzip.BestCompression), tarball.WithMediaType(types.OCILayer))
}

// head is what stands in front of the file in the layer.
func (f file) head() ([]byte, error) {
	var b bytes.Buffer
	err := tar.NewWriter(&b).WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: f.name, Size: f.size, Mode: 0o755, ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR,
	})
	return b.Bytes(), err
}
