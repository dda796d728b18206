package e2e

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
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

// largeText is the large file's content.
var largeText = sync.OnceValue(func() string { return strings.Repeat("0123456789abcdef", largeSize/16) })

// largeBuilt has the servers that large has built, by their specs: fifteen tests have the same.
var largeBuilt = struct {
	sync.Mutex
	all map[string]*codegen.Result
}{all: map[string]*codegen.Result{}}

// large gives a server that has a page, /, and a large file, /large.
func large(t *testing.T, v emitted.Variant, server string) *emitted.Binary {
	t.Helper()
	const rest = "routes:\n  - { path: /, body: \"root\\n\" }\n  - { path: /large, file: large }\n"
	spec := v.Spec(server, rest)
	largeBuilt.Lock()
	defer largeBuilt.Unlock()
	if r := largeBuilt.all[spec]; r != nil {
		return emitted.Write(t, r)
	}
	b := emitted.Build(t, fstest.MapFS{emitted.SpecName: {Data: []byte(spec)}, "large": {Data: []byte(largeText())}})
	largeBuilt.all[spec] = b.Result
	return b
}
