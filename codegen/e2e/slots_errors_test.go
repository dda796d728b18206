package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// Error responses have values of the environment too, those that end the connection and those that do not.
func TestSlotsInErrors(t *testing.T) {
	for _, isolation := range []emitted.Variant{emitted.Request, emitted.Connection} {
		b := emitted.BuildText(t, isolation.Spec(`listen: "127.0.0.1:${PORT:-1}"`, `
routes:
  - { path: /, body: "plain\n" }
errors:
  400: { body: "ask ${CONTACT}", headers: { X-Contact: "<${CONTACT}>" } }
  404: { json: { ask: "${CONTACT}" }, headers: { X-Contact: "<${CONTACT}>" } }`))
		refuses(t, b, []string{"CONTACT=a\nb"}, "$CONTACT must be set to UTF-8 of 1 to 1024 bytes, without control characters, and without spaces around it\n")
		for _, contact := range []string{"us", `ü "and" \`, strings.Repeat("y", 1024)} {
			s := b.Start(t, emitted.Options{Env: []string{"CONTACT=" + contact}})
			quoted := `{"ask":"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(contact) + `"}`
			for _, c := range []struct{ request, line, mediaType, body string }{
				{"GET /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "404 Not Found", "application/json", quoted},
				{"GET / HTTP/1.1\r\n\r\n", "400 Bad Request", "text/plain; charset=utf-8", "ask " + contact},
			} {
				want := fmt.Sprintf("HTTP/1.1 %s\r\nContent-Type: %s\r\nX-Contact: <%s>\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", c.line, c.mediaType, contact, len(c.body), c.body)
				if got := s.Ask(t, c.request); got != want {
					t.Errorf("%q: %q, want %q", contact, got, want)
				}
			}
			s.Stop()
		}
	}
}
