package e2e

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// logSpec has a response of every kind: a folder's files, routes, one that is not
// logged.
const logSpec = `routes:
  - path: /
    dir: site
    last_modified: "2026-01-02T03:04:05Z"
  - path: /form
    method: [GET, POST]
    body: "form\n"
  - path: /slot
    status: 203
    body: "${UNSET_SLOT:-slot}\n"
  - path: /old
    redirect: /form
  - path: /health
    log: false
    json: { ok: true }
errors:
  404: { body: "none\n" }
`

func logSite(v emitted.Variant, server string) fstest.MapFS {
	return fstest.MapFS{
		emitted.SpecName:      {Data: []byte(v.Spec(server, logSpec))},
		"site/a.txt":          {Data: []byte("0123456789\n")},
		"site/a \u00fc\".txt": {Data: []byte("escaped\n")},
		"site/empty.txt":      {},
		"site/large.bin":      {Data: []byte(strings.Repeat("x", 100_000))},
		"site/docs/one.html":  {Data: []byte("<p>one\n")},
	}
}

// A loggedRequest is what a client sends, and the lines that it leaves: method, path
// and version, or "-", then the status and the bytes of content.
type loggedRequest struct {
	text string
	line string
}

const logHost = "Host: h\r\n"

var loggedRequests = []loggedRequest{
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "\r\n", `"GET /a.txt HTTP/1.1" 200 11`},
	{"HEAD /a.txt HTTP/1.1\r\n" + logHost + "\r\n", `"HEAD /a.txt HTTP/1.1" 200 0`},
	{"GET /slot HTTP/1.1\r\n" + logHost + "\r\n", `"GET /slot HTTP/1.1" 203 5`},
	{"HEAD /slot HTTP/1.1\r\n" + logHost + "\r\n", `"HEAD /slot HTTP/1.1" 203 0`},
	{"GET /a.txt?query=1 HTTP/1.1\r\n" + logHost + "\r\n", `"GET /a.txt?query=1 HTTP/1.1" 200 11`},
	{"GET /a.txt? HTTP/1.1\r\n" + logHost + "\r\n", `"GET /a.txt? HTTP/1.1" 200 11`},
	{"GET /a.txt?a=\"b\\c??%22 HTTP/1.1\r\n" + logHost + "\r\n", `"GET /a.txt?a=\"b\\c??%22 HTTP/1.1" 200 11`},
	{"GET /%61.tx%74?%61=%3f HTTP/1.1\r\n" + logHost + "\r\n", `"GET /a.txt?%61=%3f HTTP/1.1" 200 11`},
	{"GET /a%3Fb?c HTTP/1.0\r\n\r\n", `"GET /a%3fb?c HTTP/1.0" 404 5`},
	{"GET http://h?a=b HTTP/1.1\r\n" + logHost + "\r\n", `"GET /?a=b HTTP/1.1" 404 5`},
	{"GET http://h/a.txt HTTP/1.1\r\n" + logHost + "\r\n", `"GET /a.txt HTTP/1.1" 200 11`},
	{"GET /a.txt HTTP/1.0\r\n\r\n", `"GET /a.txt HTTP/1.0" 200 11`},
	{"\r\nGET /a.txt HTTP/1.1\r\n" + logHost + "\r\n", `"GET /a.txt HTTP/1.1" 200 11`},
	{"GET /empty.txt HTTP/1.1\r\n" + logHost + "\r\n", `"GET /empty.txt HTTP/1.1" 200 0`},
	{"GET /large.bin HTTP/1.1\r\n" + logHost + "\r\n", `"GET /large.bin HTTP/1.1" 200 100000`},
	{"GET /large.bin HTTP/1.1\r\n" + logHost + "Range: bytes=10-79999\r\n\r\n", `"GET /large.bin HTTP/1.1" 206 79990`},
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "Range: bytes=2-5\r\n\r\n", `"GET /a.txt HTTP/1.1" 206 4`},
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "Range: bytes=-3\r\n\r\n", `"GET /a.txt HTTP/1.1" 206 3`},
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "Range: bytes=99-\r\n\r\n", `"GET /a.txt HTTP/1.1" 416 0`},
	{"HEAD /a.txt HTTP/1.1\r\n" + logHost + "Range: bytes=2-5\r\n\r\n", `"HEAD /a.txt HTTP/1.1" 200 0`},
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "If-None-Match: *\r\n\r\n", `"GET /a.txt HTTP/1.1" 304 0`},
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "If-Match: \"x\"\r\n\r\n", `"GET /a.txt HTTP/1.1" 412 0`},
	{"GET /a%20%c3%BC%22.tx%74 HTTP/1.1\r\n" + logHost + "\r\n", `"GET /a%20%c3%bc%22.txt HTTP/1.1" 200 8`},
	{"GET /missing HTTP/1.1\r\n" + logHost + "\r\n", `"GET /missing HTTP/1.1" 404 5`},
	{"GET /it%27s%5C%22%2F HTTP/1.1\r\n" + logHost + "\r\n", `"GET /it's%5c%22%2f HTTP/1.1" 404 5`},
	{"HEAD /missing HTTP/1.1\r\n" + logHost + "\r\n", `"HEAD /missing HTTP/1.1" 404 0`},
	{"GET /old HTTP/1.1\r\n" + logHost + "\r\n", `"GET /old HTTP/1.1" 301 75`},
	{"DELETE /a.txt HTTP/1.1\r\n" + logHost + "\r\n", `"DELETE /a.txt HTTP/1.1" 405 0`},
	{"OPTIONS /a.txt HTTP/1.1\r\n" + logHost + "\r\n", `"OPTIONS /a.txt HTTP/1.1" 204 0`},
	{"OPTIONS * HTTP/1.1\r\n" + logHost + "\r\n", `"OPTIONS * HTTP/1.1" 204 0`},
	{"POST /form HTTP/1.1\r\n" + logHost + "Content-Length: 3\r\n\r\nabc", `"POST /form HTTP/1.1" 200 5`},
	{"POST /form HTTP/1.1\r\n" + logHost + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc", `"POST /form HTTP/1.1" 200 5`},
	{"POST /form HTTP/1.1\r\n" + logHost + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", `"POST /form HTTP/1.1" 200 5`},
	{"POST /form HTTP/1.1\r\n" + logHost + "Transfer-Encoding: chunked\r\n\r\nx\r\n", `"POST /form HTTP/1.1" 400 0`},
	{"POST /form HTTP/1.1\r\n" + logHost + "Content-Length: 99999999\r\n\r\n", `"POST /form HTTP/1.1" 413 0`},
	{"POST /form HTTP/1.1\r\n" + logHost + "Transfer-Encoding: gzip\r\n\r\n", `"POST /form HTTP/1.1" 400 0`},
	{"POST /form HTTP/1.1\r\n" + logHost + "Expect: more\r\n\r\n", `"POST /form HTTP/1.1" 417 0`},
	{"GET /a.txt HTTP/1.1\r\n\r\n", `"GET /a.txt HTTP/1.1" 400 0`},
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "If-None-Match: *\r\nbad field\r\n\r\n", `"GET /a.txt HTTP/1.1" 400 0`},
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "X: " + strings.Repeat("x", 20000) + "\r\n\r\n", `"GET /a.txt HTTP/1.1" 431 0`},
	{"\x00\r\n\r\n", `"-" 400 0`},
	{"GET\r\n\r\n", `"-" 400 0`},
	{"GET /\"quote HTTP/1.1\r\n" + logHost + "\r\n", `"-" 400 0`},
	{"GET /a.txt HTTP/2.0\r\n" + logHost + "\r\n", `"-" 505 0`},
	{"BREW /a.txt HTTP/1.1\r\n" + logHost + "\r\n", `"-" 501 0`},
	{"GET /" + strings.Repeat("x", 20000) + " HTTP/1.1\r\n" + logHost + "\r\n", `"-" 414 0`},
	{"GET /" + strings.Repeat("x", 2047) + " HTTP/1.1\r\n" + logHost + "\r\n", `"GET /` + strings.Repeat("x", 2047) + ` HTTP/1.1" 404 5`},
	{"GET /" + strings.Repeat("x", 2048) + " HTTP/1.1\r\n" + logHost + "\r\n", `"GET /` + strings.Repeat("x", 2047) + ` HTTP/1.1" 404 5`},
	{"GET /" + strings.Repeat("y", 9000) + " HTTP/1.1\r\n" + logHost + "\r\n", `"GET /` + strings.Repeat("y", 2047) + ` HTTP/1.1" 404 5`},
	{"GET /health HTTP/1.1\r\n" + logHost + "\r\n", ""},
	{"DELETE /health HTTP/1.1\r\n" + logHost + "\r\n", ""},
	{"GET /health HTTP/1.1\r\n\r\n", ""},
	{"GET /healthy HTTP/1.1\r\n" + logHost + "\r\n", `"GET /healthy HTTP/1.1" 404 5`},
	{"", ""},
	{"GET /a.txt HT", ""},
}

