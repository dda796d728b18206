package diag

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestPosString(t *testing.T) {
	for _, tt := range []struct {
		pos  Pos
		want string
	}{
		{Pos{"a.yaml", 3, 7}, "a.yaml:3:7"},
		{Pos{"a.yaml", 3, 0}, "a.yaml:3"},
		{Pos{"a.yaml", 0, 0}, "a.yaml"},
		{Pos{}, ""},
	} {
		if got := tt.pos.String(); got != tt.want {
			t.Errorf("%#v: got %q, want %q", tt.pos, got, tt.want)
		}
	}
}

func TestErrorRendering(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  Error
		want string
	}{
		{"message only", Error{Msg: "no"}, "no"},
		{"no line", Error{Pos: Pos{File: "a", Line: 1, Col: 2}, Msg: "no"}, "a:1:2: no"},
		{"caret", Error{Pos: Pos{File: "a", Line: 1, Col: 3}, Msg: "no", Line: "abcd"},
			"a:1:3: no\n    abcd\n      ^"},
		{"past the end", Error{Pos: Pos{File: "a", Line: 1, Col: 5}, Msg: "no", Line: "abcd"},
			"a:1:5: no\n    abcd\n        ^"},
		{"far past the end", Error{Pos: Pos{File: "a", Line: 1, Col: 50}, Msg: "no", Line: "abcd"},
			"a:1:50: no\n    abcd\n        ^"},
		{"tab", Error{Pos: Pos{File: "a", Line: 1, Col: 3}, Msg: "no", Line: "a\tb"},
			"a:1:3: no\n    a\tb\n     \t^"},
		{"umlaut", Error{Pos: Pos{File: "a", Line: 1, Col: 3}, Msg: "no", Line: "üüx"},
			"a:1:3: no\n    üüx\n      ^"},
		{"wide", Error{Pos: Pos{File: "a", Line: 1, Col: 3}, Msg: "no", Line: "日本x"},
			"a:1:3: no\n    日本x\n        ^"},
		{"combining", Error{Pos: Pos{File: "a", Line: 1, Col: 3}, Msg: "no", Line: "e\u0301x"},
			"a:1:3: no\n    e\u0301x\n     ^"},
		{"escape sequence", Error{Pos: Pos{File: "a", Line: 1, Col: 2}, Msg: "no", Line: "\x1b[2J"},
			"a:1:2: no\n    \ufffd[2J\n     ^"},
		{"hint", Error{Pos: Pos{File: "a", Line: 1, Col: 1}, Msg: "no", Line: "b", Hint: "write c"},
			"a:1:1: no\n    b\n    ^\n    write c"},
		{"warning", Error{Pos: Pos{File: "a", Line: 1, Col: 1}, Severity: Warning, Msg: "no", Line: "b", Hint: "write c"},
			"a:1:1: warning: no\n    b\n    ^\n    write c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.err.Error(); got != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

func TestLongLineIsCut(t *testing.T) {
	line := strings.Repeat("a", 500) + "X" + strings.Repeat("b", 500)
	err := Error{Pos: Pos{File: "f", Line: 1, Col: 501}, Msg: "no", Line: line}
	rows := strings.Split(err.Error(), "\n")
	text, caret := []rune(rows[1]), []rune(rows[2])
	if len(text) > 120 {
		t.Errorf("excerpt has %d columns", len(text))
	}
	if at := len(caret) - 1; text[at] != 'X' {
		t.Errorf("caret is under %q, not under X", text[at])
	}
}

func TestLineThatFitsIsWhole(t *testing.T) {
	line := strings.Repeat("a", 100)
	err := Error{Pos: Pos{File: "f", Line: 1, Col: 2}, Msg: "no", Line: line}
	if want := "f:1:2: no\n    " + line + "\n     ^"; err.Error() != want {
		t.Errorf("got:\n%s\nwant:\n%s", err.Error(), want)
	}
}

func TestErrorJSON(t *testing.T) {
	l := List{
		{Pos: Pos{"a", 1, 2}, Msg: "no", Hint: "yes", Line: "text"},
		{Pos: Pos{"a", 3, 4}, Msg: "not", Severity: Warning},
	}
	got, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"file":"a","line":1,"col":2,"severity":"error","message":"no","hint":"yes"},` +
		`{"file":"a","line":3,"col":4,"severity":"warning","message":"not"}]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestList(t *testing.T) {
	var l List
	if l.Err() != nil {
		t.Error("an empty list is an error")
	}
	for _, p := range []Pos{{"b", 1, 1}, {"a", 2, 1}, {"a", 1, 9}, {"a", 1, 3}} {
		l.Add(&Error{Pos: p, Msg: "m"})
	}
	l.Add(&Error{Pos: Pos{"a", 1, 3}, Msg: "second of its place"})
	err := l.Err()
	want := "a:1:3: m\na:1:3: second of its place\na:1:9: m\na:2:1: m\nb:1:1: m"
	if err.Error() != want {
		t.Errorf("got:\n%s\nwant:\n%s", err, want)
	}
	var one *Error
	if !errors.As(err, &one) || one.Pos != (Pos{"a", 1, 3}) {
		t.Errorf("errors.As finds %v", one)
	}
	renamed := l.Renamed("a", "dir/a")
	if renamed[0].File != "dir/a" || renamed[4].File != "dir/b" || l[0].File != "a" {
		t.Errorf("Renamed: %v from %v", renamed, l)
	}
}

// TestWarnings: a list of warnings alone is no error; beside a mistake they are in it.
func TestWarnings(t *testing.T) {
	warning, mistake := &Error{Pos: Pos{"a", 1, 1}, Severity: Warning, Msg: "w"}, &Error{Pos: Pos{"a", 2, 1}, Msg: "m"}
	if err := (List{warning}).Err(); err != nil {
		t.Errorf("got %v", err)
	}
	both := List{mistake, warning}
	if err := both.Err(); err == nil || err.Error() != "a:1:1: warning: w\na:2:1: m" {
		t.Errorf("got %v", err)
	}
	if got := both.Warnings(); len(got) != 1 || got[0] != warning {
		t.Errorf("got %v", got)
	}
}

// TestText: a style adds its sequences and nothing else.
func TestText(t *testing.T) {
	e := Error{Pos: Pos{File: "a", Line: 1, Col: 3}, Msg: "no", Line: "abcd", Hint: "yes"}
	s := Style{Place: "P", Mistake: "M", Warning: "W", Caret: "C", End: "E"}
	if got, want := e.Text(s), "Pa:1:3:E MnoE\n    abcd\n      C^E\n    yes"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	e.Severity = Warning
	if got, want := e.Text(s), "Pa:1:3:E Wwarning:E no\n    abcd\n      C^E\n    yes"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
