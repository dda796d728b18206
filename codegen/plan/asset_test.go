package plan

import (
	"strings"
	"testing"
)

// The server compares a word, whose lowest byte is 0 for what is shorter: an extension of eight
// characters would be taken for another one.
func TestAssetExtensions(t *testing.T) {
	seen := map[string]bool{}
	for _, ext := range AssetExtensions {
		if ext == "" || len(ext) > 7 || seen[ext] || ext != strings.ToLower(ext) || strings.Trim(ext, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			t.Errorf("%q: too long, twice, or not of lower-case letters and digits", ext)
		}
		seen[ext] = true
	}
	if len(AssetLong) < 8 || len(AssetLong) > 16 {
		t.Errorf("%q is not of two words", AssetLong)
	}
}
