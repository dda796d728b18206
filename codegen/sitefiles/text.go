package sitefiles

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/verbosel/verbosel/codegen/diag"
)

// Bounds: of a file in bytes, and of the mistakes in it that are told.
const (
	maxFile     = 8 << 20
	maxMistakes = 20
)

// text is a file that is being read.
type text struct {
	dialect Dialect
	file    string // its name, for messages
	lines   []string
	found   diag.List
	more    int // mistakes beyond maxMistakes
}

// newText takes a file apart into lines; nil where it is none of text, which is reported.
func newText(d Dialect, file string, raw []byte) (*text, diag.List) {
	t := &text{dialect: d, file: file}
	if len(raw) > maxFile {
		return nil, diag.List{{Pos: diag.Pos{File: file}, Msg: fmt.Sprintf("the file has %d bytes; at most %d are read", len(raw), maxFile), Hint: "use patterns"}}
	}
	t.lines = lines(string(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	for n, line := range t.lines {
		col := 1
		for i, r := range line {
			switch {
			case r == utf8.RuneError && !strings.HasPrefix(line[i:], "\ufffd"):
				t.mistake(n+1, col, "save it as UTF-8", "the file is not UTF-8 here")
				return nil, t.found
			case r != '\t' && unicode.IsControl(r):
				t.mistake(n+1, col, "remove it", "control character U+%04X", r)
				return nil, t.found
			}
			col++
		}
	}
	return t, nil
}

// lines are those of a text, without their ends.
func lines(text string) []string {
	return strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
}

// mistake reports a mistake; col counts characters from 1.
func (t *text) mistake(line, col int, hint, format string, args ...any) {
	t.report(diag.Mistake, diag.Pos{File: t.file, Line: line, Col: col}, hint, fmt.Sprintf(format, args...))
}

// warn reports what is hardly meant.
func (t *text) warn(at diag.Pos, hint, format string, args ...any) {
	t.report(diag.Warning, at, hint, fmt.Sprintf(format, args...))
}

func (t *text) mistakeAt(at diag.Pos, hint, format string, args ...any) {
	t.report(diag.Mistake, at, hint, fmt.Sprintf(format, args...))
}

func (t *text) report(s diag.Severity, at diag.Pos, hint, msg string) {
	if len(t.found) >= maxMistakes {
		t.more++
		return
	}
	t.found.Add(&diag.Error{Pos: at, Severity: s, Msg: msg, Hint: hint, Line: t.line(at.Line)})
}

// line is the text of line n, counted from 1.
func (t *text) line(n int) string {
	if n < 1 || n > len(t.lines) {
		return ""
	}
	return t.lines[n-1]
}

// Mistake is one at a place in the file.
func (t *text) Mistake(at diag.Pos, msg, hint string) *diag.Error {
	return &diag.Error{Pos: at, Msg: msg, Hint: hint, Line: t.line(at.Line)}
}

// findings is all that was found, in the order of the file.
func (t *text) findings() diag.List {
	if t.more > 0 {
		t.found.Add(&diag.Error{Pos: diag.Pos{File: t.file, Line: len(t.lines)}, Msg: fmt.Sprintf("%d more mistakes and warnings", t.more)})
		t.more = 0
	}
	t.found.Sort()
	return t.found
}

// token is a word of a line.
type token struct {
	text string
	col  int // of its first character, from 1
}

func (t token) isComment() bool { return strings.HasPrefix(t.text, "#") }

// tokens are the words of a line.
func tokens(line string) []token {
	var out []token
	start, col, at := -1, 0, 0
	for i, r := range line {
		col++
		switch {
		case unicode.IsSpace(r) && start >= 0:
			out = append(out, token{line[start:i], at})
			start = -1
		case !unicode.IsSpace(r) && start < 0:
			start, at = i, col
		}
	}
	if start >= 0 {
		out = append(out, token{line[start:], at})
	}
	return out
}
