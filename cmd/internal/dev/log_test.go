package dev

import (
	"strings"
	"testing"
)

// TestRequestLog: lines in pieces, what a client sent cannot speak to the terminal, and
// what is no line of the log stays as it is.
func TestRequestLog(t *testing.T) {
	var out strings.Builder
	l := &requestLog{w: &out, rewrite: true}
	for _, piece := range []string{
		`{"remote":"127.0.0.1","method":"GET","path":"/a`, `","status":200,"bytes":14}` + "\n" + `{"remote":"127.0.0.1","method":null,"path":null,"status":400,"bytes":0}` + "\n",
		`{"method":"GET","path":"/\u001b[2J","status":404,"bytes":1}` + "\nwords\n",
	} {
		if n, err := l.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatal(n, err)
		}
	}
	want := "200 GET /a, 14 bytes\n400 - -, 0 bytes\n404 GET /\\x1b[2J, 1 bytes\nwords\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	out.Reset()
	if _, err := (&requestLog{w: &out}).Write([]byte("{}")); err != nil || out.String() != "{}" {
		t.Errorf("%v, got %q", err, out.String())
	}
}
