// Package image makes a container image of a server, without a daemon: nothing but the
// server and its probe is in it, and the same server and configuration give the same digest on every
// machine, as nothing else goes in (no time, no owner, no name of a file).
package image

import (
	"bytes"
	"fmt"
	"io"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Platform is the only one that servers run on.
const Platform = "linux/amd64"

// user and group that the server runs as: nobody in particular, as in distroless images.
const user = "65532:65532"

// Config is what an image says about its server.
type Config struct {
	Port   uint16            // TCP port, to be exposed; 0 exposes none
	Probe  []byte            // the program of the health check; empty: there is none
	Labels map[string]string // org.opencontainers.image.* and others
}

// Image is an image in memory; its server is read when it is needed.
type Image struct {
	v1.Image

	Digest string // of the manifest: sha256 and the hash in hexadecimal
	Size   int64  // bytes of manifest, configuration and compressed layer
}

// New makes the image of a server, the size bytes that r holds, which must stay as they
// are.
func New(r io.ReaderAt, size int64, c Config) (*Image, error) {
	files := []file{{serverName, r, size}}
	if len(c.Probe) > 0 {
		files = append(files, file{probeName, bytes.NewReader(c.Probe), int64(len(c.Probe))})
	}
	layer, err := newLayer(files)
	if err != nil {
		return nil, fmt.Errorf("the image's layer: %w", err)
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	configured, err := mutate.ConfigFile(base, c.file())
	if err != nil {
		return nil, err
	}
	img, err := mutate.Append(configured, mutate.Addendum{
		Layer: layer, MediaType: types.OCILayer,
		History: v1.History{Created: epoch(), CreatedBy: "verbosel image", Comment: "the server"},
	})
	if err != nil {
		return nil, err
	}
	return measure(img)
}

// file is the configuration (OCI image spec, config.md).
func (c Config) file() *v1.ConfigFile {
	config := v1.Config{
		Entrypoint: []string{"/" + serverName}, WorkingDir: "/", User: user,
		Labels: c.Labels, StopSignal: "SIGTERM",
	}
	if len(c.Probe) > 0 {
		config.Healthcheck = &v1.HealthConfig{Test: []string{"CMD", "/" + probeName}}
	}
	if c.Port != 0 {
		config.ExposedPorts = map[string]struct{}{fmt.Sprintf("%d/tcp", c.Port): {}}
	}
	return &v1.ConfigFile{
		Architecture: "amd64", OS: "linux", Created: epoch(), Config: config,
		RootFS: v1.RootFS{Type: "layers"},
	}
}

// epoch is the time of all that has to have one.
func epoch() v1.Time { return v1.Time{Time: time.Unix(0, 0).UTC()} }

// measure finds out what Image says of an image.
func measure(img v1.Image) (*Image, error) {
	digest, err := img.Digest()
	if err != nil {
		return nil, err
	}
	size, err := img.Size() // of the manifest
	if err != nil {
		return nil, err
	}
	manifest, err := img.Manifest()
	if err != nil {
		return nil, err
	}
	size += manifest.Config.Size
	for _, layer := range manifest.Layers {
		size += layer.Size
	}
	return &Image{img, digest.String(), size}, nil
}
