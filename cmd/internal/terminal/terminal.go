package terminal

import (
	"io"
	"os"

	"golang.org/x/term"
)

// IsTerminal reports whether somebody looks at w.
func IsTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// UseColor reports whether w is a terminal whose user wants colours
// (https://no-color.org: NO_COLOR set to anything but the empty string).
func UseColor(w io.Writer) bool {
	return IsTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
