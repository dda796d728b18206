package spec

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/verbosel/verbosel/codegen/diag"
)

// yamlErrors are mistakes of YAML's syntax: the place and the message of the first
// error.
var yamlErrors = []struct{ name, text, place, msg string }{
	{"empty", "", "1:1", "the spec is empty"},
	{"comments only", "# nothing\n", "1:1", "the spec is empty.*verbosel init"},
	{"header only", "---\n", "1:1", "the spec is empty"},
	{"null", "~\n", "1:1", "the spec is empty"},
	{"text", "hello\n", "1:1", "the spec must be a mapping, this is a text"},
	{"two documents", "routes: []\n---\nroutes: []\n", "2:1", "a second document.*one file for each server"},
	{"directive", "%YAML 1.2\n---\nroutes: []\n", "1:1", "YAML directives are not supported"},
	{"tag", "routes: !!seq []\n", "1:9", "YAML tags are not supported"},
	{"complex key", "? a\n: b\n", "1:1", "keys are not supported"},
	{"tab indentation", "routes:\n\t- path: /\n", "2:1", "a tab in the indentation.*spaces"},
	{"tab in a plain text", "routes:\n  - path: /\n    body: a\tb\n", "3:11", "a tab in a text without quotes"},
	{"tab in a key", "a\tb: c\n", "1:1", "a tab in a text without quotes"},
	{"unclosed quote", "routes:\n  - path: \"/\n    body: a\n", "2:11", "a text in double quotes is never closed"},
	{"unclosed list", "routes: [\n", "1:9", `"\[" is never closed`},
	{"unclosed mapping", "routes: [{path: /, body: a]\n", "1:27", "expected `,` or the closing bracket"},
	{"pattern without quotes", "routes: [{path: /{a}/x, body: a}]\n", "1:18", "within brackets a text that has .* needs double quotes"},
	{"unopened", "routes: ]\n", "1:9", "without the bracket"},
	{"comma", "routes: [{path: / body: a}]\n", "1:17", "`: ` in a text without quotes.*comma"},
	{"two colons", "routes: a: b\n", "1:10", "a second `:` on the line of a key"},
	{"list on the key's line", "routes: - a\n", "1:9", "a list item cannot stand here"},
	{"too deep indentation", "server:\n  backlog: 1\n    listen: :80\n", "3:5", "indented deeper than the entry above"},
	{"dedent to nowhere", "server:\n    backlog: 1\n  listen: :80\n", "3:3", "does not belong here"},
	{"key without colon", "server:\n  backlog: 1\nroutes\n", "3:1", "does not belong here"},
	{"IPv6 without quotes", "server:\n  listen: [::]:80\n", "2:15", "double quotes"},
	{"IPv6 list", "server:\n  listen: [::1]\nroutes: []\n", "2:11", `needs double quotes`},
	{"reserved character", "routes: @a\n", "1:9", "cannot begin with @.*put it in double quotes"},
	{"escape", "routes: \"\\q\"\n", "1:11", `there is no escape .q in double quotes.*single quotes`},
	{"half a pair", "routes: \"\\ud83dxxxxxxxxxxxx\"\n", "1:10", "an escape of a character is not complete"},
	{"unclosed single quote", "routes: 'a\n", "1:9", "single quotes is never closed"},
	{"block header", "routes: |x\n  a\n", "1:9", "x cannot stand behind"},
	{"backquote", "routes: `a\n", "1:9", "cannot begin with `"},
	{"alias without anchor", "routes: *x\n", "1:9", `no anchor is named "x"`},
	{"alias to itself", "routes: &x [*x]\n", "1:13", `no anchor is named "x"`},
	{"anchor without value", "routes: &x\n", "1:9", "the anchor &x has no value"},
	{"anchor in flow without value", "routes: [&x ]\n", "1:10", "the anchor &x has no value"},
	{"anchor on an item's line", "routes:\n  - &x path: /\n", "2:8", "put the anchor on the line above"},
	{"merge of a text", "routes:\n  - <<: a\n    path: /\n", "2:9", "`<<` merges a mapping, this is a text"},
	{"bare merge key", "routes: <<\n", "1:9", "routes must be a list"},
	{"list as a key", "{[a]: b}\n", "1:2", "without the bracket|does not belong"},
	{"alias as a key", "{*a : b}\n", "1:2", "does not belong"},
	{"anchor without a name", "routes: &\n  a\n", "1:9", "a name is missing behind .&"},
	{"alias without a name", "routes: *\n  a\n", "1:9", "a name is missing behind"},
	{"two anchors", "routes: &a &b []\n", "1:12", "does not belong"},
	{"alias with an anchor", "a: &a []\nroutes: &b *a\n", "2:12", "does not belong"},
	{"directive below", "routes: []\n%YAML 1.2\n", "2:1", "directives are not supported"},
	{"colon alone", ": a\n", "1:1", "without a key before it"},
	{"long text", "server:\n  backlog: 1\n" + strings.Repeat("r", 50) + "\n", "3:1", "\"r{30}…\" does not belong"},
	{"quoted after tabs", "routes:\t\t\"1\"\n", "1:10", "routes must be a list"},
	{"not UTF-8", "routes: []\n# \xff\n", "2:3", "not UTF-8"},
	{"NUL", "routes: []\x00\n", "1:11", `control character U.0000.*"\\x00"`},
	{"carriage return", "routes: []\rserver: {}\n", "1:11", "control character U.000D"},
	{"blank lines", "routes:\n  - path: /\n    body: |\n      a\n" + strings.Repeat("\n", 1001), "5:1", "more than 1000 blank lines"},
	{"deep", "routes: " + strings.Repeat("[", 300) + "\n", "1:208", "nested deeper than 200 levels"},
	{"deep in block style", "routes:\n  " + strings.Repeat("- ", 300) + "a\n", "2:401", "nested deeper than 200 levels"},
	{"after CRLF and comments", "# a\r\n# b\r\nroutes: 1\r\n", "3:9", "routes must be a list"},
	{"after a byte order mark", "\ufeffroutes: 1\n", "1:9", "routes must be a list"},
	{"after tabs", "routes:\t\t1\n", "1:10", "routes must be a list"},
	{"after a long text", "headers:\n  A: \"a\n    b\"\nroutes: 1\n", "4:9", "routes must be a list"},
	{"after a literal", "routes:\n  - path: /\n    body: |\n      a\n\n      b\n\n  - path: 1\n    body: a\n", "8:11", "path must be a text"},
	{"a list in the key's column", "routes:\n- path: 1\n  body: a\n", "2:9", "path must be a text"},
}

