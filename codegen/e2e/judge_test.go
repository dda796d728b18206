package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"
)

// This file judges what a server answers to bytes that may be anything: the answers
// must be well formed, and what Go's parser or the rules below refuse must not be
// answered with a 2xx.

// fuzzRoutes are for requests made from those of testdata/http.
const fuzzRoutes = `
headers: { X-Fuzz: yes }
routes:
  - { path: /, method: [GET, POST, PUT], body: "root\n" }
  - { path: /a, body: "a\n" }
  - { path: /a/b, json: { "a": 1 } }
  - { path: /old, redirect: /a }
  - { path: /none, status: 204 }
errors:
  400: { body: "bad\n" }
  404: { body: "missing\n" }
`

// fuzzContents are the contents that the routes and errors have.
var fuzzContents = map[string]bool{"root\n": true, "a\n": true, "{\"a\":1}": true, "bad\n": true, "missing\n": true,
	"<!DOCTYPE html>\n<title>Moved Permanently</title>\n<a href=\"/a\">/a</a>\n": true}

// exchange sends data on a connection of its own and returns all that comes back.
func exchange(addr string, data []byte) ([]byte, error) { return exchangeParts(addr, [][]byte{data}) }

// exchangeParts is exchange of data in segments.
func exchangeParts(addr string, parts [][]byte) ([]byte, error) {
	c, err := dialAddr(addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return nil, err
	}
	for _, data := range parts {
		if _, err = c.Write(data); err != nil {
			break
		}
	}
	if err == nil {
		err = c.(interface{ CloseWrite() error }).CloseWrite()
	}
	if err != nil && !isGone(err) {
		return nil, err
	}
	got, err := io.ReadAll(c)
	if err != nil && !isGone(err) {
		return got, err // a time that is over is a server that hangs
	}
	return got, nil
}

// isGone: a server that has refused a request closes before it has read the rest.
func isGone(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ENOTCONN)
}

// judge compares a request with what was answered.
func judge(data, answer []byte, keepAlive bool) error {
	statuses, err := parseAnswers(answer, bytes.Contains(data, []byte("HEAD ")))
	if err != nil {
		return fmt.Errorf("the answer is not well formed: %w", err)
	}
	for len(statuses) > 0 && statuses[0] == 100 {
		statuses = statuses[1:]
	}
	if !keepAlive && len(statuses) > 1 {
		return fmt.Errorf("%d responses in isolation: request", len(statuses))
	}
	if len(statuses) == 0 || statuses[0] >= 300 {
		return nil
	}
	if reason := refuse(data); reason != "" {
		return fmt.Errorf("status %d, but %s", statuses[0], reason)
	}
	return nil
}

var (
	statusLine = regexp.MustCompile(`^HTTP/1\.1 ([1-5][0-9][0-9]) [A-Za-z -]+\r\n`)
	fieldLine  = regexp.MustCompile(`^([A-Za-z-]+): ([!-~]([ -~]*[!-~])?)\r\n`)
)

// parseAnswers reads responses as they must be, and returns their statuses.
func parseAnswers(b []byte, heads bool) ([]int, error) {
	var statuses []int
	for len(b) > 0 {
		m := statusLine.FindSubmatch(b)
		if m == nil {
			return nil, fmt.Errorf("no status line in %.200q", b)
		}
		status, err := strconv.Atoi(string(m[1]))
		if err != nil {
			return nil, err
		}
		statuses = append(statuses, status)
		fields, rest, err := parseFields(b[len(m[0]):])
		if err == nil {
			b, err = parseContent(status, fields, rest, heads)
		}
		if err != nil {
			return nil, fmt.Errorf("response %d, status %d: %w", len(statuses), status, err)
		}
	}
	return statuses, nil
}

func parseFields(b []byte) (fields map[string]string, rest []byte, err error) {
	fields = map[string]string{}
	for !bytes.HasPrefix(b, []byte("\r\n")) {
		m := fieldLine.FindSubmatch(b)
		if m == nil {
			return nil, nil, fmt.Errorf("no field line in %.200q", b)
		}
		if _, twice := fields[string(m[1])]; twice {
			return nil, nil, fmt.Errorf("%s twice", m[1])
		}
		fields[string(m[1])] = string(m[2])
		b = b[len(m[0]):]
	}
	return fields, b[2:], nil
}

// parseContent cuts the content off. An answer to HEAD has none, whatever its length.
func parseContent(status int, fields map[string]string, b []byte, heads bool) ([]byte, error) {
	if status == 100 {
		return b, nil
	}
	if fields["X-Fuzz"] != "yes" {
		return nil, errors.New("the global field is missing")
	}
	length, ok := fields["Content-Length"]
	if ok == (status == 204) {
		return nil, fmt.Errorf("Content-Length: %q", length)
	}
	n, err := strconv.Atoi(length)
	if ok && err != nil {
		return nil, err
	}
	if heads && (len(b) == 0 || bytes.HasPrefix(b, []byte("HTTP/1.1 "))) || n == 0 {
		return b, nil
	}
	if n > len(b) || !fuzzContents[string(b[:n])] {
		return nil, fmt.Errorf("the content of %d bytes is %.200q", n, b)
	}
	return b[n:], nil
}