// common is a line of the Common Log Format, without its date.
func common(remote, line string) string { return remote + " - - [-] " + line + "\n" }

// asJSON is the same line as an object.
func asJSON(remote, line string) string {
	out := `{"remote":"` + remote + `","method":`
	if rest, ok := strings.CutPrefix(line, `"-" `); ok {
		out += `null,"path":null`
		line = rest
	} else {
		method, rest, _ := strings.Cut(line[1:], " ")
		path, rest, _ := strings.Cut(rest, " ")
		path, query, has := strings.Cut(path, "?")
		out += `"` + method + `","path":"` + path + `"`
		if has {
			out += `,"query":"` + query + `"`
		}
		_, line, _ = strings.Cut(rest, `" `)
	}
	status, bytes, _ := strings.Cut(line, " ")
	return out + `,"status":` + status + `,"bytes":` + bytes + "}\n"
}

// combined is a line of a request without Referer and User-Agent, likewise.
func combined(remote, line string) string { return remote + " - - [-] " + line + ` "-" "-"` + "\n" }

var logForms = map[string]func(remote, line string) string{"common": common, "combined": combined, "json": asJSON}

// logStart is not behind any date of a log.
var logStart = time.Now()

// logDates are dates of the two forms, as they stand in a line; without a date what stands
// there is without.
var logDates = []struct {
	pattern *regexp.Regexp
	layout  string
	without string
}{
	{regexp.MustCompile(` - - \[([^]]+)\] `), "02/Jan/2006:15:04:05 +0000", " - - [-] "},
	{regexp.MustCompile(`","time":"([^"]+)",`), "2006-01-02T15:04:05Z", `",`},
}

