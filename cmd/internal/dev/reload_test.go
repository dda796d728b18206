package dev

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestReload: a page's script knows the version that it came with, and the stream says
// the version now and each one that follows.
func TestReload(t *testing.T) {
	r, err := newReloader(0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	r.send("1")
	res := get(t, r.origin()+reloadScript)
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`new EventSource("` + r.origin() + `/events")`, `event.data !== "1"`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
	if got := res.Header.Get("Content-Type") + res.Header.Get("Cache-Control"); got != "text/javascript; charset=utf-8no-store" {
		t.Error(got)
	}
	stream := get(t, r.origin()+"/events")
	lines := bufio.NewReader(stream.Body)
	for _, want := range []string{"2", "3", "4"} {
		data, err := lines.ReadString('\n')
		if _, emptyErr := lines.ReadString('\n'); err != nil || emptyErr != nil || data != "data: "+previous(want)+"\n" {
			t.Fatalf("got %q, %v", data, err)
		}
		r.send(want)
	}
	if got := stream.Header.Get("Access-Control-Allow-Origin"); got != "*" || stream.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("got %v", stream.Header)
	}
}

func get(t *testing.T, url string) *http.Response {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

// TestReloaderCloses: a stream does not outlive it.
func TestReloaderCloses(t *testing.T) {
	r, err := newReloader(0)
	if err != nil {
		t.Fatal(err)
	}
	stream := get(t, r.origin()+"/events")
	r.close()
	_, _ = io.Copy(io.Discard, stream.Body) // ends, or the test's time does
	if _, err := http.Get(r.origin() + reloadScript); err == nil {
		t.Error("it answers")
	}
}

func TestServerURL(t *testing.T) {
	for banner, want := range map[string]string{
		":8080": "http://127.0.0.1:8080/", "127.0.0.2:80": "http://127.0.0.2:80/", "[::1]:80": "http://[::1]:80/", "unix:/run/a": "", "unix:a:1": "",
	} {
		s := &server{banner: banner}
		if got := s.url(); got != want {
			t.Errorf("%s: %q, want %q", banner, got, want)
		}
		if want == "" && s.address() != banner {
			t.Errorf("%s: address %q", banner, s.address())
		}
	}
}

func previous(version string) string { return string(version[0] - 1) }

// TestReloadMistakes: they go to pages of this machine, as a text, and go again.
func TestReloadMistakes(t *testing.T) {
	r, err := newReloader(0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	r.fail("a <b>\nc")
	for origin, want := range map[string]string{
		"http://localhost:1": "data: \n\nevent: mistakes\ndata: \"a \\u003cb\\u003e\\nc\"\n\n", "https://[::1]": "data: \n\nevent: mistakes",
		"http://127.0.0.9:8": "data: \n\nevent: mistakes", "http://a.localhost": "data: \n\nevent: mistakes",
		"http://example.com": "data: \n\ndata: v\n\n", "": "data: \n\ndata: v\n\n", "null": "data: \n\ndata: v\n\n",
	} {
		req, err := http.NewRequest("GET", r.origin()+"/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", origin)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		first := make([]byte, len("data: \n\n"))
		if _, err := io.ReadFull(res.Body, first); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(want, "mistakes") {
			r.set(func() { r.version = "v" })
		}
		rest := make([]byte, len(want)-len(first))
		if _, err := io.ReadFull(res.Body, rest); err != nil || string(first)+string(rest) != want {
			t.Errorf("%s: %v, got %q, want %q", origin, err, string(first)+string(rest), want)
		}
		res.Body.Close()
		r.set(func() { r.version = "" })
	}
}

// TestReloadPort: the port is the same each time, if it is free.
func TestReloadPort(t *testing.T) {
	first, err := newReloader(0)
	if err != nil {
		t.Fatal(err)
	}
	port := first.listener.Addr().(*net.TCPAddr).Port
	other, err := newReloader(port)
	if err != nil {
		t.Fatal(err)
	}
	defer other.close()
	if other.origin() == first.origin() {
		t.Error("two have one port")
	}
	first.close()
	again, err := newReloader(port)
	if err != nil {
		t.Fatal(err)
	}
	defer again.close()
	if again.origin() != first.origin() {
		t.Errorf("%s, before %s", again.origin(), first.origin())
	}
}
