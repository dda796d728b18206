package dynamic

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestConstantTime: how many instructions a refusal takes depends neither on how many bytes
// of the credentials are right, nor on whose they are. What is right takes as many as
// another right one.
func TestConstantTime(t *testing.T) {
	const password = "correct horse battery staple"
	for _, passwords := range []string{`"${P}"`, `"` + password + `"`} {
		for _, isolation := range []string{"request", "connection"} {
			file := text(t, "server: { isolation: "+isolation+" }\nroutes:\n  - path: /\n    body: in\n    auth: { realm: R, users: { alice: "+passwords+", bob: "+passwords+" } }\n")
			server, run, err := Boot(file, Script{Env: []string{"P=" + password}})
			if err != nil || server == nil {
				t.Fatalf("%v: %q", err, run.Console)
			}
			ask := func(name, word string) (uint64, string) {
				request := "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+word)) + "\r\n\r\n"
				run, err := server.Serve(Script{Segments: [][]byte{[]byte(request)}})
				if err != nil {
					t.Fatal(err)
				}
				return run.Count - run.Forked, string(run.Output[:len("HTTP/1.1 200")])
			}
			want, status := ask("alice", strings.Repeat("-", len(password)))
			if status != "HTTP/1.1 401" {
				t.Fatalf("got %s", status)
			}
			for n := range len(password) {
				wrong := password[:n] + "-" + password[n+1:]
				start := password[:n] + strings.Repeat("-", len(password)-n)
				end := strings.Repeat("-", n+1) + password[n+1:]
				for _, w := range []string{wrong, start, end} {
					for _, name := range []string{"alice", "bobby"} {
						if got, status := ask(name, w); got != want || status != "HTTP/1.1 401" {
							t.Errorf("%s, %s, %q: %d instructions, want %d", isolation, name, w, got, want)
						}
					}
				}
			}
			right, status := ask("alice", password)
			if bob, bobs := ask("bob", password); status != "HTTP/1.1 200" || bobs != status || bob-right > 2 && right-bob > 2 {
				t.Errorf("%s: alice takes %d instructions, %s, bob %d, %s", isolation, right, status, bob, bobs)
			}
			t.Logf("%s, %s: %d instructions refused, %d let in", isolation, passwords, want, right)
		}
	}
}
