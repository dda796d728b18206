package verify_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify"
)

// A server that the compiler emits, broken in a few bytes, is refused with the best certificate that is found for
// it from what is known of the unbroken one. Each breaks what one rule of certificates is about.
func TestBrokenEmitted(t *testing.T) {
	testtool.Long(t, "a certificate is looked for for each of the broken servers")
	const spec = "routes:\n  - { path: /, body: \"Hello, World!\\n\" }\n"
	var file elfStore
	if _, err := codegen.Compile(fstest.MapFS{"routes.yaml": {Data: []byte(spec)}}, "routes.yaml", codegen.Options{Out: &file}); err != nil {
		t.Fatal(err)
	}
	known, input, err := verify.Places(bytes.NewReader(file.Bytes()), int64(len(file.Bytes())), verify.Hardened())
	if err != nil {
		t.Fatal(err)
	}
	classes := "expect" + strings.Repeat("\x00", 33)
	for _, c := range []struct{ name, is, becomes, want string }{
		{"the length is read where there is chunked", "\x41\xf6\xc1\x04", "\x41\xf6\xc1\x01", "are not known to be written"},
		{"the length is not stored", "\x48\x89\x75\xf8", "\x48\x89\xf0\x90", "are not known to be written"},
		{"CR is a digit", classes, classes[:6+13] + "\x40" + classes[6+14:], "are not known to be written"},
		{"a column behind the last one", "\x49\x83\xfb\x02", "\x49\x83\xfb\x7f", "in the data"},
		{"as many bytes as a text has are not compared", "\x39\xc2\x75\x1a\x48", "\x39\xd2\x75\x1a\x48", "are not known to be"},
		{"a byte in front of a text is compared", "\xff\xca\x78\x0c", "\xff\xca\x74\x0c", "are not known to be"},
		{"a final response where the request goes on", "HTTP/1.1 100", "HTTP/1.1 200", "a loop that reads and writes"},
		{"another protocol where the request goes on", "HTTP/1.1 100", "HTTP/1.1 101", "a loop that reads and writes"},
		{"trailers do not end", "\x41\x80\xc9\x80", "\x41\x80\xc9\x40", "grants"},
		{"reads are counted upwards", "\xff\x4d\xd8", "\xff\x45\xd8", "grants"},
		{"what is no interruption is tried again", "\x83\xf8\xfc\x74\xb4", "\x83\xf8\xfb\x74\xb4", "grants"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			broken := bytes.Replace(file.Bytes(), []byte(c.is), []byte(c.becomes), 1)
			if bytes.Equal(broken, file.Bytes()) || len(broken) != len(file.Bytes()) {
				t.Fatalf("%x is not there", c.is)
			}
			if err := refused(broken, known, input, nil); err == nil {
				t.Error("it is accepted")
			} else if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}
