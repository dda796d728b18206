package image

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Reference is where an image is pushed to: REGISTRY/REPOSITORY:TAG.
type Reference struct{ tag name.Tag }

// NewReference checks a reference. It must name a registry: what has none would go to
// Docker Hub.
func NewReference(text string) (Reference, error) {
	tag, err := name.NewTag(text)
	host, _, _ := strings.Cut(text, "/")
	if err != nil || tag.RegistryStr() != host || strings.Contains(text, "//") {
		return Reference{}, fmt.Errorf("%q names no image in a registry: write it as registry.example/team/site:1.0", text)
	}
	return Reference{tag}, nil
}

func (r Reference) String() string { return r.tag.String() }

// Push uploads the image, with the credentials that docker login or podman login left
// behind. A registry on a loopback or private address may be without TLS.
func (i *Image) Push(ctx context.Context, to Reference) error {
	err := remote.Write(to.tag, i.Image, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain), remote.WithUserAgent("verbosel"))
	if err != nil {
		return fmt.Errorf("pushing to %s: %s", to, reason(err, to.tag.RegistryStr()))
	}
	return nil
}

// reason is what a registry, or the way there, has to say, in one line.
func reason(err error, host string) string {
	text := err.Error()
	var refused *transport.Error
	if errors.As(err, &refused) {
		if len(refused.Errors) > 0 {
			text = refused.Errors[0].String()
		}
		switch refused.StatusCode {
		case http.StatusUnauthorized:
			text = fmt.Sprintf("the registry wants another login ('docker login %s' or 'podman login %[1]s'): %s", host, text)
		case http.StatusForbidden:
			text = "the registry does not allow it: " + text
		}
	}
	return strings.Join(strings.Fields(text), " ")
}
