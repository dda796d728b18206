package e2e

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// slotHeaders are a spec whose responses all have a value of the environment, some another one.
func slotHeaders(isolation emitted.Variant) fstest.MapFS {
	return fstest.MapFS{
		emitted.SpecName: {Data: []byte(isolation.Spec("listen: \"127.0.0.1:${PORT:-1}\"\n  limits: { head: 1KiB }", `
headers: { X-Name: "<${NAME}>" }
routes:
  - { path: /, dir: site, headers_for: { "*.bin": { X-Name: "bin ${OTHER:-o}" } } }
  - { path: /plain, body: "plain\n" }
  - { path: /both, body: "${NAME}", headers: { X-Own: "${OTHER:-o}" } }
  - { path: /own, body: "own\n", headers: { X-Name: own } }
  - { path: "/to/{rest...}", redirect: "https://a.example/{rest}" }`))},
		"site/index.html": {Data: []byte("<p>index")},
		"site/large.bin":  {Data: bytes.Repeat([]byte("0123456789abcdef"), 8192)},
	}
}

// Whatever a value is, it stands in all responses: those of folders, in parts and whole, redirects, and those that the server makes itself.
func TestSlotsInAllHeaders(t *testing.T) {
	for _, isolation := range []emitted.Variant{emitted.Request, emitted.Connection} {
		b := emitted.Build(t, slotHeaders(isolation))
		refuses(t, b, nil, "$NAME must be set to UTF-8 of 1 to 1024 bytes, without control characters, and without spaces around it\n")
		for _, value := range []string{"a\r\nX-Evil: 1", "a\n", "\r", "\x7f", " a", "a\t", "\xff", strings.Repeat("x", 1025)} {
			refuses(t, b, []string{"NAME=" + value}, "$NAME must be set to UTF-8 of 1 to 1024 bytes, without control characters, and without spaces around it\n")
		}
		for _, v := range []struct{ name, other string }{{"World", "p"}, {`"q" \ ${NAME} %s`, "ü\ta"}, {strings.Repeat("y", 1024), strings.Repeat("z", 1024)}} {
			s := b.Start(t, emitted.Options{Env: []string{"NAME=" + v.name, "OTHER=" + v.other}})
			all, bin := "\r\nX-Name: <"+v.name+">\r\n", "\r\nX-Name: bin "+v.other+"\r\n"
			for _, c := range []struct {
				request string // its line, and fields
				status  int
				field   string
				size    int // of the content
			}{
				{"GET / HTTP/1.1\r\nHost: a", 200, all, 8},
				{"HEAD / HTTP/1.1\r\nHost: a", 200, all, 0},
				{"GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: *", 304, all, 0},
				{"GET /large.bin HTTP/1.1\r\nHost: a", 200, bin, 131072},
				{"GET /large.bin HTTP/1.1\r\nHost: a\r\nRange: bytes=1-100000", 206, bin, 100000},
				{"GET /large.bin HTTP/1.1\r\nHost: a\r\nRange: bytes=200000-", 416, bin, 0},
				{"GET /plain HTTP/1.1\r\nHost: a", 200, all, 6},
				{"GET /both HTTP/1.1\r\nHost: a", 200, "\r\nX-Own: " + v.other + "\r\n", len(v.name)},
				{"GET /both HTTP/1.1\r\nHost: a", 200, all, len(v.name)},
				{"GET /own HTTP/1.1\r\nHost: a", 200, "\r\nX-Name: own\r\n", 4},
				{"GET /to/x HTTP/1.1\r\nHost: a", 301, all, 74},
				{"GET /none HTTP/1.1\r\nHost: a", 404, all, 10},
				{"POST /plain HTTP/1.1\r\nHost: a", 405, all, 0},
				{"GET / HTTP/1.1", 400, all, 0},
				{"GET /" + strings.Repeat("a", 1100) + " HTTP/1.1", 414, all, 0},
				{"GET / HTTP/3.0", 505, all, 0},
			} {
				got := s.Ask(t, c.request+"\r\nConnection: close\r\n\r\n")
				head, content, _ := strings.Cut(got, "\r\n\r\n")
				if !hasStatus(got, c.status) || strings.Count(head+"\r\n", c.field) != 1 || strings.Count(head, "X-Name: ") != 1 || len(content) != c.size {
					t.Errorf("%.20q, %.80q: %.2000q, %d bytes of content, want %d with %.80q", v.name, c.request, head, len(content), c.size, c.field)
				}
			}
			s.Stop()
		}
	}
}

// A client that sends nothing for too long gets them too, and one for which there is no process.
func TestSlotsInHeadersOfOwnAnswers(t *testing.T) {
	long := strings.Repeat("y", 1024)
	for _, errors := range []string{"", "errors: { 408: { body: late }, 503: { body: \"\" } }\n"} {
		for _, more := range []string{"", "\n  clock: true"} {
			emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
				b := emitted.BuildText(t, v.Spec("timeouts: { head: 100ms }"+more, "headers: { X-Name: \"<${NAME}>\" }\n"+errors+onePage))
				checkAllBusy(t, b, "\r\nX-Name: <"+long+">\r\n", "", "NAME="+long)
				s := b.Start(t, emitted.Options{Env: []string{"NAME=" + long}})
				c := s.Dial(t)
				io.WriteString(c, "GET / HT")
				if got, _ := io.ReadAll(c); !hasStatus(string(got), 408) || !strings.Contains(string(got), "\r\nX-Name: <"+long+">\r\n") {
					t.Errorf("%.200q", got)
				}
			})
		}
	}
}
