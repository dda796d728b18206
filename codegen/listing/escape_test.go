package listing

import (
	"strings"
	"testing"
)

func TestNote(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"plain; %macro `x' \"y\"", "plain; %macro `x' \"y\""},
		{"two\nlines\r", `two\x0Alines\x0D`},
		{"ü", `\xC3\xBC`},
		{"\x00\x7f\x1b[31m", `\x00\x7F\x1B[31m`},
		{`a\b`, `a\b`},
		{`continued\`, `continued\x5C`},
		{`twice\\`, `twice\\x5C`},
	}
	for _, tt := range tests {
		if got := note(tt.in); got != tt.want {
			t.Errorf("note(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestQuote(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"plain", `"plain"`},
		{"it's `x` \\", "\"it's `x` \\\""},
		{`"`, `'"'`},
		{`<a href="/">it's</a>`, `"<a href=" '"/">it' "'s</a>"`},
	}
	for _, tt := range tests {
		var got []string
		for _, tok := range quote(tt.in) {
			got = append(got, tok.text)
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("quote(%q) = %s, want %s", tt.in, s, tt.want)
		}
	}
}

func TestQuoteName(t *testing.T) {
	tests := []struct{ in, want string }{
		{"assets/logo.svg", `"assets/logo.svg"`},
		{"it's", `"it's"`},
		{`a"b`, "`a\"b`"},
		{"a`b\\c", "`a\\`b\\\\c`"},
		{"ü", "`\\xc3\\xbc`"},
	}
	for _, tt := range tests {
		if got, err := quoteName(tt.in); got != tt.want || err != nil {
			t.Errorf("quoteName(%q) = %s, %v, want %s", tt.in, got, err, tt.want)
		}
	}
	for _, name := range []string{"a\nb", "\x00", "\x7f"} {
		if got, err := quoteName(name); err == nil || !strings.Contains(err.Error(), "control character") {
			t.Errorf("quoteName(%q) = %s, %v", name, got, err)
		}
	}
}
