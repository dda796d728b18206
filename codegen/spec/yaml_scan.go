package spec

import (
	"errors"
	"sync"

	"github.com/goccy/go-yaml/scanner"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// scanMessage says in a spec's words what the scanner says in its own.
type scanMessage struct {
	re        *lazy.Regexp
	msg, hint string
}

// scanMessages are compiled where the scanner refuses something.
var scanMessages = sync.OnceValue(func() []scanMessage {
	return []scanMessage{
		{lazy.New(`(?i)tab character|\t`), "a tab in the indentation", "YAML is indented with spaces"},
		{lazy.New(`end character of double-quoted`), "a text in double quotes is never closed", `write the closing quote; a quote within is \"`},
		{lazy.New(`end character of single-quoted`), "a text in single quotes is never closed", `write the closing quote; a quote within is ''`},
		{lazy.New(`document separator`), "a text in quotes is not closed before the line that ends the document", "write the closing quote"},
		{lazy.New(`unknown escape character '?"?(.)`), `there is no escape \$1 in double quotes`, `write \\ for a backslash, or put the text in single quotes`},
		{lazy.New(`UTF-(16|32)|surrogate`), "an escape of a character is not complete", `write \u and four hexadecimal digits, or the character itself`},
		{lazy.New(`(.) ?"?'? is a reserved character`), "a text without quotes cannot begin with $1", "put it in double quotes"},
		{lazy.New(`tag character`), "YAML tags are not supported", "remove it; quotes make a text of anything"},
		{lazy.New(`header option: "(.*)"`), "$1 cannot stand behind | or >", "begin the text on the next line"},
		{lazy.New(`number of indent|multi-line`), "the text below | or > is not indented as its first line", "indent all its lines alike, deeper than the key"},
	}
})

// scanError explains what the scanner refuses.
func scanError(src *source, err error) *diag.Error {
	var invalid *scanner.InvalidTokenError
	if !errors.As(err, &invalid) {
		return src.errorAt(1, 1, "this is no YAML", specHint)
	}
	tk := invalid.Token
	msg, hint := "the YAML cannot be read from here on", "quotes make a text of anything"
	for _, m := range scanMessages() {
		if at := m.re.FindStringSubmatchIndex(tk.Error); at != nil {
			msg, hint = string(m.re.ExpandString(nil, m.msg, tk.Error, at)), m.hint
			break
		}
	}
	return src.errorAt(tk.Position.Line, tk.Position.Column, msg, hint)
}
