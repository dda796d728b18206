package e2e

import (
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// stateSpec is a folder with dates, encodings and an application's page, beside a
// route that takes bodies.
const stateSpec = `routes:
  - path: /
    dir: site
    last_modified: "2026-01-02T03:04:05Z"
    spa: index.html
  - path: /other/
    dir: other
  - path: /form
    method: [GET, POST]
    body: "form\n"
`

func stateSite(v emitted.Variant, server string) fstest.MapFS {
	return fstest.MapFS{
		emitted.SpecName:  {Data: []byte(v.Spec(server, stateSpec))},
		"site/index.html": {Data: []byte("<p>page\n")},
		"site/a.txt":      {Data: []byte("0123456789\n")},
		"site/c.txt":      {Data: []byte(strings.Repeat("compressible ", 100))},
		"site/big.bin":    {Data: []byte(strings.Repeat("0123456789abcdef", 5000))},
		"other/b.txt":     {Data: []byte("b\n")},
	}
}

// stateRequests are requests of which each leaves something behind that the next one
// must not see.
func stateRequests() []string {
	date := "Fri, 02 Jan 2026 03:04:05 GMT"
	var out []string
	add := func(line string, fields ...string) {
		out = append(out, line+" HTTP/1.1\r\nHost: h\r\n"+strings.Join(append(fields, ""), "\r\n")+"\r\n")
	}
	for _, target := range []string{"/a.txt", "/c.txt", "/big.bin", "/unknown", "/other/b.txt", "/form"} {
		add("GET " + target)
	}
	for _, fields := range [][]string{
		{"Range: bytes=2-5"}, {"Range: bytes=-3"}, {"Range: bytes=99999-"}, {"Range: bytes=1-1", "Range: bytes=2-2"},
		{"Range: bytes=2-5", `If-Range: "xxxxxxxxxxxxxxxx"`}, {"Range: bytes=2-5", "If-Range: " + date},
		{"If-None-Match: *"}, {`If-None-Match: "xxxxxxxxxxxxxxxx"`}, {"If-Match: *"}, {`If-Match: "xxxxxxxxxxxxxxxx"`},
		{"If-Modified-Since: " + date}, {"If-Modified-Since: junk"}, {"If-Modified-Since: " + date, "If-Modified-Since: " + date},
		{"If-Unmodified-Since: Thu, 01 Jan 2026 00:00:00 GMT"},
		{"Connection: keep-alive"},
	} {
		add("GET /a.txt", fields...)
	}
	for _, coding := range []string{"br", "gzip;q=0.5, zstd;q=0.4", "*;q=0", "identity;q=0.1, *"} {
		add("GET /c.txt", "Accept-Encoding: "+coding)
	}
	add("HEAD /a.txt")
	add("HEAD /c.txt", "Accept-Encoding: br", "If-None-Match: *")
	add("GET /big.bin", "Range: bytes=10-79000")
	add("GET /unknown", "Range: bytes=0-1")
	add("GET /missing.js", "If-None-Match: *")
	add("OPTIONS /a.txt", "Range: bytes=0-0")
	out = append(out,
		"POST /form HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nRange: bytes=0-0\r\n\r\nhello",
		"GET /a.txt HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nRange: bytes=3-4\r\n\r\n1\r\nx\r\n0\r\nIf-Match: x\r\n\r\n",
		"GET /a.txt HTTP/1.0\r\nConnection: keep-alive\r\nRange: bytes=1-2\r\n\r\n")
	return out
}

// askAll sends requests on one connection, in one segment, and returns all that comes
// back.
func askAll(t *testing.T, s *emitted.Server, requests ...string) string {
	t.Helper()
	return s.Ask(t, strings.Join(requests, ""))
}

// Nothing that a request says is left for the next one of its connection: any two of
// them together get what they get alone.
func TestSiteRequestsDoNotLeak(t *testing.T) {
	t.Parallel()
	v := emitted.Connection
	s := emitted.Build(t, stateSite(v, "")).Start(t, emitted.Options{})
	requests := stateRequests()
	alone := map[string]string{}
	for _, r := range requests {
		alone[r] = askAll(t, s, r)
		if !strings.HasPrefix(alone[r], "HTTP/1.1 ") {
			t.Fatalf("%q gets %q", r, alone[r])
		}
	}
	for _, first := range requests {
		for _, second := range requests {
			if got, want := askAll(t, s, first, second), alone[first]+alone[second]; got != want {
				t.Fatalf("%q then %q: %s", first, second, emitted.Difference(got, want))
			}
		}
	}
}

// Long rows of requests, cut anywhere, get what each gets alone.
func TestSiteRequestsInRows(t *testing.T) {
	s := emitted.Build(t, stateSite(emitted.Connection, "limits: { requests: 100000 }")).Start(t, emitted.Options{})
	requests := stateRequests()
	random := rand.New(rand.NewPCG(testtool.Seed(t), 0))
	alone := map[string]string{}
	for _, r := range requests {
		alone[r] = askAll(t, s, r)
	}
	for range 60 {
		var row, want strings.Builder
		for range 1 + random.IntN(60) {
			r := requests[random.IntN(len(requests))]
			row.WriteString(r)
			want.WriteString(alone[r])
		}
		c := s.Dial(t)
		done := make(chan string)
		go func() {
			all, _ := io.ReadAll(c) // what is missing is seen below
			done <- string(all)
		}()
		for rest := row.String(); rest != ""; {
			n := 1 + random.IntN(min(len(rest), 600))
			c.Send(rest[:n])
			rest = rest[n:]
		}
		c.HalfClose()
		if got := <-done; got != want.String() {
			t.Fatal(emitted.Difference(got, want.String()))
		}
		c.Close()
	}
}
