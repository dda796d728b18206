package e2e

import (
	"strings"
	"testing"
)

// The judge itself: what it must let pass, and what it must not.
func TestJudge(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Fuzz: yes\r\n\r\n"
	for name, c := range map[string]struct {
		request, answer string
		keepAlive       bool
		want            string // in the error; empty for none
	}{
		"plain":             {get("/"), ok + "root\n", false, ""},
		"nothing":           {"GE", "", true, ""},
		"two":               {get("/") + get("/"), ok + "root\n" + ok + "root\n", true, ""},
		"head":              {"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", ok, true, ""},
		"one empty line":    {"\r\n" + get("/"), ok + "root\n", true, ""},
		"continue":          {get("/"), "HTTP/1.1 100 Continue\r\n\r\n" + ok + "root\n", true, ""},
		"two at once":       {get("/"), ok + "root\n" + ok + "root\n", false, "2 responses"},
		"cut":               {get("/"), ok + "roo", true, "content"},
		"other content":     {get("/"), ok + "toor\n", true, "content"},
		"content missing":   {get("/"), ok, true, "content"},
		"garbage behind":    {get("/"), ok + "root\n\x00", true, "no status line"},
		"field missing":     {get("/"), strings.Replace(ok, "X-Fuzz: yes\r\n", "", 1) + "root\n", true, "global field"},
		"field twice":       {get("/"), strings.Replace(ok, "X-Fuzz", "X-Fuzz: yes\r\nX-Fuzz", 1) + "root\n", true, "twice"},
		"length missing":    {get("/"), "HTTP/1.1 200 OK\r\nX-Fuzz: yes\r\n\r\n", true, "Content-Length"},
		"no host":           {"GET / HTTP/1.1\r\n\r\n", ok + "root\n", true, "0 Host"},
		"two hosts":         {"GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", ok + "root\n", true, "2 Host"},
		"unfinished":        {"GET / HTTP/1.1\r\nHost: h\r\n", ok + "root\n", true, "does not end"},
		"bare line feed":    {"GET / HTTP/1.1\nHost: h\r\n\r\n", ok + "root\n", true, "LF"},
		"space before":      {"GET / HTTP/1.1\r\nHost : h\r\n\r\n", ok + "root\n", true, "whitespace"},
		"coding and length": {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ok + "root\n", true, "Transfer-Encoding"},
		"bad length":        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello", ok + "root\n", true, "Go refuses"},
		"short content":     {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhell", ok + "root\n", true, "should have 5"},
		"bad chunk":         {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", ok + "root\n", true, "no chunk"},
		"long chunk":        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", ok + "root\n", true, "its line"},
		"bad trailer":       {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX : y\r\n\r\n", ok + "root\n", true, "no trailers"},
		"odd chunks":        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n01 ; a = \"\xff\\\"\"\r\n\xff\r\n0\r\nX:\xff\r\n\r\n", ok + "root\n", true, ""},
		"version":           {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", ok + "root\n", true, "version"},
	} {
		err := judge([]byte(c.request), []byte(c.answer), c.keepAlive)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
