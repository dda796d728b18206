package e2e

import (
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// A server that is stopped while a slow download is in flight lets it finish, and the
// next one binds the same port at once.
func TestRestartDuringDownload(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		b := large(t, v, "")
		first := b.Start(t, emitted.Options{})
		client, before := startDownload(t, first)
		first.Signal(sigterm)
		awaitRefused(t, first)
		second := b.Start(t, emitted.Options{Port: first.Port})
		if got := second.Ask(t, get("/")); !hasStatus(got, 200) {
			t.Errorf("the second server answers %q", got)
		}
		finishDownload(t, client, before)
		if status, err := first.Wait(); status != 0 || err != nil {
			t.Errorf("stopped, the server exited with status %d, %v", status, err)
		}
		first.Kill()
	})
}

// A parent that is killed takes no response with it, and frees the port at once.
func TestKilledDuringDownload(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		b := large(t, v, "")
		first := b.Start(t, emitted.Options{})
		client, before := startDownload(t, first)
		awaitAlone(t, first.PID)
		first.Signal(sigkill)
		if status, err := first.Wait(); status != 128+int(sigkill) || err != nil {
			t.Fatalf("killed, the server exited with status %d, %v", status, err)
		}
		await(t, func() bool { // the client's process closes the listener when it is its turn
			c, err := dialAddr(first.Addr)
			if err == nil {
				c.Close()
			}
			return err != nil
		}, "the port still takes connections")
		second := b.Start(t, emitted.Options{Port: first.Port})
		finishDownload(t, client, before)
		if got := second.Ask(t, get("/")); !hasStatus(got, 200) {
			t.Errorf("the second server answers %q", got)
		}
		first.Kill()
	})
}

// startDownload asks for the large file and reads its beginning only.
func startDownload(t *testing.T, s *emitted.Server) (client *emitted.Conn, before string) {
	t.Helper()
	client = s.Dial(t)
	client.Send("GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	before = client.ReadN(1000)
	if !hasStatus(before, 200) {
		t.Fatalf("the download starts with %q", before)
	}
	return client, before
}

func finishDownload(t *testing.T, client *emitted.Conn, before string) {
	t.Helper()
	_, content, _ := strings.Cut(before+client.ReadAll(), "\r\n\r\n")
	if want := strings.Repeat("0123456789abcdef", largeSize/16); content != want {
		t.Errorf("the download is not whole: %s", emitted.Difference(content, want))
	}
}