func TestYAMLErrors(t *testing.T) {
	for _, tt := range yamlErrors {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse(tt.text)
			var list diag.List
			if !errors.As(err, &list) {
				t.Fatalf("got %v, want a diag.List", err)
			}
			e := list[0]
			if got := fmt.Sprintf("%d:%d", e.Pos.Line, e.Col); got != tt.place {
				t.Errorf("at %s, want %s:\n%v", got, tt.place, err)
			}
			if !matches(tt.msg, e.Msg+" "+e.Hint) {
				t.Errorf("%q does not match %q", e.Msg+" "+e.Hint, tt.msg)
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	_, err := parse("#" + strings.Repeat("a", maxSpecBytes))
	if err == nil || !strings.Contains(err.Error(), "at most 33554432 are read") {
		t.Errorf("got %v", err)
	}
}

func TestAliasesDoNotExplode(t *testing.T) {
	var b strings.Builder
	b.WriteString("routes:\n  - path: /\n    json:\n      - &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 20; i++ {
		fmt.Fprintf(&b, "      - &a%d [%s*a%d]\n", i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 8), i-1)
	}
	_, err := parse(b.String())
	if err == nil || !strings.Contains(err.Error(), "aliases expand to more than 64 MiB") {
		t.Errorf("got %.300v", err)
	}
}

func TestAnchors(t *testing.T) {
	fsys := os.DirFS(testdata)
	s, err := Parse(fsys, "good/anchors.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		"/a [{Cache-Control no-store}] hello\n", "/b [{Cache-Control no-store}] hello\n",
		"/c [{Cache-Control no-store}] hello\n", `/d [] [{"a":1},{"a":1},{"a":1}]`,
	} {
		r := s.Routes[i]
		got := r.Path + " ["
		for _, h := range r.Headers {
			got += "{" + h.Name + " " + h.Value + "}"
		}
		if got += "] " + string(r.Content.Bytes); got != want {
			t.Errorf("route %d: got %q, want %q", i, got, want)
		}
	}
}

// TestScalars compares texts with what YAML 1.2 says they are.
func TestScalars(t *testing.T) {
	for _, tt := range []struct{ yaml, want string }{
		{"\"a\\tb\\u00fc\\x41\\\"\"", "a\tbüA\""},
		{"'it''s'", "it's"},
		{"plain text # comment", "plain text"},
		{"a#b", "a#b"},
		{"a:b", "a:b"},
		{"\"😀 \\U0001F600 \\ud83d\\ude00\"", "😀 😀 😀"},
		{"|\n  a\n   b\n\n  c\n", "a\n b\n\nc\n"},
		{"|-\n  a\n", "a"},
		{"|+\n  a\n\n", "a\n\n\n"},
		{"|\n  a\tb \n", "a\tb \n"},
		{"|\n\n  a\n", "\na\n"},
		{"|2\n    a", "  a\n"},
		{">\n  a\n  b\n\n  c\n", "a b\nc\n"},
		{"\"a\n  b\"", "a b"},
		{"a\n  b", "a b"},
		{"|\n  a # no comment\n  - b: c\n", "a # no comment\n- b: c\n"},
	} {
		src, bad := newSource("f", []byte("k: "+tt.yaml+"\n"))
		if bad != nil {
			t.Fatal(bad)
		}
		n, bad := parseYAML(src, new(diag.List))
		if bad != nil {
			t.Errorf("%q: %v", tt.yaml, bad)
			continue
		}
		if got := n.fields[0].value.text; got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.yaml, got, tt.want)
		}
	}
}