// refuse says why a request must not be answered with a 2xx, or nothing. Go's parser
// is the judge of heads, but for what it refuses and the RFCs allow.
func refuse(data []byte) string {
	data = bytes.TrimPrefix(data, []byte("\r\n"))
	head, body, complete := bytes.Cut(data, []byte("\r\n\r\n"))
	if !complete {
		return "the head does not end"
	}
	lines := strings.Split(string(head), "\r\n")
	if reason := refuseLines(lines); reason != "" {
		return reason
	}
	if !strings.Contains(lines[0], " /") {
		return "" // of an absolute target Go refuses hosts that RFC 3986, 3.2.2, allows
	}
	request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(forGo(lines))))
	if err != nil {
		return "Go refuses it: " + err.Error()
	}
	return refuseBody(request, body)
}

// forGo is the head without what Go refuses and a server may let pass: DEL in a value
// (RFC 9110, 5.5), and a length that comes twice in different digits (8.6).
func forGo(lines []string) string {
	out := lines[0] + "\r\n"
	length := ""
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		if strings.EqualFold(name, "Content-Length") {
			value = strings.Trim(value, " \t")
			if n := len(value); n > 1 {
				value = strings.TrimLeft(value[:n-1], "0") + value[n-1:]
			}
			if value == length {
				continue
			}
			length = value
		}
		out += name + ":" + strings.ReplaceAll(value, "\x7f", "?") + "\r\n"
	}
	return out + "\r\n"
}

// refuseLines has the rules that Go's parser does not have.
func refuseLines(lines []string) string {
	hosts, lengths, codings := 0, 0, 0
	for i, line := range lines {
		if strings.ContainsAny(line, "\r\n\x00") {
			return "a line has a CR, LF or NUL"
		}
		if i == 0 {
			continue
		}
		name, _, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return "a field line has no name, or whitespace around it"
		}
		switch strings.ToLower(name) {
		case "host":
			hosts++
		case "content-length":
			lengths++
		case "transfer-encoding":
			codings++
		}
	}
	isOld := strings.HasSuffix(lines[0], " HTTP/1.0")
	switch {
	case hosts > 1 || hosts == 0 && !isOld:
		return fmt.Sprintf("it has %d Host fields", hosts)
	case codings > 1 || codings == 1 && (lengths > 0 || isOld):
		return "Transfer-Encoding is with itself, with Content-Length, or in HTTP/1.0"
	}
	return ""
}

func refuseBody(request *http.Request, body []byte) string {
	if major, minor := request.ProtoMajor, request.ProtoMinor; major != 1 {
		return fmt.Sprintf("its version is %d.%d", major, minor)
	}
	if len(request.TransferEncoding) > 0 {
		return refuseChunks(body)
	}
	if n := request.ContentLength; n > int64(len(body)) || n > fuzzBodyLimit {
		return fmt.Sprintf("its content should have %d bytes, and has %d", n, len(body))
	}
	return ""
}

// The lines of the chunked coding (RFC 9112, 7.1), of which Go's parser knows less.
var (
	token     = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
	quoted    = `"([\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"`
	chunkLine = regexp.MustCompile(`^([0-9A-Fa-f]+)([ \t]*;[ \t]*` + token + `([ \t]*=[ \t]*(` + token + `|` + quoted + `))?)*\r\n`)
	trailers  = regexp.MustCompile(`^(` + token + `:[\t -\xff]*\r\n)*\r\n`) // with DEL, as in header fields
)

// refuseChunks checks a chunked body.
func refuseChunks(b []byte) string {
	text := latin1(b) // a regular expression reads runes
	for total, framing := uint64(0), 0; ; {
		m := chunkLine.FindStringSubmatch(text)
		if m == nil {
			return fmt.Sprintf("no chunk starts at %.40q", text)
		}
		text = text[len(m[0]):]
		n, err := strconv.ParseUint(m[1], 16, 62)
		if total += n; err != nil || total > fuzzBodyLimit {
			return "its content is over the limit"
		}
		if framing += utf8.RuneCountInString(m[0]); framing > fuzzBodyLimit {
			return "what frames its content is over the limit"
		}
		if n == 0 {
			break
		}
		framing += len("\r\n")
		rest := []rune(text)
		if uint64(len(rest)) < n+2 || string(rest[n:n+2]) != "\r\n" {
			return "a chunk does not end with its line"
		}
		text = string(rest[n+2:])
	}
	if !trailers.MatchString(text) {
		return fmt.Sprintf("no trailers at %.40q", text)
	}
	return ""
}

// latin1 has each byte as the rune of its value.
func latin1(b []byte) string {
	var out strings.Builder
	for _, c := range b {
		out.WriteRune(rune(c))
	}
	return out.String()
}

// fuzzBodyLimit is limits.body of the servers that are fuzzed.
const fuzzBodyLimit = 2000

const fuzzServer = "limits: { head: 1KiB, body: 2000 }\nbacklog: 512"
