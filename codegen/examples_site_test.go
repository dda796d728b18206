package codegen_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// fingerprint is the hash in the name of an example's file.
var fingerprint = regexp.MustCompile(`\.([0-9a-f]{8})\.[a-z]+$`)

// TestExamplesFingerprints: a name with a hash has the hash of the content, and every
// name that a page mentions is there.
func TestExamplesFingerprints(t *testing.T) {
	mention := regexp.MustCompile(`["'(](/[a-z/]*[a-z]+\.[0-9a-f]{8}\.[a-z0-9]+)["')]`)
	for name, want := range map[string]int{"site": 4, "spa": 2} {
		files := example{name: name}.load(t)
		hashed, mentioned := 0, map[string]bool{}
		for file, f := range files {
			if !strings.HasPrefix(file, "public/") {
				continue
			}
			if m := fingerprint.FindStringSubmatch(file); m != nil {
				hashed++
				sum := sha256.Sum256(f.Data)
				if got := hex.EncodeToString(sum[:4]); got != m[1] {
					t.Errorf("%s/%s: the content's hash begins with %s", name, file, got)
				}
			}
			for _, m := range mention.FindAllStringSubmatch(string(f.Data), -1) {
				mentioned[m[1]] = true
			}
		}
		for path := range mentioned {
			if _, err := fs.Stat(files, "public"+path); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if hashed != want || len(mentioned) != want {
			t.Errorf("%s: %d files with a hash, %d mentioned, want %d", name, hashed, len(mentioned), want)
		}
	}
}
