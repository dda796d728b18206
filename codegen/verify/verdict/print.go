package verdict

import (
	"fmt"
	"io"
	"strings"
)

// Print prints what was proved of the file that is called path, on one screen.
func (v *Verification) Print(w io.Writer, path string) {
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
	fmt.Fprintf(w, "  stack     %s bytes at the deepest\n", Thousands(v.Stack))
	fmt.Fprintf(w, "  text      %s instructions that can be reached\n", Thousands(int64(v.Instructions)))
	fmt.Fprintf(w, "  proof     %s instructions interpreted\n", Thousands(int64(v.Interpreted)))
	if c := v.Certificate; c != nil {
		fmt.Fprintf(w, "  written   %s bytes, %s nodes, checked\n", Thousands(c.Size), Thousands(int64(c.Nodes)))
	}
	if v.Note != nil {
		fmt.Fprintf(w, "\n  it says of itself, which is not proved\n%s", v.Note.Text("    "))
	}
}

// printWorst prints worst cases: those of each part, or where nothing but a certificate was looked at, of
// all of them.
func printWorst(w io.Writer, v *Verification) {
	if v.Worst == nil {
		fmt.Fprintf(w, "\n  at most\n    %s instructions between two system calls\n    %s system calls from one client to the next\n\n", Thousands(v.Certificate.Instructions), Thousands(v.Certificate.Calls))
		return
	}
	fmt.Fprintf(w, "\n  at most, between two system calls\n")
	for _, part := range []struct {
		name         string
		instructions int64
	}{{"boot", v.Worst.Boot}, {"parent", v.Worst.Parent}, {"child", v.Worst.Child}, {"signal", v.Worst.Signal}} {
		fmt.Fprintf(w, "    %-8s%s instructions\n", part.name, Thousands(part.instructions))
	}
	fmt.Fprintf(w, "    for every route, as all share the child's code\n")
	fmt.Fprintf(w, "\n  calls     %s\n", calls(v.Worst))
}

// calls says how many system calls a child makes.
func calls(worst *Worst) string {
	text := Thousands(worst.Calls) + " at most for a request, those apart that a signal interrupts;"
	if worst.Requests == 1 {
		return text + " one request"
	}
	return text + " " + Thousands(worst.Requests) + " requests"
}

// kept writes which registers and which places of variables requests hand on.
func kept(v *Verification) string {
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
func origin(way Known) string {
	if way.From == "" {
		return ""
	}
	return ", from " + way.From
}

// Print prints what is known before an instruction.
func (e Explanation) Print(w io.Writer) {
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

// Text is a note in lines that begin with indent.
func (n *Note) Text(indent string) string {
	health := "no health check"
	if n.Health != "" {
		health = fmt.Sprintf("health at %s within %s", n.Health, n.Timeout)
	}
	return fmt.Sprintf("%[1]sverbosel  %[2]s\n%[1]sspec      %[3]s\n%[1]slistens   on %[4]s, %[5]s\n", indent, n.Compiler, n.Spec, n.Listen, health)
}

// Thousands writes a count with separators: 1,048,576.
func Thousands(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
