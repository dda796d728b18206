package e2e

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

const protected = `
auth:
  realm: Staff
  users: { alice: "${ALICE_PASSWORD}", "b": "${B}" }
routes:
  - { path: /, body: "in\n" }
  - { path: /healthz, body: "ok\n", auth: none }`

func basic(name, password string) string {
	return "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password)) + "\r\nConnection: close\r\n\r\n"
}

// Passwords of every length are taken from the environment, with every remainder of what
// base64 puts into four characters.
func TestPasswordFromEnvironment(t *testing.T) {
	for _, isolation := range []emitted.Variant{emitted.Request, emitted.Connection} {
		b := emitted.BuildText(t, isolation.Spec(`listen: "127.0.0.1:${PORT:-1}"`, protected))
		for _, password := range []string{"a", "ab", "abc", "abcd", "p:ä s\xff", strings.Repeat("x", 127), strings.Repeat("y", 128)} {
			env := []string{"ALICE_PASSWOR=" + password, "ALICE_PASSWORDS=x", "B=other", "ALICE_PASSWORD=" + password}
			s := b.Start(t, emitted.Options{Env: env})
			for name, c := range map[string]struct {
				request string
				status  int
			}{
				"alice":           {basic("alice", password), 200},
				"b":               {basic("b", "other"), 200},
				"nobody":          {get("/"), 401},
				"another's":       {basic("b", password), 401},
				"longer":          {basic("alice", password+"x"), 401},
				"shorter":         {basic("alice", password[1:]), 401},
				"without a colon": {strings.Replace(basic("alice", ""), "Og==", "", 1), 401},
				"everybody":       {get("/healthz"), 200},
			} {
				if got := s.Ask(t, c.request); !hasStatus(got, c.status) {
					t.Errorf("%q, %s: %q, want %d", password, name, got, c.status)
				}
			}
			s.Stop()
		}
	}
}

// A server without its passwords does not start, and says which one is missing.
func TestPasswordRefused(t *testing.T) {
	b := emitted.BuildText(t, emitted.Request.Spec("", protected))
	message := func(name string) string {
		return fmt.Sprintf("$%s must be set to a password of 1 to 128 bytes without control characters\n", name)
	}
	for name, env := range map[string][]string{
		"unset": {}, "empty": {"ALICE_PASSWORD=", "B=b"}, "another name": {"ALICE_PASSWORDS=a", "ALICE=b", "B=b"},
		"long": {"B=b", "ALICE_PASSWORD=" + strings.Repeat("x", 129)}, "very long": {"B=b", "ALICE_PASSWORD=" + strings.Repeat("x", 100_000)},
		"tab": {"B=b", "ALICE_PASSWORD=a\tb"}, "line feed": {"B=b", "ALICE_PASSWORD=a\n"}, "DEL": {"B=b", "ALICE_PASSWORD=\x7f"},
	} {
		t.Run(name, func(t *testing.T) { refuses(t, b, env, message("ALICE_PASSWORD")) })
	}
	refuses(t, b, []string{"ALICE_PASSWORD=a"}, message("B"))
	refuses(t, b, []string{"ALICE_PASSWORD=a", "B="}, message("B"))
}