// undated is a log without its dates; those that are none, or none of now, stay.
func undated(log string) string {
	var out strings.Builder
	for line := range strings.Lines(log) {
		for _, d := range logDates {
			m := d.pattern.FindStringSubmatchIndex(line)
			if m != nil && emitted.IsBetween(d.layout, line[m[2]:m[3]], logStart, time.Now()) {
				line = line[:m[0]] + d.without + line[m[1]:]
				break
			}
		}
		out.WriteString(line)
	}
	return out.String()
}

// awaitLog waits until the server has written as much as is wanted.
func awaitLog(s *emitted.Server, want string) string {
	var log string
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		log = undated(s.Stdout())
		if len(log) >= len(want) {
			break
		}
	}
	return log
}

func checkLog(t *testing.T, s *emitted.Server, want string) {
	t.Helper()
	if got := awaitLog(s, want); got != want {
		t.Errorf("the log: %s", emitted.Difference(got, want))
	}
}

func TestAccessLog(t *testing.T) {
	t.Parallel()
	for form, line := range logForms {
		t.Run(form, func(t *testing.T) {
			emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
				s := emitted.Build(t, logSite(v, "access_log: "+form)).Start(t, emitted.Options{})
				want := ""
				for _, r := range loggedRequests {
					_, _ = ask(s.Addr, r.text) // a server that closes early may reset what is still sent
					if r.line != "" {
						want += line("127.0.0.1", r.line)
					}
					if got := awaitLog(s, want); got != want {
						t.Fatalf("%.80q: the log: %s", r.text, emitted.Difference(got, want))
					}
				}
				checkJSONLines(t, form, want)
			})
		})
	}
}

// checkJSONLines proves that what is wanted is JSON.
func checkJSONLines(t *testing.T, form, log string) {
	t.Helper()
	for line := range strings.Lines(log) {
		if form == "json" && !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
	}
}

// A query that is too long for a line is cut, and leaves the line whole.
func TestAccessLogLongQuery(t *testing.T) {
	t.Parallel()
	for form, end := range map[string]string{"common": `\"` + ` HTTP/1.1" 200 11` + "\n", "combined": `\"` + ` HTTP/1.1" 200 11 "-" "-"` + "\n", "json": `\"","status":200,"bytes":11}` + "\n"} {
		emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
			s := emitted.Build(t, logSite(v, "access_log: "+form)).Start(t, emitted.Options{})
			s.Ask(t, get("/a.txt?"+strings.Repeat(`"`, 9000)))
			var log string
			await(t, func() bool { log = s.Stdout(); return strings.HasSuffix(log, "\n") }, "no line")
			least, most := 3400, 3584
			if form == "combined" {
				least, most = 2900, 4096-2*512
			}
			if len(log) < least || len(log) > most || !strings.HasSuffix(log, end) || form == "json" && !json.Valid([]byte(log)) {
				t.Errorf("%d bytes: %.60q ... %q", len(log), log, log[max(0, len(log)-60):])
			}
		})
	}
}

