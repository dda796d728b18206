package verify_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// A server that the compiler emits, broken in a few bytes, is refused with the best certificate that is found for
// it from what is known of the unbroken one. Each breaks what one rule of certificates is about.
func TestBrokenEmitted(t *testing.T) {
	testtool.Long(t, "a certificate is looked for for each of the broken servers")
	file, known, input := knownOf(t, oneText)
	classes := "expect" + strings.Repeat("\x00", 33)
	for _, c := range []struct{ name, is, becomes, want string }{
		{"the length is read where there is chunked", "\x41\xf6\xc1\x04", "\x41\xf6\xc1\x01", "are not known to be written"},
		{"the length is not stored", "\x48\x89\x75\xf8", "\x48\x89\xf0\x90", "are not known to be written"},
		{"CR is a digit", classes, classes[:6+13] + "\x40" + classes[6+14:], ""},
		{"a column behind the last one", "\x49\x83\xfb\x02", "\x49\x83\xfb\x7f", "in the data"},
		{"as many bytes as a text has are not compared", "\x39\xc2\x75\x1a\x48", "\x39\xd2\x75\x1a\x48", "are not known to be"},
		{"a byte in front of a text is compared", "\xff\xca\x78\x0c", "\xff\xca\x74\x0c", "are not known to be"},
		{"a final response where the request goes on", "HTTP/1.1 100", "HTTP/1.1 200", "is entered where no request begins"},
		{"another protocol where the request goes on", "HTTP/1.1 100", "HTTP/1.1 101", "is entered where no request begins"},
		{"trailers are not noted", "\x41\x80\xc9\x80", "\x41\x80\xc9\x40", ""},
		{"reads are counted upwards", "\xff\x4d\xd8", "\xff\x45\xd8", "grants"},
		{"what is no interruption is tried again", "\x83\xf8\xfc\x74\xb4", "\x83\xf8\xfb\x74\xb4", "grants"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) { refusedBroken(t, file, known, input, c.is, c.becomes, c.want) })
	}
}

// So is one that answers several requests of a connection, where something of an earlier one is there for the next one.
func TestBrokenConnection(t *testing.T) {
	testtool.Long(t, "a certificate is looked for for each of the broken servers")
	file, known, input := knownOf(t, "server: { isolation: connection }\n"+oneText)
	for _, c := range []struct{ name, is, becomes, want string }{
		{"in front of the input that waits", "\x42\x81\x7c\x05\x00GET ", "\x42\x81\x7c\x05\xfcGET ", "are not known to be written"},
		{"how much waits is not stored", "\x44\x89\x75\xf0\xc7", "\x44\x89\xf0\x90\xc7", "are not known to be written"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) { refusedBroken(t, file, known, input, c.is, c.becomes, c.want) })
	}
}

// So is one with a log, where a line or the client's address is another.
func TestBrokenLog(t *testing.T) {
	testtool.Long(t, "a certificate is looked for for each of the broken servers")
	file, known, input := knownOf(t, "server: { access_log: common }\n"+oneText)
	for _, c := range []struct{ name, is, becomes, want string }{
		{"standard error", "\xbf\x01\x00\x00\x00\xb8\x01", "\xbf\x02\x00\x00\x00\xb8\x01", "edi is not the descriptor"},
		{"until somebody reads", "\x31\xd2\xb8\x07", "\xff\xca\xb8\x07", "poll: rdx is"},
		{"behind the address", "\x4c\x8d\x5d\x84", "\x4c\x8d\x5d\x8e", "are not known to be written"},
		{"behind the line", "\x81\xea\x90\x8d", "\x81\xea\x8f\x8d", "are not known to be written"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) { refusedBroken(t, file, known, input, c.is, c.becomes, c.want) })
	}
}

// So is one of two hosts, of which a hash chooses what a host's name and a path lead to.
func TestBrokenHash(t *testing.T) {
	testtool.Long(t, "a certificate is looked for for each of the broken servers")
	file, known, input := knownOf(t, "hosts:\n  a.b:\n    routes:\n      - { path: /, body: a }\n      - { path: /bb, body: b }\n")
	const lengthAndSeed = "\x75\x19\x8b\x07\x3b\x02\x75\x13"
	const leads = "made of an address" // what a key leads to is no place in the data then, which is never 0
	for _, c := range []struct{ name, is, becomes, want string }{
		{"more slots than a bucket has", "\x48\xc1\xe8\x3c", "\x48\xc1\xe8\x34", "in the data"},
		{"neither length nor seed are looked at", lengthAndSeed, "\x75\x00\x8b\x07\x3b\x02\x75\x00", leads},
		{"the seed is not looked at", lengthAndSeed, "\x75\x19\x8b\x07\x3b\x02\x75\x00", leads},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) { refusedBroken(t, file, known, input, c.is, c.becomes, c.want) })
	}
}

