package codegen_test

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/x64"
)

// The page of examples/landing, and what it is made from.
const (
	pageName     = "index.html"
	pageTemplate = "index.html.tmpl"
)

// figures are what the page tells, each from a build.
type figures struct {
	Hello, Ten, Site build
	Insts, Lines     int      // of hello: instructions, and lines of its listing
	Spec             string   // of hello, without comments
	Loop             []column // of hello's listing: all that the parent does
	Extra            string   // system calls of hello that are not among the ten
	Writable         int      // segments of the site
}

// column is a line of a listing in two parts.
type column struct{ Code, Note string }

// build is one server in figures.
type build struct {
	Size   int64 // bytes
	Routes int
	Calls  int
	Names  []string // of the calls
}

// testFigures makes the page from its template and compares, or writes it.
func testFigures(t *testing.T) {
	landing := example{name: "landing"}
	files := landing.load(t)
	page, err := template.New("").Funcs(template.FuncMap{"comma": comma, "kib": kib}).Parse(string(files[pageTemplate].Data))
	if err != nil {
		t.Fatal(err)
	}
	f := staticFigures(t)
	var text []byte
	// The page tells the size of the ELF that it is in, which depends on the page.
	for range 10 {
		var b bytes.Buffer
		if err := page.Execute(&b, f); err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(b.Bytes(), text) {
			landing.golden(t, pageName, text)
			return
		}
		text = b.Bytes()
		r := compile(t, withFile(files, pageName, text))
		f.Site, f.Writable = newBuild(r), writable(r)
	}
	t.Fatal("the page's size does not settle")
}

// staticFigures are those that do not depend on the page.
func staticFigures(t *testing.T) figures {
	spec := example{name: "hello"}.load(t)
	hello, ten := compile(t, spec), compile(t, example{name: "server-asm"}.load(t))
	l, err := hello.Listing(codegen.ListingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f := figures{
		Hello: newBuild(hello), Ten: newBuild(ten),
		Insts: instructions(hello.Program),
		Lines: bytes.Count(l.Bytes(), []byte("\n")),
		Spec:  strings.TrimSpace(comment.ReplaceAllString(string(spec[specName].Data), "")),
	}
	for _, name := range []string{"accept_loop", "close_client"} {
		part, err := l.Routine(name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Loop != nil {
			f.Loop = append(f.Loop, column{})
		}
		f.Loop = append(f.Loop, columns(string(part.Bytes()))...)
	}
	extra := slices.DeleteFunc(slices.Clone(f.Hello.Names), func(n string) bool { return slices.Contains(f.Ten.Names, n) })
	f.Extra = strings.Join(extra, ", ")
	return f
}

// comment is a line of a spec that is one.
var comment = regexp.MustCompile(`(?m)^ *#.*\n`)

// columns moves the two columns of a listing together: a page is narrower than a
// terminal.
func columns(listing string) []column {
	var out []column
	for line := range strings.Lines(listing) {
		code, note, noted := strings.Cut(strings.TrimRight(line, "\n"), ";")
		c := column{Code: strings.TrimRight(strings.Replace(code, "        ", "  ", 1), " ")}
		if noted {
			c.Note = ";" + note
		}
		if noted && c.Code != "" {
			c.Code = fmt.Sprintf("%-27s", c.Code)
		}
		out = append(out, c)
	}
	return out
}

func newBuild(r *codegen.Result) build {
	s := r.Summary()
	b := build{Size: s.Size, Routes: s.Routes, Calls: len(s.Syscalls)}
	for _, c := range s.Syscalls {
		b.Names = append(b.Names, c.Name)
	}
	return b
}

// writable counts the segments of the file that can be written to.
func writable(r *codegen.Result) int {
	n := 0
	for _, g := range r.Summary().Segments {
		if g.Type == "PT_LOAD" && strings.Contains(g.Flags, "W") {
			n++
		}
	}
	return n
}

func instructions(p *x64.Program) int {
	n := 0
	for _, item := range p.Items {
		if _, ok := item.(x64.Inst); ok {
			n++
		}
	}
	return n
}

// kib is a size in KiB, rounded up: the page's own encodings are in it, whose sizes change
// with every digit.
func kib(bytes int64) int64 { return (bytes + 1023) >> 10 }

// comma writes 12345 as 12,345.
func comma(n any) string {
	var digits string
	switch v := n.(type) {
	case int:
		digits = strconv.Itoa(v)
	case int64:
		digits = strconv.FormatInt(v, 10)
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
