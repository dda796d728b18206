package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// A loggedFields is what a client sends behind its request line, and how the combined form
// ends for it.
type loggedFields struct{ head, end string }

var fieldCases = []loggedFields{
	{"", `"-" "-"`},
	{"Referer: http://r.example/a?b\r\nUser-Agent: curl/8\r\n", `"http://r.example/a?b" "curl/8"`},
	{"user-agent:curl/8 \r\nREFERER:\t http://r \t\r\n", `"http://r" "curl/8"`},
	{"Referer:\r\nUser-Agent: \r\n", `"-" "-"`},
	{"Referer: -\r\n", `"-" "-"`},
	{"User-Agent: one\r\nUser-Agent: two\r\n", `"-" "two"`},
	{"Referers: r\r\nXeferer: r\r\nUser_Agent: u\r\nUser-Agents: u\r\n", `"-" "-"`},
	// Nothing ends the quotes or the line.
	{"User-Agent: \" 200 1\r\n", `"-" "\" 200 1"`},
	{"User-Agent: a\\\r\nReferer: \\\"\r\n", `"\\\"" "a\\"`},
	{"User-Agent: \\\\\" \"\\\r\n", `"-" "\\\\\" \"\\"`},
	{"User-Agent: a\tb\x7fc\x80\xff\xc3\xa9\r\n", `"-" "a\x09b\x7fc\x80\xff\xc3\xa9"`},
	{"User-Agent:  ~!\x21\r\n", `"-" "~!!"`},
	// What is longer than 512 bytes is cut, never within an escape.
	{"User-Agent: " + strings.Repeat("u", 509) + "\r\n", `"-" "` + strings.Repeat("u", 509) + `"`},
	{"User-Agent: " + strings.Repeat("u", 512) + "\r\n", `"-" "` + strings.Repeat("u", 509) + `"`},
	{"Referer: " + strings.Repeat(`"`, 3000) + "\r\nUser-Agent: " + strings.Repeat("\xe9", 3000) + "\r\n",
		`"` + strings.Repeat(`\"`, 255) + `" "` + strings.Repeat(`\xe9`, 128) + `"`},
	{"Referer: x" + strings.Repeat("\x7f", 3000) + "\r\n", `"x` + strings.Repeat(`\x7f`, 127) + `" "-"`},
}

// fieldRequests are these with requests of each kind, and what they leave: a body is read
// over the head, a head is refused behind the fields, or is not complete when its time is
// over.
func fieldRequests() []loggedRequest {
	var out []loggedRequest
	for _, f := range fieldCases {
		out = append(out,
			loggedRequest{"GET /a.txt HTTP/1.1\r\n" + logHost + f.head + "\r\n", `"GET /a.txt HTTP/1.1" 200 11 ` + f.end},
			loggedRequest{"GET /missing?a=\"b HTTP/1.1\r\n" + f.head + logHost + "\r\n", `"GET /missing?a=\"b HTTP/1.1" 404 5 ` + f.end},
			loggedRequest{"GET /health HTTP/1.1\r\n" + f.head + logHost + "\r\n", ""},
			loggedRequest{"POST /form HTTP/1.1\r\n" + f.head + logHost + "Content-Length: 3\r\n\r\nabc", `"POST /form HTTP/1.1" 200 5 ` + f.end},
			loggedRequest{"POST /form HTTP/1.1\r\n" + f.head + logHost + "Content-Length: 50000\r\n\r\n" + strings.Repeat("User-Agent: no\r\n", 3125), `"POST /form HTTP/1.1" 200 5 ` + f.end},
			loggedRequest{"POST /form HTTP/1.1\r\n" + logHost + f.head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nUser-Agent: trailer\r\nReferer: trailer\r\n\r\n", `"POST /form HTTP/1.1" 200 5 ` + f.end},
		)
	}
	return out
}

// refusedRequests end their connection.
var refusedRequests = []loggedRequest{
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "User-Agent: u\r\nbad field\r\nReferer: r\r\n\r\n", `"GET /a.txt HTTP/1.1" 400 0 "-" "u"`},
	{"GET /a.txt HTTP/1.1\r\nReferer: r\r\n\r\n", `"GET /a.txt HTTP/1.1" 400 0 "r" "-"`},
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "User-Agent: a\r\n b\r\n\r\n", `"GET /a.txt HTTP/1.1" 400 0 "-" "a"`},
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "User-Agent: a\nb\r\n\r\n", `"GET /a.txt HTTP/1.1" 400 0 "-" "-"`},
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "User-Agent: a\x00\r\n\r\n", `"GET /a.txt HTTP/1.1" 400 0 "-" "-"`},
	{"GET /a.txt HTTP/1.1\r\n" + logHost + "User-Agent: a\x1b[2J\r\n\r\n", `"GET /a.txt HTTP/1.1" 400 0 "-" "-"`},
	{"GET /a.txt HTTP/2.0\r\n" + logHost + "User-Agent: u\r\n\r\n", `"-" 505 0 "-" "-"`},
	{"GET /a.txt HTTP/1.1\r\nUser-Agent: u\r\nX: " + strings.Repeat("x", 20000) + "\r\n\r\n", `"GET /a.txt HTTP/1.1" 431 0 "-" "u"`},
	{"POST /form HTTP/1.1\r\n" + logHost + "User-Agent: u\r\nContent-Length: 99999999\r\n\r\n", `"POST /form HTTP/1.1" 413 0 "-" "u"`},
	{"POST /form HTTP/1.1\r\n" + logHost + "User-Agent: u\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", `"POST /form HTTP/1.1" 400 0 "-" "u"`},
	{"GET /a.txt HTTP/1.0\r\nUser-Agent: u\r\nReferer: r\r\n\r\n", `"GET /a.txt HTTP/1.0" 200 11 "r" "u"`},
}

