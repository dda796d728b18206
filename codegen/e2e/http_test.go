package e2e

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// get is a plain request.
func get(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n" }

// hasStatus reports whether a response starts with a status.
func hasStatus(response string, status int) bool {
	return strings.HasPrefix(response, fmt.Sprintf("HTTP/1.1 %d ", status))
}

// largeSize is more than the socket buffers of both sides hold.
const largeSize = 24 << 20

// large builds a server that has a page, /, and a large file, /large.
func large(t *testing.T, v emitted.Variant, server string) *emitted.Binary {
	t.Helper()
	const rest = "routes:\n  - { path: /, body: \"root\\n\" }\n  - { path: /large, file: large }\n"
	return emitted.Build(t, fstest.MapFS{
		emitted.SpecName: {Data: []byte(v.Spec(server, rest))},
		"large":          {Data: []byte(strings.Repeat("0123456789abcdef", largeSize/16))},
	})
}
