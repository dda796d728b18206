package listing

import "strings"

// The columns, from 0, in which the parts of a line begin. A part that is longer than
// its column pushes the next one to the right.
const (
	codeColumn    = 8
	operandColumn = 16
	commentColumn = 48
)

// kind is what a token is, for colouring.
type kind uint8

const (
	plain kind = iota // punctuation and blanks
	label
	mnemonic
	register
	number
	quoted
	directive // of the assembler: db, section; keywords: byte, rel
	comment
)

// token is a piece of a line, complete with the blanks inside it.
type token struct {
	kind kind
	text string
}

// line is a line of a listing, by its parts; each may be missing. A comment alone
// begins at the left margin. Comments are escaped when they are set, by note.
type line struct {
	owner    string  // the routine or the datum that it belongs to; empty for the frame
	label    string  // without the colon
	op       token   // mnemonic or directive
	operands []token // complete with commas
	comment  string  // without the semicolon
}

// ink receives the pieces of a line in order.
type ink interface {
	put(t token)
	pad(column int)
}

// draw writes a line's parts to their columns.
func (l line) draw(w ink) {
	if l.label != "" {
		w.put(token{label, l.label + ":"})
	}
	if l.op.text != "" {
		w.pad(codeColumn)
		w.put(l.op)
	}
	if len(l.operands) > 0 {
		w.pad(operandColumn)
		for _, t := range l.operands {
			w.put(t)
		}
	}
	if l.comment != "" {
		if l.label != "" || l.op.text != "" {
			w.pad(commentColumn)
		}
		w.put(token{comment, "; " + l.comment})
	}
}

// page is ink on text, coloured or not.
type page struct {
	strings.Builder
	color  bool
	column int
}

// colors are the SGR parameters of ECMA-48 for each kind; empty for the terminal's own.
var colors = [...]string{
	plain:     "",
	label:     "1;33",
	mnemonic:  "36",
	register:  "32",
	number:    "35",
	quoted:    "33",
	directive: "34",
	comment:   "90",
}

func (p *page) put(t token) {
	p.column += len(t.text) // ASCII: a byte is a column
	if sgr := colors[t.kind]; p.color && sgr != "" {
		p.WriteString("\x1b[" + sgr + "m" + t.text + "\x1b[0m")
		return
	}
	p.WriteString(t.text)
}

// pad moves to a column, at least by one blank unless the line is empty.
func (p *page) pad(column int) {
	n := column - p.column
	if n < 1 && p.column > 0 {
		n = 1
	}
	p.put(token{plain, strings.Repeat(" ", max(n, 0))})
}

func (p *page) newline() {
	p.WriteByte('\n')
	p.column = 0
}
