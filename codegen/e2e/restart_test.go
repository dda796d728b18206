package e2e

import (
	"io"
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

// finishDownload reads the rest of a response and compares its content as it comes: before is what has been read.
func finishDownload(t *testing.T, client *emitted.Conn, before string) {
	t.Helper()
	for more := "-"; more != "" && !strings.Contains(before, "\r\n\r\n"); before += more {
		more = client.ReadN(1)
	}
	_, content, _ := strings.Cut(before, "\r\n\r\n")
	want, buf := largeText(), make([]byte, 256<<10)
	for err := error(nil); ; {
		if !strings.HasPrefix(want, content) {
			t.Fatalf("the download is another, %d bytes before its end: %s", len(want), emitted.Difference(content, want[:min(len(want), len(content))]))
		}
		if want = want[len(content):]; err != nil {
			break
		}
		n := 0
		if n, err = io.ReadFull(client, buf); err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			t.Fatalf("reading: %v, %d bytes before the end", err, len(want))
		}
		content = string(buf[:n])
	}
	if want != "" {
		t.Errorf("the download is not whole: %d bytes are missing", len(want))
	}
}
