package e2e

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// Go's client reuses a connection where the isolation lets it.
func TestGoClient(t *testing.T) {
	emitted.Each(t, emitted.Every(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec("", postPage))
		client := &http.Client{Transport: &http.Transport{}, Timeout: 20 * time.Second}
		defer client.CloseIdleConnections()
		reused := 0
		for _, c := range []struct {
			method, content string
			status          int
			want            string
		}{
			{"GET", "", 200, "root\n"}, {"HEAD", "", 200, ""}, {"POST", "hello", 200, "root\n"},
			{"PUT", "hello", 405, ""}, {"OPTIONS", "", 204, ""}, {"GET", "", 200, "root\n"},
		} {
			if again := roundTrip(t, client, "http://"+s.Addr+"/", c.method, c.content, c.status, c.want); again {
				reused++
			}
		}
		if want := map[bool]int{true: 5}[v.KeepAlive()]; reused != want {
			t.Errorf("%d of six requests were made on a connection used before, want %d", reused, want)
		}
	})
}

// roundTrip reports whether the connection was used before.
func roundTrip(t *testing.T, client *http.Client, url, method, content string, status int, want string) (reused bool) {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused },
	})
	response, err := client.Do(request.WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != status || string(got) != want {
		t.Errorf("%s: %d %q, %v; want %d %q", method, response.StatusCode, got, err, status, want)
	}
	return reused
}

// A large file arrives whole, twice on the same connection.
func TestGoClientLarge(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := large(t, v, "").Start(t, emitted.Options{})
		client := &http.Client{Transport: &http.Transport{}, Timeout: 20 * time.Second}
		defer client.CloseIdleConnections()
		want := largeText()
		for range 2 {
			roundTrip(t, client, "http://"+s.Addr+"/large", "GET", "", 200, want)
		}
	})
}