// So is one whose password the environment gives, where somebody would get it, or what is made of it.
func TestBrokenSecret(t *testing.T) {
	testtool.Long(t, "a certificate is looked for for each of the broken servers")
	file, known, input := knownOf(t, passwordOfEnvironment)
	const compared = "\x48\x83\xfa\x01\x41\x83\xd3\x00" // cmp rdx, 1; adc r11d, 0
	const whose = "\x88\x85\x83\x41\x00\x00"            // mov [rbp + 16771], al
	for _, c := range []struct{ name, is, becomes, want string }{
		{"a part of a response is the password", "\x49\x8d\xb7\x70\xff\xff\xff", "\x48\x8d\xb5\x94\x41\x00\x00", "may be made of a secret"},
		{"behind the last cell", "\x81\xf9\xb8\x00\x00\x00\x76", "\x81\xf9\xc0\x00\x00\x00\x76", "are not known to be written"},
		{"an address is compared, too", "\x48\x09\xc2", "\x48\x09\xe2", "a branch goes by what was made of an address"},
		{"a number is made of the comparison", compared, "\x48\x83\xfa\x01\x41\x0f\x92\xc3", "flags that tell of a secret"},
		{"a number is moved by it", compared, "\x48\x83\xfa\x01\x44\x0f\x42\xd9", "flags that tell of a secret"},
		{"an address is stored in a cell", whose, "\x89\xad\x94\x41\x00\x00", "a branch goes by what was made of an address"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) { refusedBroken(t, file, known, input, c.is, c.becomes, c.want) })
	}
}

// A server of which clients get a value of the environment is refused where it is read by another instruction than the certificate
// says, or is left elsewhere.
func TestBrokenValue(t *testing.T) {
	testtool.Long(t, "a certificate is looked for for each of the broken servers")
	file, known, input := knownOf(t, valueOfEnvironment)
	shown := known[0].Shown
	if len(shown) != 1 {
		t.Fatalf("%#x are shown", shown)
	}
	for _, c := range []struct {
		name, want string
		shown      []uint64
		left       bool
	}{
		{"another instruction", "may be made of", []uint64{shown[0] + 4}, true},
		{"none", "may be made of", nil, true},
		{"not left", "are not known to be written", shown, false},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			places := slices.Clone(known)
			for i := range places {
				places[i].Shown = c.shown
				if !c.left {
					places[i].Environment = nil
				}
			}
			if err := refused(file, places, input, nil); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

const valueOfEnvironment = "routes:\n  - { path: /, body: \"Hello, ${NAME:-you}!\\n\" }\n"

const passwordOfEnvironment = "auth: { realm: Staff, users: { alice: \"${ALICE_PASSWORD}\" } }\n" + oneText

const oneText = "routes:\n  - { path: /, body: \"Hello, World!\\n\" }\n"

// knownOf is the server of a spec, with what is known of it.
func knownOf(t *testing.T, spec string) ([]byte, []prove.Place, prove.Piece) {
	t.Helper()
	var file elfStore
	if _, err := codegen.Compile(fstest.MapFS{"routes.yaml": {Data: []byte(spec)}}, "routes.yaml", codegen.Options{Out: &file}); err != nil {
		t.Fatal(err)
	}
	known, input, err := verify.Places(bytes.NewReader(file.Bytes()), int64(len(file.Bytes())), verify.Hardened())
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes(), known, input
}

// refusedBroken demands that a server is refused for a reason where some of its bytes become others; "" for none, of
// what is harmless, and proved too.
func refusedBroken(t *testing.T, file []byte, known []prove.Place, input prove.Piece, is, becomes, want string) {
	t.Helper()
	broken := bytes.Replace(file, []byte(is), []byte(becomes), 1)
	if bytes.Equal(broken, file) || len(broken) != len(file) {
		t.Fatalf("%x is not there", is)
	}
	switch err := refused(broken, known, input, nil); {
	case err == nil && want != "":
		t.Error("it is accepted")
	case err != nil && (want == "" || !strings.Contains(err.Error(), want)):
		t.Errorf("%v, want %s", err, want)
	}
}
