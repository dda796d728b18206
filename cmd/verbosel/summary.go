package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/verbosel/verbosel/codegen"
)

// printSummary prints a build on one screen.
func printSummary(w io.Writer, s codegen.Summary, target string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", target)
	fmt.Fprintf(&b, "  size      %s bytes\n", thousands(s.Size))
	fmt.Fprintf(&b, "  routes    %s\n", thousands(int64(s.Routes)))
	fmt.Fprintf(&b, "  entry     %#x\n", s.Entry)
	fmt.Fprintf(&b, "  sha256    %s\n\n", s.SHA256)
	fmt.Fprintf(&b, "  %d system calls\n", len(s.Syscalls))
	for _, c := range s.Syscalls {
		fmt.Fprintf(&b, "    %-12s %3d  %s\n", c.Name, c.Number, c.Why)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// thousands writes a count with separators: 1,048,576.
func thousands(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
