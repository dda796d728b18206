package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/verbosel/verbosel/codegen"
)

// printProof prints what was proved, on one screen.
func printProof(w io.Writer, path string, v *codegen.Verification) {
	fmt.Fprintf(w, "%s\n\n  proved, for every path and every input\n", path)
	for _, r := range v.Rules {
		fmt.Fprintf(w, "    %-10s %s\n", r.Rule, r.Short)
	}
	fmt.Fprintf(w, "\n  %d system calls, at\n", len(v.Syscalls))
	for _, c := range v.Syscalls {
		fmt.Fprintf(w, "    %-12s %3d  %s\n", c.Name, c.Number, addresses(c.Addrs))
	}
	printWorst(w, v)
	if len(v.Kept)+len(v.Registers) > 0 {
		fmt.Fprintf(w, "  kept      %s\n            from request to request, beside the unparsed rest and responses that wait\n", kept(v))
	}
	if len(v.Shown) > 0 {
		fmt.Fprintf(w, "  shown     of the environment, what is read at %s\n", addresses(v.Shown))
	}
	fmt.Fprintf(w, "  stack     %s bytes at the deepest\n", thousands(v.Stack))
	fmt.Fprintf(w, "  text      %s instructions that can be reached\n", thousands(int64(v.Instructions)))
	fmt.Fprintf(w, "  proof     %s instructions interpreted\n", thousands(int64(v.Interpreted)))
	if c := v.Certificate; c != nil {
		fmt.Fprintf(w, "  written   %s bytes, %s nodes, checked\n", thousands(c.Size), thousands(int64(c.Nodes)))
	}
	if v.Note != nil {
		fmt.Fprintf(w, "\n  it says of itself, which is not proved\n%s", noteText(v.Note, "    "))
	}
}

// printWorst prints worst cases: those of each part, or where nothing but a certificate was looked at, of
// all of them.
func printWorst(w io.Writer, v *codegen.Verification) {
	if v.Worst == nil {
		fmt.Fprintf(w, "\n  at most\n    %s instructions between two system calls\n    %s system calls from one client to the next\n\n", thousands(v.Certificate.Instructions), thousands(v.Certificate.Calls))
		return
	}
	fmt.Fprintf(w, "\n  at most, between two system calls\n")
	for _, part := range []struct {
		name         string
		instructions int64
	}{{"boot", v.Worst.Boot}, {"parent", v.Worst.Parent}, {"child", v.Worst.Child}, {"signal", v.Worst.Signal}} {
		fmt.Fprintf(w, "    %-8s%s instructions\n", part.name, thousands(part.instructions))
	}
	fmt.Fprintf(w, "    for every route, as all share the child's code\n")
	fmt.Fprintf(w, "\n  calls     %s\n", calls(v.Worst))
}

// calls says how many system calls a child makes.
func calls(worst *codegen.Worst) string {
	text := thousands(worst.Calls) + " at most for a request, those apart that a signal interrupts;"
	if worst.Requests == 1 {
		return text + " one request"
	}
	return text + " " + thousands(worst.Requests) + " requests"
}

// kept writes which registers and which places of variables requests hand on.
func kept(v *codegen.Verification) string {
	var words []string
	if len(v.Registers) > 0 {
		words = append(words, strings.Join(v.Registers, " "))
	}
	for _, k := range v.Kept {
		words = append(words, fmt.Sprintf("%d bytes at stack[%d]", k.Size, k.Offset))
	}
	return strings.Join(words, ", ")
}

// addresses writes a few addresses, and how many more there are.
func addresses(list []uint64) string {
	const most = 8
	var words []string
	for i, addr := range list {
		if i == most {
			words = append(words, fmt.Sprintf("and %d more", len(list)-most))
			break
		}
		words = append(words, fmt.Sprintf("%#x", addr))
	}
	return strings.Join(words, " ")
}

// origin says where a way began that a certificate leads along.
func origin(way codegen.Known) string {
	if way.From == "" {
		return ""
	}
	return ", from " + way.From
}

// printExplanation prints what is known before an instruction.
func printExplanation(w io.Writer, e codegen.Explanation) {
	for _, line := range e.Code {
		mark := " "
		if line.Addr == e.Addr {
			mark = ">"
		}
		fmt.Fprintf(w, "  %s %#6x  %s\n", mark, line.Addr, line.Text)
	}
	for _, way := range e.Ways {
		fmt.Fprintf(w, "\n  %s%s\n", way.Phase, origin(way))
		for _, v := range way.Values {
			fmt.Fprintf(w, "    %-26s %s\n", v.Name, v.Value)
		}
		for _, fact := range way.Facts {
			fmt.Fprintf(w, "    %-26s %s\n", "", fact)
		}
		for _, span := range way.Written {
			fmt.Fprintf(w, "    %-26s %s\n", "written", span)
		}
	}
	if len(e.Ways) == 0 {
		fmt.Fprintf(w, "\n  the proof comes to no way that leads there\n")
	}
	fmt.Fprintln(w)
}
