package e2e

import (
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// Clients that reset their connection, at any point, leave nothing behind.
func TestResetClients(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.Every(), func(t *testing.T, v emitted.Variant) {
		s := large(t, v, "").Start(t, emitted.Options{})
		open := descriptors(t, s.PID)
		for range 25 {
			s.Dial(t).Reset()
			for _, text := range []string{"G", "GET / HTTP/1.1\r\n", get("/"), get("/large"), strings.Repeat(get("/"), 10), "\x00", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"} {
				c := s.Dial(t)
				c.Send(text)
				c.Reset()
			}
			c := s.Dial(t)
			c.Send(get("/large"))
			c.ReadN(100_000)
			c.Reset()
		}
		awaitChildren(t, s.PID, 0)
		await(t, func() bool { return descriptors(t, s.PID) == open }, "descriptors are left over") // a child may end before the parent closes its client
		if got := s.Ask(t, get("/")); !hasStatus(got, 200) {
			t.Errorf("got %q", got)
		}
	})
}

// A client that shuts its side down behind the request gets the whole response.
func TestHalfClosedClient(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.Every(), func(t *testing.T, v emitted.Variant) {
		s := large(t, v, "").Start(t, emitted.Options{})
		c := s.Dial(t)
		c.Send(get("/large"))
		c.HalfClose()
		finishDownload(t, c, "")
	})
}
