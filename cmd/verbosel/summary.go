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
	if s.Folders != nil {
		fmt.Fprint(&b, foldersText(*s.Folders))
	}
	fmt.Fprintf(&b, "  entry     %#x\n", s.Entry)
	fmt.Fprintf(&b, "  sha256    %s\n\n", s.SHA256)
	fmt.Fprintf(&b, "  %d system calls\n", len(s.Syscalls))
	for _, c := range s.Syscalls {
		fmt.Fprintf(&b, "    %-12s %3d  %s\n", c.Name, c.Number, c.Why)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// foldersText is what has become of the folders: their files and addresses, and how much
// of a file's size is left by each encoding.
func foldersText(f codegen.Folders) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  files     %s of %s bytes, at %s", thousands(int64(f.Files)), thousands(f.Bytes), plural(f.Addresses, "address", "addresses"))
	if f.Redirects > 0 {
		fmt.Fprintf(&b, " and %s", plural(f.Redirects, "redirect", "redirects"))
	}
	b.WriteByte('\n')
	for i, c := range f.Codings {
		name := ""
		if i == 0 {
			name = "encodings"
		}
		fmt.Fprintf(&b, "  %-9s %-4s  %s of their size, for %s\n", name, c.Name, percent(c.Bytes, c.Of), plural(c.Files, "file", "files"))
	}
	return b.String()
}

// percent is a part of a whole: rounded, but never to nothing.
func percent(part, whole int64) string {
	if n := (part*100 + whole/2) / whole; n > 0 {
		return fmt.Sprintf("%d %%", n)
	}
	return "under 1 %"
}

// plural is a count with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(int64(n)) + " " + many
}

// thousands writes a count with separators: 1,048,576.
func thousands(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
