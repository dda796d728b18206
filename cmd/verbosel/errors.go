package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

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
	fmt.Fprintln(w, plain(err))
}

// plain is the text of an error with the place in front of the reason, and without the
// names of calls: "site: no such file or directory".
func plain(err error) string {
	text := err.Error()
	var at *fs.PathError
	if errors.As(err, &at) {
		text = strings.Replace(text, at.Error(), at.Path+": "+at.Err.Error(), 1)
		text = strings.Replace(text, at.Path+": "+at.Path+": ", at.Path+": ", 1)
	}
	return text
}
