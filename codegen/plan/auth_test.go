package plan

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/spec"
)

// TestKeptBy: nor by a field that takes the place of Cache-Control for some of them (RFC 9213).
func TestKeptBy(t *testing.T) {
	for _, name := range []string{"Cache-Control", "CDN-Cache-Control"} {
		if got := (&builder{private: true}).keptBy(spec.Header{Name: name, Value: "public"}); got.Value != "private" {
			t.Errorf("%s: %q", name, got.Value)
		}
	}
}

// TestPrivate: no shared cache may keep what is protected (RFC 9111, 3.5).
func TestPrivate(t *testing.T) {
	for value, want := range map[string]string{
		"public, max-age=60, immutable": "private, max-age=60, immutable",
		"max-age=60":                    "max-age=60",
		"no-cache":                      "no-cache",
		"s-maxage=60":                   "private, s-maxage=60",
		"max-age=1,must-revalidate":     "private, max-age=1, must-revalidate",
		"PUBLIC":                        "private",
		"private, public":               "private",
		"no-store, public":              "no-store",
		"private=\"X\", s-maxage=60":    "private, private=\"X\", s-maxage=60",
	} {
		if got := private(value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}