// A spec that says nothing of it has no access log.
func TestAccessLogOff(t *testing.T) {
	for _, server := range []string{"", "access_log: off"} {
		s := emitted.Build(t, logSite(emitted.Request, server)).Start(t, emitted.Options{})
		for _, r := range loggedRequests {
			_, _ = ask(s.Addr, r.text)
		}
		if got := s.Stdout(); strings.Count(got, "\n") != 1 {
			t.Errorf("standard output: %q", got)
		}
	}
}

// A spec without a folder logs too: routes in a tree of comparisons, and so many that
// they are hashed.
func TestAccessLogRoutes(t *testing.T) {
	t.Parallel()
	for _, n := range []int{3, 300} {
		var spec strings.Builder
		spec.WriteString("routes:\n  - { path: /health, log: false, body: x }\n")
		for i := range n {
			fmt.Fprintf(&spec, "  - { path: /r%d, body: \"%d\", log: %t }\n", i, i, i%2 == 0)
		}
		emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
			s := emitted.BuildText(t, v.Spec("access_log: common", spec.String())).Start(t, emitted.Options{})
			want := ""
			for i := range n {
				s.Ask(t, get(fmt.Sprintf("/r%d", i)))
				s.Ask(t, get("/health"))
				if i%2 == 0 {
					want += common("127.0.0.1", fmt.Sprintf(`"GET /r%d HTTP/1.1" 200 %d`, i, len(fmt.Sprint(i))))
				}
			}
			checkLog(t, s, want)
		})
	}
}

// persists reports whether the connection goes on behind a request.
func persists(r loggedRequest) bool {
	final := regexp.MustCompile(`" (400|413|414|417|431|501|505) `)
	return strings.Contains(r.text, logHost) && !final.MatchString(r.line)
}

// logged is a request's line of the common form, if it has one.
func logged(r loggedRequest) string {
	if r.line == "" {
		return ""
	}
	return common("127.0.0.1", r.line)
}

// Requests of one connection have a line each, in their order, whatever is made of them
// and however they arrive.
func TestAccessLogPipelined(t *testing.T) {
	s := emitted.Build(t, logSite(emitted.Connection, "access_log: common")).Start(t, emitted.Options{})
	row, want := "", ""
	for _, r := range loggedRequests {
		if persists(r) {
			row += r.text
			want += logged(r)
		}
	}
	last := loggedRequest{"GET /a.txt HTTP/1.1\r\n\r\n", `"GET /a.txt HTTP/1.1" 400 0`}
	row += last.text
	want += logged(last)
	s.Ask(t, row)
	checkLog(t, s, want)
	askInPieces(t, s, row, 7)
	checkLog(t, s, want+want)
}

// askInPieces sends text in segments of n bytes, and waits for the end of what comes back.
func askInPieces(t *testing.T, s *emitted.Server, text string, n int) {
	t.Helper()
	c := s.Dial(t)
	for piece := range slices.Chunk([]byte(text), n) {
		c.Send(string(piece))
	}
	c.HalfClose()
	c.ReadAll()
}

func TestAccessLogTimeout(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		b := emitted.Build(t, logSite(v, "access_log: common\n"+shortLimits))
		for _, r := range []loggedRequest{
			{"GET /a.txt HT", `"-" 408 0`},
			{"GET /a.txt HTTP/1.1\r\nHo", `"GET /a.txt HTTP/1.1" 408 0`},
			{"GET /health HTTP/1.1\r\nHo", ""},
			{"", ""},
		} {
			checkLogOfStalled(t, b, r.text, logged(r))
		}
	})
}

// checkLogOfStalled compares the log of a server with the short limits whose one client sends no more than text. Where
// the machine was too busy to send that in time, another server is asked.
func checkLogOfStalled(t *testing.T, b *emitted.Binary, text, want string) {
	t.Helper()
	for {
		s := b.Start(t, emitted.Options{})
		began := time.Now()
		c := s.Dial(t)
		c.Send(text)
		inTime := time.Since(began) < shortLimit
		c.ReadAll()
		s.Stop()
		if !inTime {
			continue
		}
		checkLog(t, s, want)
		return
	}
}
