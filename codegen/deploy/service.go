package deploy

import (
	"fmt"
	"strings"

	"github.com/verbosel/verbosel/codegen/image"
	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// Service is what a server is called where it runs.
type Service struct {
	Name    string // a label: see CheckName
	Image   string // reference of the image
	Spec    string // in the repository, with slashes, where a pipeline builds
	Version string // of verbosel, for go install
}

// label is a name that every target takes: a DNS label (RFC 1123 2.1).
var label = lazy.New(`^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$`)

// CheckName demands a name that every target takes.
func CheckName(name string) error {
	if !label.MatchString(name) {
		return fmt.Errorf("%q is no name of a service: up to 53 of a-z, 0-9 and -, a letter first; --name site gives one", name)
	}
	return nil
}

// CheckImage demands a reference that an image can have.
func CheckImage(ref string) error {
	_, err := image.NewTag(ref)
	return err
}

// NameOf makes a name of a folder's, as far as it goes: CheckName tells.
func NameOf(folder string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(folder) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else {
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String()[:min(b.Len(), 53)], "-")
}
