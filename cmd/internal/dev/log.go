package dev

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// request is a line of a server's log in JSON.
type request struct {
	Method *string `json:"method"`
	Path   *string `json:"path"`
	Status int     `json:"status"`
	Bytes  int64   `json:"bytes"`
}

// requestLog writes what a server prints: its log, where dev has turned it on, as a line
// of method, path, status and bytes, anything else as it is.
type requestLog struct {
	w       io.Writer
	rewrite bool
	rest    []byte // a line that is not complete
}

// Write takes the server's output in any pieces.
func (l *requestLog) Write(p []byte) (int, error) {
	if !l.rewrite {
		return l.w.Write(p)
	}
	l.rest = append(l.rest, p...)
	for {
		line, rest, complete := bytes.Cut(l.rest, []byte("\n"))
		if !complete {
			return len(p), nil
		}
		if _, err := io.WriteString(l.w, logLine(line)); err != nil {
			return 0, err
		}
		l.rest = rest
	}
}

func logLine(line []byte) string {
	var r request
	if json.Unmarshal(line, &r) != nil || r.Status == 0 {
		return string(line) + "\n"
	}
	return fmt.Sprintf("%d %s %s, %d bytes\n", r.Status, orDash(r.Method), orDash(r.Path), r.Bytes)
}

// orDash is a value, or a dash for what was not understood of a request.
func orDash(s *string) string {
	if s == nil {
		return "-"
	}
	return printable(*s)
}

// printable keeps a client from speaking to the terminal.
func printable(s string) string {
	quoted := fmt.Sprintf("%q", s)
	return quoted[1 : len(quoted)-1]
}
