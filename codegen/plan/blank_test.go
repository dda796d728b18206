package plan

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestSegmentsOfCaptures: the places of the first 16 segments are kept.
func TestSegmentsOfCaptures(t *testing.T) {
	const text = "routes:\n  - { path: \"" + "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/{b}" + "\", redirect: \"/{b}\" }\n"
	_, err := buildSites(t, fstest.MapFS{"routes.yaml": {Data: []byte(text)}})
	if err == nil || !strings.Contains(err.Error(), "{b} is the path's segment number 17") {
		t.Errorf("got %v", err)
	}
}