// TestTreeAgreesWithGoYAML parses every file of testdata, and structures that are
// easy to get wrong, with go-yaml's own parser too.
func TestTreeAgreesWithGoYAML(t *testing.T) {
	texts := []string{
		"a:\n- b\n- c:\n  - d\n  e: f\ng:\n",
		"- - a\n  - b\n-\n  - c\n- {a: [b, {c: }], d: }\n-\n",
		"a: {b: c, \"d\": 'e', f}\ng: [a, , ]\n",
		"a:\n    b:\n        c: d\n    e:\n    - f\n\n# end\nh: i\n",
		"a: &x\n  b: c\nd: *x\ne:\n  <<: *x\n  f: g\n",
		"a: &a {x: 1}\nb: &b {x: 2, y: 3}\nc:\n  <<: [*b, *a]\n  z: 4\n",
		"a:\n  # comment\n  - b # comment\n  # comment\n\n  - c\n",
		"a: [\n  b,\n  c\n]\nd: {\n  e: f,\n  }\n",
		"\"a\": b\n'c' : d\ne : f\n",
		"- a: b\n  c: |\n    d\n     e\n- f\n",
		"a: http://x/y\nb: {c: http://x/y, d: :80}\n",
		"a: - b\n", "a: b: c\n", "a:\n  b: c\n d: e\n", "[a, b\n", "a: [b]]\n", "- a\nb: c\n",
	}
	for _, dir := range []string{"good", "bad"} {
		entries, err := os.ReadDir(testdata + "/" + dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if text, err := os.ReadFile(testdata + "/" + dir + "/" + e.Name()); err == nil && strings.HasSuffix(e.Name(), ".yaml") {
				texts = append(texts, string(text))
			}
		}
	}
	for _, text := range texts {
		compareTrees(t, text)
	}
}

func compareTrees(t *testing.T, text string) {
	t.Helper()
	src, bad := newSource("f", []byte(text))
	if bad != nil {
		t.Fatal(bad)
	}
	var dups diag.List
	n, bad := parseYAML(src, &dups)
	var want any
	err := yaml.Unmarshal([]byte(text), &want)
	if (bad != nil || len(dups) > 0) != (err != nil) {
		t.Errorf("%s\nours: %v %v\ngo-yaml: %v", text, bad, dups, err)
		return
	}
	if err == nil && !reflect.DeepEqual(normal(want), plain(n)) {
		t.Errorf("%s\nours:    %s\ngo-yaml: %s", text, dump(plain(n)), dump(normal(want)))
	}
}

// plain turns a tree into maps, lists and texts; numbers stay texts.
func plain(n *node) any {
	switch n.kind {
	case kindNull:
		return nil
	case kindList:
		list := []any{}
		for _, item := range n.items {
			list = append(list, plain(item))
		}
		return list
	case kindTable:
		m := map[string]any{}
		for _, f := range n.fields {
			m[f.key.text] = plain(f.value)
		}
		return m
	case kindNumber:
		return "number"
	case kindBool:
		return jsonBool(n.text) == "true"
	}
	return normal(n.text)
}

// normal does the same to go-yaml's values.
func normal(v any) any {
	switch v := v.(type) {
	case []any:
		list := []any{}
		for _, item := range v {
			list = append(list, normal(item))
		}
		return list
	case map[string]any:
		m := map[string]any{}
		for k, item := range v {
			m[k] = normal(item)
		}
		return m
	case nil, bool:
		return v
	case string:
		if jsonNumber.MatchString(v) {
			return "number" // go-yaml takes 1e3 for a text
		}
		return v
	}
	return "number"
}

func dump(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