// withFields is a line of the combined form, without its date.
func withFields(line string) string {
	if line == "" {
		return ""
	}
	return "127.0.0.1 - - [-] " + line + "\n"
}

// The combined form ends with Referer and User-Agent, as the head of this very request had
// them, and nothing that a client sends ends a quotation or a line.
func TestAccessLogFields(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Build(t, logSite(v, "access_log: combined")).Start(t, emitted.Options{})
		want := ""
		for _, r := range append(fieldRequests(), refusedRequests...) {
			_, _ = ask(s.Addr, r.text) // a server that closes early may reset what is still sent
			want += withFields(r.line)
			if got := awaitLog(s, want); got != want {
				t.Fatalf("%.200q: the log: %s", r.text, emitted.Difference(got, want))
			}
		}
	})
}

// Of requests that share a connection each has its own, also where they come in pieces.
func TestAccessLogFieldsPipelined(t *testing.T) {
	t.Parallel()
	s := emitted.Build(t, logSite(emitted.Connection, "access_log: combined")).Start(t, emitted.Options{})
	row, want := "", ""
	for _, r := range fieldRequests() {
		row += r.text
		want += withFields(r.line)
	}
	row += refusedRequests[0].text
	want += withFields(refusedRequests[0].line)
	for n, size := range []int{len(row), 4093, 101} {
		c := s.Dial(t)
		for rest := row; rest != ""; {
			n := min(len(rest), size)
			c.Send(rest[:n])
			rest = rest[n:]
		}
		c.HalfClose()
		c.ReadAll()
		checkLog(t, s, strings.Repeat(want, n+1))
	}
}

// A request whose time is over has the fields that were there in time.
func TestAccessLogFieldsTimeout(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		b := emitted.Build(t, logSite(v, "access_log: combined\n"+shortLimits))
		for _, r := range []loggedRequest{
			{"GET /a.txt HTTP/1.1\r\nUser-Agent: u\r\nReferer: r", `"GET /a.txt HTTP/1.1" 408 0 "-" "u"`},
			{"POST /form HTTP/1.1\r\n" + logHost + "User-Agent: u\r\nContent-Length: 3\r\n\r\na", `"POST /form HTTP/1.1" 408 0 "-" "u"`},
		} {
			checkLogOfStalled(t, b, r.text, withFields(r.line))
		}
	})
}

// combinedLine is a line of the combined form (Apache HTTP Server, mod_log_config), as
// those read it who mean to be sure of it: what stands in quotes is printable ASCII, and in
// it quotes and backslashes stand behind a backslash.
var combinedLine = regexp.MustCompile(`^[0-9a-f.:]+ - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "([ !#-\[\]-~]|\\["\\])*" \d{3} \d+ "([ !#-\[\]-~]|\\["\\]|\\x[0-9a-f]{2})*" "([ !#-\[\]-~]|\\["\\]|\\x[0-9a-f]{2})*"$`)

// Every byte that a field may have is one line, that has the form, at each place of a value.
func TestAccessLogFieldBytes(t *testing.T) {
	t.Parallel()
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Build(t, logSite(v, "access_log: combined")).Start(t, emitted.Options{})
		want := ""
		for b := range 256 {
			if b < ' ' && b != '\t' {
				continue
			}
			c, logged := string([]byte{byte(b)}), string(rune(b))
			switch {
			case b == '"' || b == '\\':
				logged = `\` + c
			case b < ' ' || b > '~':
				logged = fmt.Sprintf(`\x%02x`, b)
			}
			s.Ask(t, "GET /a.txt HTTP/1.1\r\n"+logHost+"User-Agent: a"+c+"\"\r\nReferer: "+c+c+"z\r\n\r\n")
			referer := logged + logged + "z"
			if b == ' ' || b == '\t' {
				referer = "z"
			}
			want += withFields(`"GET /a.txt HTTP/1.1" 200 11 "` + referer + `" "a` + logged + `\""`)
		}
		checkLog(t, s, want)
		for line := range strings.Lines(s.Stdout()) {
			if !combinedLine.MatchString(strings.TrimSuffix(line, "\n")) {
				t.Errorf("%q", line)
			}
		}
	})
}
