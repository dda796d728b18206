package emitted

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Each pair is golden text and its bytes, both ways.
func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		"\n":                          "\r\n",
		"GET / HTTP/1.1\n\n":          "GET / HTTP/1.1\r\n\r\n",
		"a\\\n":                       "a",
		"a\\n\\\nb\\n\\\n":            "a\nb\n",
		"\\r\\t\\\\\\x00\\x7f\\xff\n": "\r\t\\\x00\x7f\xff\r\n",
		"\\{41*a}b\\\n":               string(bytes.Repeat([]byte("a"), 41)) + "b",
		"\\x3cwait>\n":                "<wait>\r\n",
		"\\x3cclose>\\\n":             "<close>",
		"\\x2d- x --\n":               "-- x --\r\n",
		"\\x23 x\n":                   "# x\r\n",
		"<p>\n":                       "<p>\r\n",
	} {
		if got, err := Unescape([]byte(text)); err != nil || string(got) != want {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
		if got := Escape([]byte(want)); string(got) != text {
			t.Errorf("%q is written as %q, want %q", want, got, text)
		}
	}
}

// Text of more than one byte can be repeated too, though Escape never writes it so.
func TestUnescapeRepeat(t *testing.T) {
	if got, err := Unescape([]byte(`\{3*ab}\{2*-}\` + "\n")); err != nil || string(got) != "ababab--" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestUnescapeErrors(t *testing.T) {
	for _, text := range []string{`\q`, `\x`, `\x1`, `\xgg`, `\{3*a`, `\{3a}`, `\{*a}`, `\{3*}`, `\{x*a}`} {
		if got, err := Unescape([]byte("good\n" + text + "\n")); err == nil {
			t.Errorf("%s is read as %q", text, got)
		} else if err.Error()[:6] != "line 2" {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Whatever the bytes, reading what was written gives them back.
func TestEscapeRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	pieces := []string{"\r\n", "\n", "\r", "<wait>", "# ", "-- a --", "\\", "{", "}", "a", "\x00", "\xff", "\t", string(bytes.Repeat([]byte("}"), 50)), string(bytes.Repeat([]byte("x"), 50))}
	for range 20_000 {
		var b []byte
		for range random.IntN(8) {
			b = append(b, pieces[random.IntN(len(pieces))]...)
		}
		text := Escape(b)
		if got, err := Unescape(text); err != nil || !bytes.Equal(got, b) {
			t.Fatalf("%q is written as %q and read as %q, %v", b, text, got, err)
		}
	}
}
