package main

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestReload: a page's script knows the version that it came with, and the stream says
// the version now and each one that follows.
func TestReload(t *testing.T) {
	r, err := newReloader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	r.send()
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
	for _, want := range []string{"1", "2", "3"} {
		data, err := lines.ReadString('\n')
		if _, emptyErr := lines.ReadString('\n'); err != nil || emptyErr != nil || data != "data: "+want+"\n" {
			t.Fatalf("got %q, %v", data, err)
		}
		r.send()
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
	r, err := newReloader()
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
		s := &devServer{banner: banner}
		if got := s.url(); got != want {
			t.Errorf("%s: %q, want %q", banner, got, want)
		}
		if want == "" && s.address() != banner {
			t.Errorf("%s: address %q", banner, s.address())
		}
	}
}
