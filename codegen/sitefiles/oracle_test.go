package sitefiles

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/spec"
)

// oracleModules is where `make tools` installs the hosts' own programs from npm.
const oracleModules = "../../.ci/npm/node_modules"

// question is rules and paths; opinion is what the host's programs say of them.
type question struct {
	Dialect   Dialect  `json:"dialect"`
	Redirects string   `json:"redirects"`
	Headers   string   `json:"headers"`
	Paths     []string `json:"paths"`
	Queries   []string `json:"queries"` // of each path, with its question mark: Cloudflare's
}

type opinion struct {
	Rules   []string `json:"rules"`   // path, target, status, force: Netlify's
	Answers []string `json:"answers"` // of each path: status and target, or none
	Fields  []string `json:"fields"`  // of each path: Cloudflare's
}

// ask asks the hosts' programs.
func ask(t *testing.T, questions []question) []opinion {
	node := testtool.Need(t, "node")
	dir, err := filepath.Abs(oracleModules)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "netlify-redirector")); err != nil {
		if testtool.InCI() {
			t.Fatal("the hosts' programs are not installed: ", err)
		}
		t.Skip("the hosts' programs are not installed (make tools): ", err)
	}
	in, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "testdata/oracle.mjs", dir)
	var diagnostics bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &diagnostics
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &diagnostics)
	}
	var answers []opinion
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(questions) {
		t.Fatalf("%d answers to %d questions: %v", len(answers), len(questions), err)
	}
	return answers
}

// generator makes rules of few words, so that they overlap, and paths that they may be for.
type generator struct {
	*rand.Rand
	dialect Dialect
}

func (g generator) pick(words ...string) string { return words[g.IntN(len(words))] }

// path is one that a request may have.
func (g generator) path() string {
	out := ""
	for range 1 + g.IntN(4) {
		out += "/" + g.pick("a", "b", "c", "A", "a.js", "x~y", "(1)")
	}
	return out + g.pick("", "", "", "/")
}

// likely is a path that a rule is for, but perhaps for its end.
func (g generator) likely(rule string) string {
	rule = strings.ReplaceAll(rule, "/*", g.pick("", "/", g.path()))
	rule = placeholder.ReplaceAllStringFunc(rule, func(string) string { return g.pick("a", "b", "c") })
	return strings.TrimSuffix(rule, "/") + g.pick("", "", "/")
}

// from is a rule's path, and its parameters.
func (g generator) from() (path string, names []string) {
	for range 1 + g.IntN(3) {
		switch g.IntN(5) {
		case 0:
			name := []string{"x", "y", "z"}[len(names)%3]
			path, names = path+"/:"+name, append(names, name)
		default:
			path += "/" + g.pick("a", "b", "c", "a.js")
		}
	}
	switch g.IntN(5) {
	case 0:
		return path + "/*", append(names, splat)
	case 1:
		return path + "/", names
	}
	return path, names
}

// rule is a line. Targets of their own host are below /t, so that no rule loops.
func (g generator) rule() string {
	from, names := g.from()
	to := g.pick("/t", "/t/u", "https://example.com", "/t?q=1", "/t#f", "/t?q=1&r=a+b#f", "https://example.com/?q=%41&q=2", "https://example.com/t?q=1#f")
	redirect := g.IntN(4) > 0
	if redirect && len(names) > 0 && g.IntN(8) == 0 {
		to = "/t?q=:" + names[0] + "&r"
	}
	if redirect && !strings.ContainsAny(to, "?#") {
		for _, name := range names {
			if g.IntN(2) == 0 {
				to += "/:" + name
			}
		}
	}
	status := g.pick("", " 301", " 302", " 307")
	if !redirect {
		to, status = "/t/u", " 200"
		for _, name := range names {
			if g.IntN(3) == 0 {
				to += "/:" + name
			}
		}
	}
	if g.dialect == Netlify && status != "" {
		status += g.pick("", "!")
	}
	if g.dialect == Netlify && strings.HasSuffix(from, "/*") && g.IntN(4) == 0 {
		return from + g.pick(" 200", " 200!", "\t200 # why")
	}
	return g.pick("", "", " ") + from + g.pick(" ", "\t", "  ") + to + status + g.comment(status)
}

// comment stands where both dialects take one.
func (g generator) comment(status string) string {
	if status == "" {
		return ""
	}
	return g.pick("", "", " # why")
}

// question is rules that are right, and paths.
func (g generator) question() (question, *Resolved, *Headers) {
	for {
		q := question{Dialect: g.dialect, Headers: ""}
		for range 1 + g.IntN(6) {
			q.Redirects += g.pick("", "", "\n", "# none\n") + g.rule() + "\n"
		}
		if g.dialect == Cloudflare {
			q.Headers = g.headers()
		}
		r, bad := ParseRedirects(g.dialect, RedirectsFile, []byte(q.Redirects))
		if bad.Err() != nil {
			continue
		}
		s, bad := r.Resolve(nil, hasIn(nil))
		h, worse := ParseHeaders(g.dialect, HeadersFile, []byte(q.Headers))
		if bad.Err() != nil || worse.Err() != nil {
			continue // a shadowed rule: others are taken
		}
		for range 8 {
			path := g.path()
			if g.IntN(2) == 0 {
				path = g.likely(r.Rules[g.IntN(len(r.Rules))].Path)
			}
			q.Paths = append(q.Paths, path)
			q.Queries = append(q.Queries, g.pick("", "", "?q=2", "?q=2&k=a%20b+c&q=3", "?k", "?q", "?&k=v;w/x:y@z", "?%71=2"))
		}
		return q, s, h
	}
}

