package summary

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/verify/verdict"
)

// Built is a build for people.
type Built struct {
	codegen.Summary
	Target  string
	ProbeAt string        // where that is
	proof   time.Duration // what it took
	known   bool          // it was made for an earlier build
	checked bool          // it is a certificate
	Same    bool          // nothing has changed: this is the file of an earlier build
	Verbose bool          // with what only few want to know
}

func New(r, probe *codegen.Result, target string) Built {
	s := r.Summary()
	s.Probe = probe.ProbeSummary()
	return Built{Summary: s, Target: target, proof: r.Proof, known: r.Remembered, checked: r.Certified()}
}

// Print prints what matters on one screen, and what comes next.
func (s Built) Print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", s.Target)
	switch {
	case s.Same:
		fmt.Fprintf(&b, "  proved    memory safe on every path and for every input, by the build that made this file: nothing has changed since\n")
	case s.checked && !s.known:
		fmt.Fprintf(&b, "  proved    memory safe on every path and for every input, by the certificate that is written, found and checked in %s\n", seconds(s.proof))
	case s.known && !s.checked:
		fmt.Fprintf(&b, "  proved    memory safe on every path and for every input, in an earlier build of the same code and tables\n")
	case s.checked:
		fmt.Fprintf(&b, "  proved    memory safe on every path and for every input, by the certificate of an earlier build of the same code, checked in %s\n", seconds(s.proof))
	default:
		fmt.Fprintf(&b, "  proved    memory safe on every path and for every input, in %s\n", seconds(s.proof))
	}
	fmt.Fprintf(&b, "  size      %s bytes\n", verdict.Thousands(s.Size))
	fmt.Fprintf(&b, "  routes    %s\n", verdict.Thousands(int64(s.Routes)))
	if s.Folders != nil {
		fmt.Fprint(&b, foldersText(*s.Folders))
	}
	if s.Verbose {
		fmt.Fprintf(&b, "  entry     %#x\n", s.Entry)
		fmt.Fprintf(&b, "  sha256    %s\n\n  %d system calls\n", s.SHA256, len(s.Syscalls))
		for _, c := range s.Syscalls {
			fmt.Fprintf(&b, "    %-12s %3d  %s\n", c.Name, c.Number, c.Why)
		}
	} else {
		fmt.Fprintf(&b, "  calls     %s\n", callNames(s.Syscalls))
	}
	if s.Probe != nil {
		fmt.Fprintf(&b, "  probe     %s, proved too, %s bytes: asks for %s\n", s.ProbeAt, verdict.Thousands(s.Probe.Size), s.Probe.Path)
	}
	if s.Target != StandardOutput {
		fmt.Fprintf(&b, "\nNext: %s\n", asCommand(s.Target))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// StandardOutput is the name of a target that has none.
const StandardOutput = "standard output"

func callNames(list []codegen.Syscall) string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.Name
	}
	return strings.Join(names, " ")
}

// asCommand is what starts a file in a shell.
func asCommand(path string) string {
	if !strings.ContainsRune(path, filepath.Separator) {
		path = "." + string(filepath.Separator) + path
	}
	if strings.ContainsAny(path, " \t\n'\"\\$&|;<>()*?[]#~=%!{}`") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

// seconds is a duration for people.
func seconds(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "less than 1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// foldersText is what has become of the folders: their files and addresses, and how much
// of a file's size is left by each encoding.
func foldersText(f codegen.Folders) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  files     %s of %s bytes, at %s", verdict.Thousands(int64(f.Files)), verdict.Thousands(f.Bytes), plural(f.Addresses, "address", "addresses"))
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
	for _, p := range f.Places {
		if p.Dir != p.At {
			fmt.Fprintf(&b, "  folder    %s is %s\n", p.Dir, p.At)
		}
	}
	if f.NoCharset > 0 {
		fmt.Fprintf(&b, "  charset   none for %s of text that is not UTF-8\n", plural(f.NoCharset, "file", "files"))
	}
	b.WriteString(groupsText("immutable", f.Immutable))
	b.WriteString(groupsText("not so", f.Doubtful))
	b.WriteString(foreignText(f))
	return b.String()
}

// foreignText is a line about files for other servers, or nothing.
func foreignText(f codegen.Folders) string {
	if len(f.Foreign) == 0 {
		return ""
	}
	said := map[string]bool{}
	var parts []string
	for _, file := range f.Foreign {
		if base := path.Base(file.Name); !said[base] {
			said[base] = true
			parts = append(parts, fmt.Sprintf("%s (write %s)", base, file.Instead))
		}
	}
	return "  unserved  " + strings.Join(parts, ", ") + "\n"
}

// maxGroups is how many patterns are told one by one.
const maxGroups = 5

// groupsText is a line for each pattern, the most files first.
func groupsText(name string, list []codegen.Group) string {
	var b strings.Builder
	for i, g := range list {
		if i == maxGroups {
			rest := 0
			for _, g := range list[i:] {
				rest += g.Files
			}
			fmt.Fprintf(&b, "  %-9s and %s of %s\n", name, plural(rest, "file", "files"), plural(len(list)-i, "other pattern", "other patterns"))
			break
		}
		fmt.Fprintf(&b, "  %-9s %s, %s\n", name, g.Pattern, plural(g.Files, "file", "files"))
		name = ""
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
	return verdict.Thousands(int64(n)) + " " + many
}
