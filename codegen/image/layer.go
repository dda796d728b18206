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

// serverName is the server's name in the image's root.
const serverName = "server"

// tarBlock is the unit in bytes that a tar file consists of (POSIX.1-2017, pax).
const tarBlock = 512

// newLayer is the layer that holds the server.
func newLayer(r io.ReaderAt, size int64) (v1.Layer, error) {
	head, err := tarHead(size)
	if err != nil {
		return nil, err
	}
	padding := (tarBlock-size%tarBlock)%tarBlock + 2*tarBlock // to a whole block, and the end
	open := func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(bytes.NewReader(head), io.NewSectionReader(r, 0, size), bytes.NewReader(make([]byte, padding)))), nil
	}
	return tarball.LayerFromOpener(open, tarball.WithCompressionLevel(gzip.BestCompression), tarball.WithMediaType(types.OCILayer))
}

// tarHead is what stands in front of the server in the layer.
func tarHead(size int64) ([]byte, error) {
	var b bytes.Buffer
	err := tar.NewWriter(&b).WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: serverName, Size: size, Mode: 0o755, ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR,
	})
	return b.Bytes(), err
}
