// Package rules names what a server has to keep: what is proved of its bytes and what a run
// of it may be seen to break.
package rules

// Rule names one of them.
type Rule string

// The rules, in the order in which they are checked; package words says what each demands.
const (
	Segments  Rule = "segments"
	Decode    Rule = "decode"
	Syscalls  Rule = "syscalls"
	Writes    Rule = "writes"
	Reads     Rule = "reads"
	Isolation Rule = "isolation"
	Bounds    Rule = "bounds"
)
