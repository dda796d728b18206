package diag

import (
	"encoding/json"
	"fmt"
	"strings"
)

// String gives "file:line:col", without the parts that are not known.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Before reports whether p comes before q: by file, then line, then column.
func (p Pos) Before(q Pos) bool {
	if p.File != q.File {
		return p.File < q.File
	}
	if p.Line != q.Line {
		return p.Line < q.Line
	}
	return p.Col < q.Col
}

// Error is one finding in a source file: a mistake, or a warning.
type Error struct {
	Pos
	Severity
	Msg  string // what is wrong; lower case, no full stop
	Hint string // the remedy, or the word that was probably meant; may be empty
	Line string // the source line, without its line break; may be empty
}

// Style is the sequences that a terminal is sent in front of the parts of an error, and
// behind each. The zero Style is plain text.
type Style struct{ Place, Mistake, Warning, Caret, End string }

// Colors is the Style of a terminal with the eight colours of ECMA-48.
var Colors = Style{Place: "\x1b[1m", Mistake: "\x1b[1;31m", Warning: "\x1b[1;33m", Caret: "\x1b[1;32m", End: "\x1b[0m"}

// Error renders the error for people: place and message, the source line with a
// caret under the column, and the hint.
func (e *Error) Error() string { return e.Text(Style{}) }

// Text renders the error as Error does, in a style.
func (e *Error) Text(s Style) string {
	var b strings.Builder
	if place := e.Pos.String(); place != "" {
		b.WriteString(s.Place + place + ":" + s.End + " ")
	}
	if e.Severity == Warning {
		b.WriteString(s.Warning + "warning:" + s.End + " " + e.Msg)
	} else {
		b.WriteString(s.Mistake + e.Msg + s.End)
	}
	if e.Line != "" && e.Col > 0 {
		line, pad := excerpt(e.Line, e.Col)
		b.WriteString("\n    " + line + "\n    " + pad + s.Caret + "^" + s.End)
	}
	if e.Hint != "" {
		b.WriteString("\n    " + strings.ReplaceAll(e.Hint, "\n", "\n    "))
	}
	return b.String()
}

// jsonError is the shape of an Error in `check --json`.
type jsonError struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Col      int    `json:"col"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

// MarshalJSON gives {file, line, col, severity, message, hint}; hint is left out when
// empty.
func (e *Error) MarshalJSON() ([]byte, error) {
	return json.Marshal(jsonError{e.File, e.Pos.Line, e.Col, e.Severity.String(), e.Msg, e.Hint})
}
