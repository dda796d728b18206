package e2e

import (
	"bufio"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// everyByte are paths that differ in one byte: its escape, by its number.
func everyByte() []string {
	var paths []string
	for b := range 256 {
		paths = append(paths, fmt.Sprintf("/x%%%02X", b))
	}
	return paths
}

// raw is a byte that a segment can hold as it is (RFC 3986, 3.3), or that browsers send so.
var raw = regexp.MustCompile(`^[A-Za-z0-9\-._~!$&'()*+,;=:@\[\]^|]$`)

// spellings are the forms of a path of everyByte that are the same path.
func spellings(path string) []string {
	out := []string{path, strings.ToLower(path)}
	var b byte
	if _, err := fmt.Sscanf(path, "/x%%%X", &b); err != nil {
		panic("BUG: " + err.Error())
	}
	if raw.MatchString(string(rune(b))) {
		out = append(out, "/x"+string(rune(b)))
	}
	return out
}

// The spec and the server agree about every byte, in the hash and in a tree.
func TestEveryEscape(t *testing.T) {
	t.Parallel()
	all := everyByte()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) { checkSpellings(t, v, all) })
	for from := 0; from < len(all); from += 8 {
		checkSpellings(t, emitted.WithProof()[from/8%3], all[from:from+8])
	}
}

// checkSpellings asks a server that has the paths for each of their forms.
func checkSpellings(t *testing.T, v emitted.Variant, paths []string) {
	t.Helper()
	s := emitted.Start(t, v.Spec("limits: { requests: 1000000 }", routesFor(paths)))
	defer s.Stop()
	ask := func(path string, status int, content string) {
		c := s.Dial(t)
		defer c.Close()
		c.Send(get(path))
		checkNext(t, bufio.NewReader(c), path, status, content)
	}
	for i, path := range paths {
		for _, form := range spellings(path) {
			ask(form, 200, fmt.Sprintf("%d\n", i))
		}
	}
	for _, other := range []string{"/x", "/x/", "/x?", "/x%2527", "/x%27%27"} {
		ask(other, 404, "")
	}
}
