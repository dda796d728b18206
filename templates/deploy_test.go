package templates

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

func server() Deploy {
	return Deploy{
		Name: "site", Image: "registry.example/team/site:1.0", Port: 8080, Published: 8080, Probe: "/", Profile: "verbosel/site.json",
		Program: "/usr/local/bin/site", Calls: []string{"accept", "write"}, Families: []string{"AF_INET"}, Spec: "site", Version: "v1.0.0", Context: ".", Dockerfile: "Dockerfile",
	}
}

// Every target's files are made, with nothing of the template left.
func TestRender(t *testing.T) {
	if len(Targets()) < 10 {
		t.Errorf("targets %v", Targets())
	}
	for _, target := range Targets() {
		files, err := server().Render(target)
		if err != nil || len(files) == 0 {
			t.Errorf("%s: %v", target, err)
		}
		for _, f := range files {
			if s := strings.ReplaceAll(string(f.Content), "${{", ""); strings.Contains(s, "{{") || strings.Contains(s, "[[") || strings.Contains(s, "<no value>") || !strings.HasSuffix(s, "\n") {
				t.Errorf("%s/%s:\n%s", target, f.Name, s)
			}
		}
	}
	if _, err := server().Render("mainframe"); err == nil {
		t.Error("an unknown target has files")
	}
}

// A template cannot print a value past the writer, wherever it prints it.
func TestRenderGuards(t *testing.T) {
	type values struct {
		S    string
		On   bool
		List []string
	}
	v := values{"a: b\n# \"", true, []string{"x"}}
	for text, want := range map[string]string{
		"k: {{.S}}":                              `k: "a: b\n# \""`,
		"k: {{if .On}}{{.S}}{{end}}":             `k: "a: b\n# \""`,
		"k: {{if not .On}}{{else}}{{.S}}{{end}}": `k: "a: b\n# \""`,
		"k: {{range .List}}{{$.S}}{{end}}":       `k: "a: b\n# \""`,
		`k: {{printf "%s" .S}}`:                  `k: "a: b\n# \""`,
		"k: {{$x := .S}}{{$x}}":                  `k: "a: b\n# \""`,
	} {
		if got, err := render("x.yaml", text, v); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{`{{define "t"}}{{.S}}{{end}}{{template "t" .}}`, "{{with .S}}{{.}}{{end}}", "{{.On}}", "{{.Missing}}", "{{"} {
		if got, err := render("x.yaml", text, v); err == nil {
			t.Errorf("%s: %s", text, got)
		}
	}
	if _, err := render("x.unknown", "", v); err == nil {
		t.Error("a format without a writer is written")
	}
	if _, err := render("Dockerfile", "EXPOSE {{.S}}", v); !errors.Is(err, errWord) {
		t.Errorf("Dockerfile: %v", err)
	}
	if _, err := (writer{yamlText}).value([]string{"read", "write\nX=y"}); !errors.Is(err, errWord) {
		t.Errorf("a list: %v", err)
	}
}

// FuzzWriters: whatever a text is, each format reads it back as one value, or it is refused
// because it is no text.
func FuzzWriters(f *testing.F) {
	for _, s := range []string{
		"", "a", "'", `"`, `\`, "\n", "\r\n", "a: b", "# x", "${HOME}", "$$", "{{.}}", "%h", "%%", "\x00", "\x7f\u0085\u2028\u2029\ufeff", "\xff", "\U0001F600\U000E0001", "- x", "*a &b !c", `\x41`, "\t", "$(X)", "`id`", "${{ x }}", "$${{", "${${{{",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, err := yamlText(s)
		if (err == nil) != utf8.ValidString(s) {
			t.Fatalf("%q: %v", s, err)
		}
		if err == nil {
			isYAML(t, text, s)
			compose, err := composeText(s)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(strings.ReplaceAll(compose, "$$", ""), "$") {
				t.Fatalf("%q has a variable in %s", s, compose)
			}
			isYAML(t, strings.ReplaceAll(compose, "$$", "$"), s)
			workflow, err := workflowText(s)
			if err != nil {
				t.Fatal(err)
			}
			const literal = "${{ '${{' }}"
			if strings.Contains(strings.ReplaceAll(workflow, literal, "|"), "${{") {
				t.Fatalf("%q has an expression in %s", s, workflow)
			}
			isYAML(t, workflow, strings.ReplaceAll(s, "${{", literal))
		}
		if text, err := jsonText(s); err == nil {
			isJSON(t, text, s)
		} else if utf8.ValidString(s) {
			t.Fatalf("%q: %v", s, err)
		}
		if job, err := nomadText(s); err == nil {
			isJSON(t, job, s)
		} else if utf8.ValidString(s) && !strings.Contains(s, "${") {
			t.Fatalf("%q: %v", s, err)
		}
		if unit, err := unitText(s); err == nil {
			if got, ok := readUnitWord(unit); !ok || got != s {
				t.Fatalf("%q is %q in %s", s, got, unit)
			}
		} else if utf8.ValidString(s) && !strings.Contains(s, "\x00") {
			t.Fatalf("%q: %v", s, err)
		}
		if word, err := plainWord(s); err == nil && (word != s || strings.ContainsAny(s, " \t\r\n\"'\\$%{}#:")) {
			t.Fatalf("%q is taken for a plain word", s)
		}
	})
}

// isYAML demands that a document has the text as the value of a key, and another key behind.
func isYAML(t *testing.T, text, want string) {
	t.Helper()
	if strings.ContainsAny(text, "\n\r\u0085\u2028\u2029") {
		t.Fatalf("%q has more than a line: %s", want, text)
	}
	var doc struct {
		A string
		B int
	}
	if err := yaml.UnmarshalWithOptions([]byte("a: "+text+"\nb: 1\n"), &doc, yaml.Strict()); err != nil || doc.A != want || doc.B != 1 {
		t.Fatalf("%q is %+v in %s, %v", want, doc, text, err)
	}
}

// isJSON demands one string of JSON, of ASCII that can be seen.
func isJSON(t *testing.T, text, want string) {
	t.Helper()
	var got string
	if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
		t.Fatalf("%q is %q in %s, %v", want, got, text, err)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r >= 0x7f }) {
		t.Fatalf("%q is %q, which has more than ASCII", want, text)
	}
}

// readUnitWord reads a quoted word as systemd does (systemd.syntax(7), "Quoting", with
// specifiers and variables).
func readUnitWord(text string) (string, bool) {
	inner, ok := strings.CutPrefix(text, `"`)
	if !ok || strings.ContainsAny(text, "\n\r\x00") {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(inner); i++ {
		switch c := inner[i]; c {
		case '"':
			return b.String(), i == len(inner)-1
		case '%', '$':
			if i++; i >= len(inner) || inner[i] != c {
				return "", false
			}
			b.WriteByte(c)
		case '\\':
			if i++; i >= len(inner) {
				return "", false
			}
			if inner[i] != 'x' {
				b.WriteByte(inner[i])
				continue
			}
			if i+2 >= len(inner) {
				return "", false
			}
			b.WriteByte(unhex(inner[i+1])<<4 | unhex(inner[i+2]))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}

func unhex(c byte) byte { return byte(strings.IndexByte("0123456789abcdef", c)) }
