package e2e

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

const slotted = `
routes:
  - { path: /, body: "Hello, ${NAME}!\n", headers: { X-Version: "v${VERSION:-1.0}" } }
  - path: /json
    json:
      name: "<${NAME}>"
      number: ${COUNT:-3}
  - { path: /plain, body: "plain\n" }`

// Values of the environment stand in responses as the form of their place wants, whatever they
// are; in JSON they are read back as what they were.
func TestSlotsFromEnvironment(t *testing.T) {
	long := strings.Repeat("y", 1024)
	for _, isolation := range []emitted.Variant{emitted.Request, emitted.Connection} {
		b := emitted.BuildText(t, isolation.Spec(`listen: "127.0.0.1:${PORT:-1}"`, slotted))
		for _, v := range []struct{ name, version, count string }{
			{"World", "2", "0"},
			{`"quoted" \ and {braces} ${NAME} %s`, "a\tb", "-1.25e+7"},
			{"ä€𝄞\r\nlines\n\tand tabs\r", "ü", "true"},
			{long, long, strings.Repeat("9", 1024)},
			{strings.Repeat("\n", 512), "", "null"},
			{"=", "=a=", "false"},
		} {
			port := emitted.FreePort(t)
			env := []string{"PORT=" + strconv.Itoa(port), "NAM=x", "NAMES=x", "VERSION=" + v.version, "NAME=" + v.name, "COUNT=" + v.count}
			s := b.Start(t, emitted.Options{Port: port, Env: env})
			version := v.version
			if version == "" {
				version = "1.0"
			}
			body := "Hello, " + v.name + "!\n"
			head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nX-Version: v%s\r\nContent-Length: %d\r\n", version, len(body))
			last := "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
			if got, want := s.Ask(t, last), head+"Connection: close\r\n\r\n"+body; got != want {
				t.Errorf("%+v: %q, want %q", v, got, want)
			}
			if got, want := s.Ask(t, strings.Replace(last, "GET", "HEAD", 1)), head+"Connection: close\r\n\r\n"; got != want {
				t.Errorf("%+v, HEAD: %q, want %q", v, got, want)
			}
			if isolation == emitted.Connection {
				want := head + "\r\n" + body + head + "\r\n" + body + head + "Connection: close\r\n\r\n" + body
				if got := s.Ask(t, strings.Repeat(get("/"), 2)+last); got != want {
					t.Errorf("%+v, three at once: %q, want %q", v, got, want)
				}
			}
			_, content, _ := strings.Cut(s.Ask(t, strings.Replace(last, "/", "/json", 1)), "\r\n\r\n")
			var got struct {
				Name   string
				Number json.RawMessage
			}
			if err := json.Unmarshal([]byte(content), &got); err != nil || got.Name != "<"+v.name+">" || string(got.Number) != v.count {
				t.Errorf("%+v, JSON: %q, %v", v, content, err)
			}
			s.Stop()
		}
	}
}

// A server whose values cannot stand where they should does not start, and says which one.
func TestSlotsRefused(t *testing.T) {
	b := emitted.BuildText(t, emitted.Request.Spec("", slotted))
	const (
		text    = "$NAME must be set to UTF-8 of 1 to 1024 bytes\n"
		escaped = "$NAME must be set to UTF-8 of 1 to 1024 bytes as JSON, of control characters only line breaks and tabs\n"
		field   = "$VERSION must be set to UTF-8 of 1 to 1024 bytes, without control characters, and without spaces around it\n"
		number  = "$COUNT must be set to a JSON number, true, false or null, of at most 1024 bytes\n"
	)
	for _, c := range []struct{ name, env, message string }{
		{"unset", "", text}, {"empty", "NAME=", text}, {"another name", "NAMES=a", text},
		{"long", "NAME=" + strings.Repeat("x", 1025), text}, {"very long", "NAME=" + strings.Repeat("x", 100_000), text},
		{"no UTF-8", "NAME=a\xff", text}, {"half a character", "NAME=\xe2\x82", text}, {"surrogate", "NAME=\xed\xa0\x80", text},
		{"long as JSON", "NAME=" + strings.Repeat("\n", 513), escaped}, {"control character in JSON", "NAME=\x01", escaped},
		{"line feed", "VERSION=a\nX-Evil: 1", field}, {"carriage return", "VERSION=a\r", field}, {"DEL", "VERSION=\x7f", field},
		{"space in front", "VERSION= a", field}, {"space behind", "VERSION=a ", field}, {"tab behind", "VERSION=a\t", field}, {"no UTF-8 in a field", "VERSION=\x80", field},
		{"text", "COUNT=three", number}, {"two", "COUNT=1,2", number}, {"leading zero", "COUNT=01", number}, {"object", "COUNT={}", number},
		{"half a word", "COUNT=tru", number}, {"more than a word", "COUNT=nulll", number}, {"minus", "COUNT=-", number}, {"string", `COUNT="a"`, number}, {"space", "COUNT=1 ", number},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := []string{c.env}
			if c.env == "" {
				env = nil
			}
			if !strings.Contains(c.message, "$NAME") {
				env = append(env, "NAME=n")
			}
			refuses(t, b, env, c.message)
		})
	}
}
