package diag

import (
	"strings"
	"unicode"
)

// A line with more runes than fit is cut: this many stay before and behind the column.
const (
	excerptWhole  = 100
	excerptBefore = 60
	excerptBehind = 40
)

// excerpt returns the printable form of a source line and the blanks that put a
// caret under its column (in runes, from 1; one past the end is allowed). A line
// that is too long for a screen is cut on both sides. Control characters are
// replaced, so that a spec cannot speak to the terminal.
func excerpt(line string, col int) (text, pad string) {
	runes := []rune(line)
	at := min(col-1, len(runes))
	from, to := 0, len(runes)
	if to > excerptWhole {
		from, to = max(0, at-excerptBefore), min(to, at+excerptBehind)
	}
	var t, p strings.Builder
	if from > 0 {
		t.WriteString("… ")
		p.WriteString("  ")
	}
	for i := from; i < to; i++ {
		r := printable(runes[i])
		t.WriteRune(r)
		if i < at {
			p.WriteString(blank(r))
		}
	}
	if to < len(runes) {
		t.WriteString(" …")
	}
	return t.String(), p.String()
}

func printable(r rune) rune {
	if r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
		return unicode.ReplacementChar
	}
	return r
}

// blank is white space as wide as r on a terminal.
func blank(r rune) string {
	switch {
	case r == '\t':
		return "\t"
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return ""
	case unicode.Is(wide, r):
		return "  "
	}
	return " "
}

// wide holds the blocks whose characters take two columns (Unicode Annex 11: East
// Asian Width W and F). Blocks, not single characters: enough for a caret.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1}, // Hangul Jamo initials
		{Lo: 0x2e80, Hi: 0x303e, Stride: 1}, // CJK radicals, punctuation
		{Lo: 0x3041, Hi: 0xa4cf, Stride: 1}, // Kana to Yi
		{Lo: 0xa960, Hi: 0xa97f, Stride: 1},
		{Lo: 0xac00, Hi: 0xd7a3, Stride: 1}, // Hangul syllables
		{Lo: 0xf900, Hi: 0xfaff, Stride: 1}, // CJK compatibility
		{Lo: 0xfe30, Hi: 0xfe6f, Stride: 1},
		{Lo: 0xff00, Hi: 0xff60, Stride: 1}, // fullwidth forms
		{Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f300, Hi: 0x1f64f, Stride: 1}, // pictographs, emoticons
		{Lo: 0x1f680, Hi: 0x1f6ff, Stride: 1},
		{Lo: 0x1f900, Hi: 0x1f9ff, Stride: 1},
		{Lo: 0x20000, Hi: 0x3fffd, Stride: 1}, // CJK extensions
	},
}
