package e2e

import (
	"strings"
	"time"
)

// rfc850 is the second form of HTTP dates (RFC 9110, 5.6.7).
const rfc850 = "Monday, 02-Jan-06 15:04:05 GMT"

// imfDate is a date in the form that is sent.
func imfDate(after time.Duration) string {
	return comparedTime.Add(after).Format("Mon, 02 Jan 2006 15:04:05 GMT")
}

// fileRequests are sent for every file.
func fileRequests() []comparedRequest {
	older, same, newer := imfDate(-time.Second), imfDate(0), imfDate(time.Second)
	var out []comparedRequest
	add := func(name string, fields ...string) {
		method := "GET"
		if m, _, ok := strings.Cut(name, " "); ok && m == strings.ToUpper(m) {
			method = m
		}
		out = append(out, comparedRequest{name: name, method: method, fields: fields})
	}
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} {
		add(method + " alone")
	}
	out = append(out, comparedRequest{name: "HTTP/1.0", method: "GET", version: "1.0"})
	for name, value := range map[string]string{"own": "{tag}", "weak": "W/{tag}", "list": `"x", {tag}`, "star": "*", "other": `"x"`} {
		add("If-None-Match "+name, "If-None-Match: "+value)
		add("If-Match "+name, "If-Match: "+value)
	}
	add("HEAD If-None-Match own", "If-None-Match: {tag}")
	add("If-None-Match in two lines", `If-None-Match: "x"`, "If-None-Match: {tag}")
	dates := map[string]string{"older": older, "same": same, "newer": newer, "RFC 850": comparedTime.Format(rfc850),
		"asctime": comparedTime.Format(time.ANSIC), "invalid": "yesterday", "lower case": strings.ToLower(same)}
	for name, value := range dates {
		add("If-Modified-Since "+name, "If-Modified-Since: "+value)
		add("If-Unmodified-Since "+name, "If-Unmodified-Since: "+value)
	}
	add("If-None-Match other, If-Modified-Since same", `If-None-Match: "x"`, "If-Modified-Since: "+same)
	add("If-None-Match own, If-Modified-Since older", "If-None-Match: {tag}", "If-Modified-Since: "+older)
	add("If-Match own, If-Unmodified-Since older", "If-Match: {tag}", "If-Unmodified-Since: "+older)
	add("If-Match other, If-None-Match own", `If-Match: "x"`, "If-None-Match: {tag}")
	for _, value := range []string{"0-3", "0-0", "5-", "-3", "0-99999999", "-99999999", "99999999-", "-0", "0-1,3-4", "5-2",
		"99999999999999999999999-", "0-99999999999999999999999", " 0-3", "x"} {
		add("Range bytes="+value, "Range: bytes="+value)
	}
	add("Range of lines", "Range: lines=0-3")
	add("Range twice", "Range: bytes=0-1", "Range: bytes=3-4")
	add("HEAD Range", "Range: bytes=0-3")
	add("Range, If-None-Match own", "Range: bytes=0-3", "If-None-Match: {tag}")
	for name, value := range map[string]string{"own": "{tag}", "weak": "W/{tag}", "other": `"x"`, "same date": same, "older date": older, "newer date": newer} {
		add("If-Range "+name, "Range: bytes=0-3", "If-Range: "+value)
	}
	for _, value := range []string{"gzip", "gzip;q=0", "gzip;q=0.5", "identity", "*", "GZIP", "deflate", "identity, gzip;q=0.1"} {
		add("Accept-Encoding "+value, "Accept-Encoding: "+value)
	}
	add("HEAD gzip", "Accept-Encoding: gzip")
	add("gzip, If-None-Match its own", "Accept-Encoding: gzip", "If-None-Match: {coded}")
	add("gzip, If-None-Match of identity", "Accept-Encoding: gzip", "If-None-Match: {tag}")
	add("gzip, Range", "Accept-Encoding: gzip", "Range: bytes=0-3")
	return out
}

// addressRequests are about addresses that are no file's own.
var addressRequests = []comparedRequest{
	{name: "/", method: "GET", path: "/"},
	{name: "/index.html", method: "GET", path: "/index.html"},
	{name: "folder without slash", method: "GET", path: "/docs"},
	{name: "HEAD folder without slash", method: "HEAD", path: "/docs"},
	{name: "folder without slash, query", method: "GET", path: "/docs?x=1"},
	{name: "folder without index", method: "GET", path: "/docs/deep/"},
	{name: "missing", method: "GET", path: "/missing"},
	{name: "HEAD missing", method: "HEAD", path: "/missing"},
	{name: "missing below a folder", method: "GET", path: "/docs/missing.html"},
	{name: "missing, Range", method: "GET", path: "/missing", fields: []string{"Range: bytes=0-3"}},
	{name: "missing, If-Match", method: "GET", path: "/missing", fields: []string{`If-Match: "x"`}},
	{name: "/404.html", method: "GET", path: "/404.html"},
	{name: "file with a slash behind", method: "GET", path: "/notes.txt/"},
	{name: "query", method: "GET", path: "/notes.txt?x=1"},
	{name: "escapes in lower case", method: "GET", path: "/%c3%bcber.txt"},
	{name: "escapes that are not needed", method: "GET", path: "/%6eotes%2Etxt"},
	{name: "sub-delims", method: "GET", path: "/docs/a+b@c.txt"},
	{name: "escaped sub-delims", method: "GET", path: "/docs/a%2Bb%40c.txt"},
	{name: "escaped slash", method: "GET", path: "/docs%2Fdeep%2Fpage.html"},
	{name: "two slashes", method: "GET", path: "//docs//deep/page.html"},
	{name: "dot segments", method: "GET", path: "/docs/../notes.txt"},
	{name: "dot segment", method: "GET", path: "/./notes.txt"},
	{name: "dot segments out of the root", method: "GET", path: "/../notes.txt"},
	{name: "escaped dot segments", method: "GET", path: "/docs/%2e%2e/notes.txt"},
	{name: "NUL", method: "GET", path: "/notes.txt%00"},
	{name: "bad escape", method: "GET", path: "/notes%zz.txt"},
	{name: "other case", method: "GET", path: "/NOTES.TXT"},
	{name: "dotfile", method: "GET", path: "/.hidden"},
	{name: "ready-made encoding", method: "GET", path: "/notes.txt.gz"},
	{name: "unknown method", method: "BREW", path: "/notes.txt"},
	{name: "TRACE", method: "TRACE", path: "/notes.txt"},
	{name: "absolute form", method: "GET", path: "http://h/notes.txt"},
}
