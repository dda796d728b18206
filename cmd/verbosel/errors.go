package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/verbosel/verbosel/cmd/internal/judge"
	"github.com/verbosel/verbosel/codegen"
)

// shownFindings is how many mistakes of a spec are printed without being asked for.
const shownFindings = 10

// printFindings prints the first findings, and how many more there are.
func printFindings(w io.Writer, list codegen.Findings, most int, more string) {
	style := codegen.Style{}
	if useColor(w) {
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

// printError prints why a command failed.
func printError(w io.Writer, err error) {
	var list codegen.Findings
	if errors.As(err, &list) {
		printFindings(w, list, shownFindings, "; 'verbosel check --all' shows them")
		return
	}
	fmt.Fprintln(w, judge.Plain(err))
}
