package spec

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/verbosel/verbosel/codegen/diag"
)

// maxSpecBytes bounds the spec file: far above 100,000 routes, and low enough that
// a wrong file (an image, a dump) is refused before it is scanned.
const maxSpecBytes = 32 << 20

// source is the text of a spec, with what is needed to point into it.
type source struct {
	file  string
	text  string // UTF-8, LF line breaks, no byte order mark
	lines []string
	tabs  bool // there is a tab somewhere
}

// newSource normalises line breaks (YAML 1.2, 5.4) and refuses what YAML does not
// allow in a file: bytes that are no UTF-8, and control characters (5.1).
func newSource(file string, raw []byte) (*source, *diag.Error) {
	if len(raw) > maxSpecBytes {
		return nil, &diag.Error{
			Pos:  diag.Pos{File: file},
			Msg:  fmt.Sprintf("the spec has %d bytes; at most %d are read", len(raw), maxSpecBytes),
			Hint: "move large content into files and name them with `file:`",
		}
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if bad := otherFile(file, raw); bad != nil {
		return nil, bad
	}
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	s := &source{file: file, text: text, lines: strings.Split(text, "\n")}
	s.tabs = strings.Contains(text, "\t")
	if bad := s.checkCharacters(); bad != nil {
		return nil, bad
	}
	return s, s.checkBlankLines()
}

func (s *source) checkCharacters() *diag.Error {
	line, col := 1, 1
	for i, r := range s.text {
		switch {
		case r == '\n':
			line, col = line+1, 1
			continue
		case r == utf8.RuneError && !strings.HasPrefix(s.text[i:], "\ufffd"):
			return s.errorAt(line, col, "the spec is not UTF-8 here", "save the file as UTF-8")
		case r != '\t' && (r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 && r != 0x85):
			return s.errorAt(line, col, fmt.Sprintf("control character U+%04X", r),
				fmt.Sprintf(`write it as "\x%02x" in double quotes`, r))
		}
		col++
	}
	return nil
}

// maxBlankLines bounds blank lines in a row: the scanner takes quadratic time for
// those at the end of a block of text.
const maxBlankLines = 1000

func (s *source) checkBlankLines() *diag.Error {
	run := strings.Repeat("\n", maxBlankLines+2)
	at := strings.Index(s.text, run)
	if at < 0 {
		return nil
	}
	first := strings.Count(s.text[:at], "\n") + 2
	return s.errorAt(first, 1, fmt.Sprintf("more than %d blank lines in a row", maxBlankLines), "remove them")
}

// line returns the text of line n, counted from 1.
func (s *source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	return s.lines[n-1]
}

func (s *source) errorAt(line, col int, msg, hint string) *diag.Error {
	return &diag.Error{
		Pos:  diag.Pos{File: s.file, Line: line, Col: col},
		Msg:  msg,
		Hint: hint,
		Line: s.line(line),
	}
}

// column corrects a scanner's column, which does not count tabs: it is moved to
// where the line really holds the text.
func (s *source) column(line, col int, text string) int {
	if !s.tabs || !strings.Contains(s.line(line), "\t") {
		return col
	}
	runes := []rune(s.line(line))
	want := []rune(text)
	for c := col; c <= len(runes); c++ {
		if hasPrefix(runes[c-1:], want) {
			return c
		}
	}
	return col
}

func hasPrefix(runes, prefix []rune) bool {
	if len(runes) < len(prefix) {
		return false
	}
	for i, r := range prefix {
		if runes[i] != r {
			return false
		}
	}
	return true
}
