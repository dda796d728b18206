package process

import (
	"bytes"
	"errors"
	"strconv"
)

// Request is a plain GET with four field lines, as wrk and curl send about as many.
func Request(path, host string, keepAlive bool) []byte {
	connection := "close"
	if keepAlive {
		connection = "keep-alive"
	}
	return []byte("GET " + path + " HTTP/1.1\r\nHost: " + host +
		"\r\nUser-Agent: verbosel-bench\r\nAccept: */*\r\nConnection: " + connection + "\r\n\r\n")
}

var errLength = errors.New("a response on a persistent connection has neither Content-Length nor chunks")

// complete says whether b is a whole response (RFC 9112 6.3) to GET: its head and as
// many bytes as Content-Length says, or chunks up to the last.
func complete(b []byte) (bool, error) {
	head, body, found := bytes.Cut(b, []byte("\r\n\r\n"))
	if !found {
		return false, nil
	}
	for line := range bytes.Lines(head) {
		name, value, _ := bytes.Cut(bytes.TrimSpace(line), []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			n, err := strconv.Atoi(string(value))
			return len(body) >= n, err
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			return bytes.HasSuffix(body, []byte("0\r\n\r\n")), nil
		}
	}
	if fields := bytes.Fields(head); len(fields) > 1 && (string(fields[1]) == "204" || string(fields[1]) == "304") {
		return true, nil
	}
	return false, errLength
}
