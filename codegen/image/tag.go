package image

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// Tag is a name for an image, as REPOSITORY:TAG.
type Tag string

// NewTag checks a tag.
func NewTag(text string) (Tag, error) {
	_, err := parseTag(text)
	return Tag(text), err
}

func parseTag(text string) (name.Tag, error) {
	tag, err := name.NewTag(text)
	if err != nil || strings.HasPrefix(text, "/") || strings.Contains(text, "//") {
		return tag, fmt.Errorf("%q is no name of an image: write it as site:1.0 or registry.example/team/site:1.0", text)
	}
	return tag, nil
}

// NewTags checks tags, and gives them in order. No two may be the same name.
func NewTags(texts []string) ([]Tag, error) {
	var list []Tag
	first := map[string]string{} // by the full name
	for _, text := range texts {
		tag, err := parseTag(text)
		if err != nil {
			return nil, err
		}
		if other, twice := first[tag.Name()]; twice {
			return nil, fmt.Errorf("%q is the name that %q is already", text, other)
		}
		first[tag.Name()] = text
		list = append(list, Tag(text))
	}
	slices.Sort(list)
	return list, nil
}
