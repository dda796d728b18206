package e2e

import (
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// 20,000 requests leave no process and no open descriptor behind; in a -short run 2,000.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		const together = 10 // on a connection that takes more than one
		requests := 20_000
		if testing.Short() {
			requests = 2_000
		}
		s := emitted.Start(t, v.Spec("backlog: 512", onePage))
		open := descriptors(t, s.PID)
		text, n := get("/"), requests
		if v.KeepAlive() {
			text, n = strings.Repeat(text, together), requests/together
		}
		answered := many(t, s, n, text)
		if answered != requests {
			t.Errorf("%d of %d requests were answered", answered, requests)
		}
		awaitChildren(t, s.PID, 0)
		await(t, func() bool { return descriptors(t, s.PID) == open }, "descriptors are left over") // a child may end before the parent closes its client
	})
}

// many sends text on n connections, eight at a time, and counts the 200s.
func many(t *testing.T, s *emitted.Server, n int, text string) int {
	t.Helper()
	var mu sync.Mutex
	answered := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range n / 8 {
				got, err := ask(s.Addr, text)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				answered += strings.Count(got, "HTTP/1.1 200 OK")
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return answered
}

// ask is one exchange, for goroutines that must not end the test.
func ask(addr, text string) (string, error) {
	c, err := dialAddr(addr)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if _, err := io.WriteString(c, text); err != nil {
		return "", err
	}
	if err := c.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		return "", err
	}
	got, err := io.ReadAll(c)
	return string(got), err
}
