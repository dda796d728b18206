package terminal

import (
	"errors"
	"fmt"
	"io"

	"github.com/verbosel/verbosel/cmd/internal/judge"
	"github.com/verbosel/verbosel/codegen"
)

// ShownFindings is how many mistakes of a spec are printed without being asked for.
const ShownFindings = 10

// PrintFindings prints the first findings, and how many more there are.
func PrintFindings(w io.Writer, list codegen.Findings, most int, more string) {
	style := codegen.Style{}
	if UseColor(w) {
		style = codegen.Colors()
	}
	for i, e := range list {
		if i == most {
			fmt.Fprintf(w, "%d more of %d%s\n", len(list)-most, len(list), more)
			return
		}
		fmt.Fprintln(w, e.Text(style))
	}
}

// PrintError prints why a command failed.
func PrintError(w io.Writer, err error) {
	var list codegen.Findings
	if errors.As(err, &list) {
		PrintFindings(w, list, ShownFindings, "; 'verbosel check --all' shows them")
		return
	}
	fmt.Fprintln(w, judge.Plain(err))
}