// headers are some rules.
func (g generator) headers() string {
	out := ""
	for range 1 + g.IntN(4) {
		path, names := g.from()
		out += path + "\n"
		for range 1 + g.IntN(2) {
			name := "X-T-" + g.pick("A", "B", "c")
			switch g.IntN(5) {
			case 0:
				out += "  ! " + name + "\n"
			case 1:
				out += "  " + name + ": of :" + strings.Join(append(names, "q"), " :") + "\n"
			default:
				out += "  " + name + ": " + g.pick("1", "2") + "\n"
			}
		}
	}
	return out
}

const oracleSets = 5000

// TestOracleRedirects compares what the cells answer with what the hosts' own programs do,
// over random rule sets and paths.
func TestOracleRedirects(t *testing.T) {
	for _, d := range []Dialect{Netlify, Cloudflare} {
		t.Run(string(d), func(t *testing.T) {
			g := generator{rand.New(rand.NewPCG(testtool.Seed(t), 1)), d}
			var questions []question
			var rules []*Resolved
			var fields []*Headers
			sets := oracleSets
			if testing.Short() {
				sets /= 20
			}
			for range sets {
				q, s, h := g.question()
				questions, rules, fields = append(questions, q), append(rules, s), append(fields, h)
			}
			paths, answered, withFields, queries := 0, 0, 0, 0
			for i, o := range ask(t, questions) {
				q := questions[i]
				if d == Netlify {
					compareRules(t, q, rules[i].rules, o.Rules)
				}
				for j, path := range q.Paths {
					paths++
					want := o.Answers[j]
					if want != "none" {
						answered++
					}
					got := rules[i].answer(path)
					if d == Cloudflare {
						got = rules[i].location(t, path, q.Queries[j])
						if best := rules[i].best(path); best != nil && q.Queries[j] != "" && strings.Contains(best.Target, "?") {
							queries++
						}
					}
					if !same(d, got, want) {
						t.Errorf("%s\n%s%s: the host says %s, we %s", q.Redirects, path, q.Queries[j], want, got)
					}
					if d == Cloudflare {
						got := fieldsLowered(t, fields[i], path)
						if got != "" {
							withFields++
						}
						if got != o.Fields[j] {
							t.Errorf("%s\n%s: the host sends %q, we %q", q.Headers, path, o.Fields[j], got)
						}
					}
				}
				if t.Failed() {
					return
				}
			}
			t.Logf("%d rule sets, %d paths, %d with an answer, %d with fields, %d with a query in both", len(questions), paths, answered, withFields, queries)
			if answered < paths/10 || d == Cloudflare && (withFields < paths/20 || queries < paths/20) {
				t.Error("the random rules are for hardly any of the random paths")
			}
		})
	}
}

// compareRules compares what was read of a file.
func compareRules(t *testing.T, q question, r *Redirects, want []string) {
	var got []string
	for _, rule := range r.Rules {
		got = append(got, fmt.Sprintf("%s %s %d %t", rule.Path, rule.Target, rule.Status, rule.Force))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nthe host reads %q, we %q", q.Redirects, want, got)
	}
}

// location is answer for a request with a query: a redirect takes it along unless its target has one, which is all
// that a request's query and a target's have to do with each other (README.md, "A folder as a site").
func (s *Resolved) location(t *testing.T, path, query string) string {
	t.Helper()
	best := s.best(path)
	if best == nil || !best.Rule.IsRedirect() {
		return s.answer(path)
	}
	parts, msg, _ := spec.RedirectTarget(best.Target, best.Pattern)
	if msg != "" {
		t.Fatal(best.Target, msg)
	}
	captures, _ := best.Pattern.Match(path)
	out := fmt.Sprint(best.Rule.Status, " ")
	for _, p := range parts {
		switch p.Blank {
		case spec.BlankNone:
			out += p.Text
		case spec.BlankCapture:
			out += captures[slices.Index(best.Pattern.Names(), p.Name)]
		case spec.BlankQuery:
			out += query
		default:
			t.Fatalf("%s has the blank %q", best.Target, p.Blank)
		}
	}
	return out
}

// emptyPath is an origin without a path.
var emptyPath = regexp.MustCompile(`example\.com($|[?#])`)

// same compares answers: Cloudflare gives an origin its path, and names the page of a folder, of
// which it looks for the file at once.
func same(d Dialect, got, want string) bool {
	if d == Cloudflare && strings.HasPrefix(got, "200 ") && strings.HasSuffix(got, "/") {
		got += "index.html"
	}
	if d == Cloudflare {
		got = emptyPath.ReplaceAllString(got, "example.com/$1")
	}
	return got == want
}

// fieldsLowered are the fields of a path as the oracle writes them.
func fieldsLowered(t *testing.T, h *Headers, path string) string {
	normal, msg, _ := spec.NormalPath(path)
	if msg != "" {
		t.Fatal(path, msg)
	}
	var out []string
	for _, f := range h.For(normal) {
		out = append(out, strings.ToLower(f.Name)+": "+f.Value)
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}
