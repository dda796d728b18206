package dynamic

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"text/tabwriter"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

var update = flag.Bool("update", false, "rewrite testdata/instructions.golden: a change of these figures is a decision")

// countsFile has the figures. Its last column is the bound of section 7 of the design,
// where it has one: a count above it fails.
const countsFile = "../../../testdata/instructions.golden"

// Requests of four fields each, unless their name says otherwise.
const (
	fields = "Host: localhost:8080\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n\r\n"

	getRoot  = "GET / HTTP/1.1\r\n" + fields
	getOther = "GET /nothing-there HTTP/1.1\r\n" + fields
	getMoved = "GET /old HTTP/1.1\r\n" + fields
	post     = "POST / HTTP/1.1\r\nContent-Length: 5\r\n" + fields + "hello"
)

// Bounds of the design.
const (
	plainBound = 500 // instructions for a plain GET, in the default isolation
	matchRatio = 2   // of a match among 10,000 routes to one
)

// counted is a row of the table.
type counted struct {
	request, server string
	count, bound    uint64 // bound 0: none
}

// TestInstructions counts the instructions of a child in user mode, from fork to exit,
// and compares them with the golden file.
func TestInstructions(t *testing.T) {
	rows := append(requestCounts(t), matchCounts(t)...)
	rows = append(rows, patternCounts(t, rows[len(rows)-1].count)...)
	var b bytes.Buffer
	b.WriteString("# User-mode instructions of a child, exact: `go test ./codegen/verify/dynamic -run TestInstructions -update`\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "REQUEST\tSERVER\tINSTRUCTIONS\tBOUND")
	for _, r := range rows {
		bound := "-"
		if r.bound != 0 {
			bound = fmt.Sprint(r.bound)
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", r.request, r.server, r.count, bound)
		if r.bound != 0 && r.count > r.bound {
			t.Errorf("%s on %s: %d instructions, above the bound of %d", r.request, r.server, r.count, r.bound)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	checkCounts(t, b.Bytes())
}

func checkCounts(t *testing.T, got []byte) {
	if *update {
		if err := os.WriteFile(countsFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(countsFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what is counted; if that is meant, rewrite it with -update\ngot:\n%s\nwant:\n%s", countsFile, got, want)
	}
}

// requestCounts are requests of each kind, on hello where it has them.
func requestCounts(t *testing.T) []counted {
	hello, err := os.ReadFile("../../../examples/hello/routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const hi, kinds = "hello", "POST and redirect"
	spec := map[string]string{
		hi:    string(hello),
		kinds: "routes:\n  - path: /\n    method: POST\n    body: \"x\"\n  - path: /old\n    redirect: /new\n",
	}
	var rows []counted
	for _, isolation := range []string{"request", "connection"} {
		server := map[string]*Server{}
		for name, s := range spec {
			server[name] = boot(t, text(t, "server:\n  isolation: "+isolation+"\n"+s))
		}
		row := func(server *Server, name, spec string, bound uint64, requests ...string) {
			rows = append(rows, counted{name, spec + ", isolation: " + isolation, instructions(t, server, requests...), bound})
		}
		bound := uint64(plainBound)
		if isolation == "connection" {
			bound = 0
		}
		row(server[hi], "GET", hi, bound, getRoot)
		row(server[hi], "GET, not found", hi, 0, getOther)
		row(server[kinds], "POST, body of 5 bytes", kinds, 0, post)
		row(server[kinds], "GET, redirect", kinds, 0, getMoved)
		if isolation == "connection" {
			row(server[hi], "GET, second on its connection", hi, 0, getRoot, getRoot)
		}
	}
	return rows
}

// instructions counts a child that gets its requests one after the other. Of several
// the last one alone is counted.
func instructions(t *testing.T, s *Server, requests ...string) uint64 {
	t.Helper()
	var total, before uint64
	for i := range requests {
		var segments [][]byte
		for _, r := range requests[:i+1] {
			segments = append(segments, []byte(r))
		}
		run, err := serve(s, Script{Segments: segments})
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Count(run.Output, []byte("HTTP/1.1 ")); got != i+1 {
			t.Fatalf("%d responses to %d requests: %q", got, i+1, run.Output)
		}
		before, total = total, run.Count-run.Forked
	}
	return total - before
}

// matchCounts are the slowest of all routes, among few and many.
func matchCounts(t *testing.T) []counted {
	var rows []counted
	for _, n := range []int{1, 100, 10000} {
		elf := compile(t, manyRoutes(n))
		server := boot(t, elf)
		r := counted{request: "GET, slowest route", server: fmt.Sprintf("routes: %d, %d bytes", n, len(elf))}
		for i := range n {
			r.count = max(r.count, instructions(t, server, fmt.Sprintf("GET %s HTTP/1.1\r\n%s", routePath(i), fields)))
		}
		if n > 1 {
			r.bound = matchRatio * rows[0].count
		}
		rows = append(rows, r)
	}
	return rows
}

func routePath(i int) string { return fmt.Sprintf("/section-%02d/page-%04d", i%37, i) }

func manyRoutes(n int) fstest.MapFS {
	var b strings.Builder
	b.WriteString("routes:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - path: %s\n    body: \"x\"\n", routePath(i))
	}
	return fstest.MapFS{emitted.SpecName: {Data: []byte(b.String())}}
}
