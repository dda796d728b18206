package prove_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// TestLargeErrorInConnection: with a log, a file and an error that has it too, and another long error, where a
// region ends was told at the exit of one that was lost there, and was "not shown" (TestLostRegionsAreForgotten).
func TestLargeErrorInConnection(t *testing.T) {
	proves(t, fstest.MapFS{
		emitted.SpecName: {Data: []byte(`server: { isolation: connection, access_log: common }
routes: [ { path: "/~userquote'/", file: large.bin } ]
errors: { 413: { file: large.bin }, 501: { body: "` + strings.Repeat("0123456789abcdef", 24) + `" } }
`)},
		"large.bin": {Data: bytes.Repeat([]byte("x"), 69_671)},
	})
}
