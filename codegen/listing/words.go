package listing

import (
	"fmt"
	"strconv"

	"github.com/verbosel/verbosel/codegen/x64"
)

// wordsPerLine bounds how many words without a note share a line.
const wordsPerLine = 4

var wordDirectives = map[int]string{1: "db", 2: "dw", 4: "dd", 8: "dq"}

// wordRun is the number of fields, from the first on, that share a line: words of
// one size, each without a note, or one word with its note. It is 0 where the first is
// no word.
func wordRun(fields []x64.Field) int {
	size, comment := wordSize(fields[0])
	if size == 0 || comment != "" {
		return min(size, 1)
	}
	run := 1
	for run < len(fields) && run < wordsPerLine {
		if s, c := wordSize(fields[run]); s != size || c != "" {
			break
		}
		run++
	}
	return run
}

// wordSize is the size in bytes of a Word or an Offset, and its note; 0 for others.
func wordSize(f x64.Field) (int, string) {
	switch f := f.(type) {
	case x64.Word:
		return f.Size, f.Note
	case x64.Offset:
		return 4, f.Note
	}
	return 0, ""
}

func (n *nasm) words(fields []x64.Field) {
	size, comment := wordSize(fields[0])
	var tokens []token
	for i, f := range fields {
		if i > 0 {
			tokens = append(tokens, token{plain, ", "})
		}
		switch f := f.(type) {
		case x64.Word:
			tokens = append(tokens, wordValue(f.Value))
		case x64.Offset:
			tokens = append(tokens, offset(f)...)
		}
	}
	n.directive(wordDirectives[size], comment, tokens...)
}

// offset is a distance between labels.
func offset(o x64.Offset) []token {
	tokens := []token{{label, symbol(o.To)}, {plain, " - "}, {label, symbol(o.From)}}
	switch {
	case o.Add > 0:
		tokens = append(tokens, token{plain, " + "}, token{number, strconv.FormatInt(o.Add, 10)})
	case o.Add < 0:
		tokens = append(tokens, token{plain, " - "}, token{number, strconv.FormatUint(uint64(-o.Add), 10)})
	}
	return tokens
}

// wordValue writes lengths and counts in decimal, masks and text in hexadecimal.
func wordValue(v uint64) token {
	if v < 1<<24 {
		return token{number, strconv.FormatUint(v, 10)}
	}
	return token{number, hex(v)}
}

func hex(v uint64) string { return fmt.Sprintf("%#x", v) }

// numbers are bytes in decimal.
func numbers(values ...uint64) []token {
	var tokens []token
	for i, v := range values {
		if i > 0 {
			tokens = append(tokens, token{plain, ", "})
		}
		tokens = append(tokens, wordValue(v))
	}
	return tokens
}
