package e2e

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// A banner that cannot be written is no reason not to serve.
func TestBannerUnwritable(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"closed": `exec "$0" >&-`, "full": `exec "$0" >/dev/full`, "read-only": `exec "$0" 1</dev/null`,
		"all closed": `exec "$0" <&- >&- 2>&-`,
	} {
		t.Run(name, func(t *testing.T) {
			emitted.Each(t, emitted.Every(), func(t *testing.T, v emitted.Variant) {
				b := emitted.BuildText(t, v.Spec("", onePage))
				s := b.Start(t, emitted.Options{NoBanner: true, Wrap: []string{"/bin/sh", "-c", script}})
				for range 3 {
					got, err := ask(s.Addr, "GET / HTTP/1.0\r\n\r\n")
					if err != nil || !hasStatus(got, 200) {
						t.Errorf("got %q, %v", got, err)
					}
				}
			})
		})
	}
}

// A pipe whose reader is gone sends SIGPIPE.
func TestBannerBrokenPipe(t *testing.T) {
	b := emitted.BuildText(t, emitted.Request.Spec("", onePage))
	s := b.Start(t, emitted.Options{NoBanner: true, Wrap: []string{"/bin/sh", "-c", `(sleep 0.2; exec "$0") | true`}})
	defer s.Kill() // the shell, not the server, is the process that would be stopped
	if got, err := ask(s.Addr, get("/")); err != nil || !hasStatus(got, 200) {
		t.Errorf("got %q, %v", got, err)
	}
}
