package spec

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/verbosel/verbosel/codegen/diag"
)

// Bounds of a file of redirects, and how many mistakes in it are reported.
const (
	maxRedirects     = 100_000
	maxRedirectBytes = 32 << 20
	maxRowMistakes   = 20
)

// redirectColumns are what a file of redirects has in each line; the last can be left out.
var redirectColumns = []string{"from", "to", "status"}

const rowHint = "write from,to or from,to,status: /old,/new,301"

// redirects reads the file of redirects that the node names: comma-separated values (RFC
// 4180) with lines that begin with # for comments, each a route for GET.
func (d *decoder) redirects(n *node) []Route {
	if n.kind != kindText {
		d.wrongKind(n, "redirects", "the name of a file", "write redirects: redirects.csv, with lines such as /old,/new,301; a few of them are routes: { path: /old, redirect: /new }")
		return nil
	}
	name, msg, hint := d.files.resolve(n.text, "file")
	if msg == "" {
		info := d.files.look(name)
		if msg, hint = info.msg, info.hint; msg == "" && info.size > maxRedirectBytes {
			msg, hint = fmt.Sprintf("the file %s has %d bytes; at most %d are read", name, info.size, maxRedirectBytes), "split it, or use patterns"
		}
	}
	if msg != "" {
		d.report(n, hint, "redirects: %s", msg)
		return nil
	}
	if d.sources[name] != nil {
		d.report(n, "put them all into one file, or give each host a file of its own", "redirects: %s is read already", name)
		return nil
	}
	text, err := fs.ReadFile(d.files.fsys, name)
	if err != nil {
		d.report(n, "", "redirects: the file %s cannot be read: %s", name, cause(err))
		return nil
	}
	return d.redirectRows(name, text)
}

// allRoutes are those of a list, and behind them those of a file of redirects: what a spec
// or a host has of the two.
func (d *decoder) allRoutes(owner *node, list, redirects *field) []Route {
	var routes []Route
	switch {
	case list != nil:
		routes = d.routes(owner, list.value)
	case redirects == nil:
		routes = d.routes(owner, nil)
	}
	if redirects != nil {
		routes = append(routes, d.redirects(redirects.value)...)
	}
	return routes
}

// rows is a file of redirects that is being read.
type rows struct {
	d        *decoder
	src      *source
	csv      *csv.Reader
	mistakes int
}

func (d *decoder) redirectRows(name string, raw []byte) []Route {
	d.sums[name] = sha256.Sum256(raw)
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	r := &rows{d: d, src: &source{file: name, text: text, lines: strings.Split(text, "\n")}, csv: csv.NewReader(strings.NewReader(text))}
	d.sources[name] = r.src
	d.imports = append(d.imports, name)
	r.csv.Comment, r.csv.TrimLeadingSpace, r.csv.FieldsPerRecord = '#', true, -1
	var list []Route
	for first := true; r.mistakes < maxRowMistakes; first = false {
		row, err := r.csv.Read()
		switch {
		case errors.Is(err, io.EOF):
			return list
		case err != nil:
			r.unreadable(err)
			return list
		case first && isHeader(row):
			continue
		case len(list) == maxRedirects:
			line, _ := r.csv.FieldPos(0)
			d.errs.Add(r.src.errorAt(line, 1, fmt.Sprintf("more than %d redirects; at most so many are possible", maxRedirects), "use patterns: /old/{rest...}"))
			return list
		}
		if route, ok := r.route(row); ok {
			list = append(list, route)
		}
	}
	line, _ := r.csv.FieldPos(0)
	d.errs.Add(r.src.errorAt(line, 1, fmt.Sprintf("%d mistakes up to here: the rest of the file is not read", r.mistakes), ""))
	return list
}

// isHeader: the first line names the columns.
func isHeader(row []string) bool {
	return len(row) >= 2 && len(row) <= 3 && slices.EqualFunc(row, redirectColumns[:len(row)], func(a, b string) bool {
		return strings.EqualFold(strings.TrimSpace(a), b)
	})
}

// unreadable reports what is no CSV.
func (r *rows) unreadable(err error) {
	var bad *csv.ParseError
	if !errors.As(err, &bad) {
		r.d.errs.Add(r.src.errorAt(1, 1, "the file cannot be read: "+cause(err), ""))
		return
	}
	r.d.errs.Add(r.src.errorAt(bad.Line, r.column(bad.Line, bad.Column), "this is no CSV: "+bad.Err.Error(),
		`a value with a comma or a quotation mark is in quotation marks, and those in it are doubled: "/a,b"`))
}

// column is a column in bytes as one in characters.
func (r *rows) column(line, col int) int {
	text := r.src.line(line)
	return utf8.RuneCountInString(text[:min(len(text), max(0, col-1))]) + 1
}

// place is where a value begins.
func (r *rows) place(i int) diag.Pos {
	line, col := r.csv.FieldPos(i)
	return diag.Pos{File: r.src.file, Line: line, Col: r.column(line, col)}
}

func (r *rows) report(i int, msg, hint string) {
	r.mistakes++
	r.d.errs.Add(r.d.errorAt(r.place(i), msg, hint))
}

// route is the route of a line.
func (r *rows) route(row []string) (Route, bool) {
	for i := range row {
		row[i] = strings.TrimSpace(row[i])
		if !utf8.ValidString(row[i]) {
			r.report(i, "the file is not UTF-8 here", "save it as UTF-8")
			return Route{}, false
		}
	}
	switch {
	case len(row) == 1 && row[0] == "":
		return Route{}, false // a line of blanks
	case len(row) == 1 && strings.ContainsAny(row[0], ";\t"):
		r.report(0, "a line without a comma", "its values are separated by commas: /old,/new,301")
		return Route{}, false
	case len(row) < 2 || len(row) > len(redirectColumns):
		r.report(min(len(row), len(redirectColumns)+1)-1, fmt.Sprintf("a line with %s", count(len(row), "value")), rowHint)
		return Route{}, false
	}
	before := r.mistakes
	route := Route{Methods: []string{"GET"}, Content: Content{Form: FormRedirect}, Pos: r.place(0), PathPos: r.place(0)}
	r.from(&route, row[0])
	parts, msg, hint := parseTarget(row[1], route.Pattern)
	if msg != "" {
		r.report(1, msg, hint)
	}
	route.Redirect = keepQuery(parts)
	route.Status = defaultRedirectStatus
	if len(row) == 3 && row[2] != "" {
		route.Status = r.status(row[2])
	}
	return route, r.mistakes == before
}

func (r *rows) from(route *Route, raw string) {
	p, bad := parsePath(raw)
	if bad != nil {
		r.report(0, bad.Msg, bad.Hint)
		return
	}
	route.Pattern, route.Path = p, p.String()
	r.d.written[route.PathPos] = raw
}

func (r *rows) status(text string) int {
	status, err := strconv.Atoi(text)
	if err != nil || !slices.Contains(redirectStatuses, status) {
		r.report(2, fmt.Sprintf("a redirect with status %q", text), "write 301, 302, 303, 307 or 308, or leave it out for 301")
	}
	return status
}

// count is a number of things in words.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
