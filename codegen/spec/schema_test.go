package spec

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/templates"
)

// compileSchema compiles the generated schema with a library that did not make it.
func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("spec.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("spec.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate checks a YAML text against the schema as an editor does: duplicate keys
// and the place of the file do not exist there.
func validate(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	src, bad := newSource("f", []byte(text))
	if bad != nil {
		return bad
	}
	root, bad := parseYAML(src, new(diag.List))
	if bad != nil {
		return bad
	}
	return s.Validate(value(root))
}

// value turns a tree into what encoding/json would give; keys become texts.
func value(n *node) any {
	switch n.kind {
	case kindNull:
		return nil
	case kindBool:
		return jsonBool(n.text) == "true"
	case kindNumber:
		if jsonNumber.MatchString(n.text) {
			return json.Number(n.text)
		}
		return n.text
	case kindList:
		list := []any{}
		for _, item := range n.items {
			list = append(list, value(item))
		}
		return list
	case kindTable:
		m := map[string]any{}
		for _, f := range n.fields {
			m[f.key.text] = value(f.value)
		}
		return m
	}
	return n.text
}

func fullStarter(t *testing.T) string {
	t.Helper()
	text, err := templates.Full(DefaultTexts())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSchemaAcceptsGoodSpecs(t *testing.T) {
	s := compileSchema(t)
	texts := map[string]string{
		"starter":      string(templates.Starter()),
		"full starter": fullStarter(t),
		"no routes":    "routes: []\n",
	}
	for _, name := range []string{"full", "anchors"} {
		text, err := os.ReadFile(testdata + "/good/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	for name, text := range texts {
		if err := validate(t, s, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSchemaRefusesBadSpecs: a file that says `# schema: accepts` has only mistakes
// that no schema can see.
func TestSchemaRefusesBadSpecs(t *testing.T) {
	s := compileSchema(t)
	badFiles(t, func(t *testing.T, name, text string) {
		accepts := strings.HasPrefix(text, "# schema: accepts\n")
		if err := validate(t, s, text); (err == nil) != accepts {
			t.Errorf("accepts: %v, got %v", accepts, err)
		}
	})
}

// TestSchemaRefuses has one mistake in each text.
func TestSchemaRefuses(t *testing.T) {
	s := compileSchema(t)
	for _, text := range []string{
		"server: {}",
		"routes: [], x: 1",
		"routes: {}",
		"routes: [{body: a}]",
		"routes: [{path: /}]",
		"routes: [{path: a, body: a}]",
		"routes: [{path: /, body: a, json: b}]",
		"routes: [{path: /, status: 200, file: a, redirect: b}]",
		"routes: [{path: /, bdy: a}]",
		"routes: [{path: /, body: 1}]",
		"routes: [{path: /, status: 100}]",
		"routes: [{path: /, status: 600}]",
		"routes: [{path: /, body: a, method: get}]",
		"routes: [{path: /, body: a, method: []}]",
		"routes: [{path: /, body: a, method: [PUT, PUT]}]",
		"routes: [{path: /, redirect: a b}]",
		"routes: [{path: /, file: /a}]",
		"routes: [{path: /, body: a, headers: {A B: c}}]",
		"routes: [{path: /, body: a, headers: {A: }}]",
		"routes: [{path: /, body: a, headers: {A: []}}]",
		"routes: [{path: /, body: a, headers: {A: [[b]]}}]",
		"routes: [{path: /, body: a, headers: {A: {b: c}}}]",
		"routes: [], server: {listen: localhost:80}",
		"routes: [], server: {backlog: 0}",
		"routes: [], server: {isolation: none}",
		"routes: [], server: {syscalls: eleven}",
		"routes: [], server: {timeouts: {head: 5}}",
		"routes: [], server: {timeouts: {head: soon}}",
		"routes: [], server: {limits: {head: much}}",
		"routes: [], server: {limits: {requests: 0}}",
		"routes: [], errors: {500: {body: a}}",
		"routes: [], errors: {416: {body: a}}",
		"routes: [], errors: {404: {}}",
		"routes: [], errors: {404: {status: 200, body: a}}",
	} {
		if err := validate(t, s, "{"+text+"}"); err == nil {
			t.Errorf("the schema accepts %s", text)
		}
		if _, err := parse("{" + text + "}\n"); err == nil {
			t.Errorf("the parser accepts %s", text)
		}
	}
}

// TestSchemaKnowsEveryListen: the pattern refuses no address that the parser takes.
func TestSchemaKnowsEveryListen(t *testing.T) {
	s := compileSchema(t)
	for _, l := range []string{":8080", "0.0.0.0:1", "[::]:80", "[::ffff:1.2.3.4]:80", ":${PORT}", "[::]:${_p1:-80}", "unix:a", "unix:@a", "systemd"} {
		text := `{routes: [], server: {listen: "` + l + `"}}` + "\n"
		if err := validate(t, s, text); err != nil {
			t.Errorf("%s: %v", l, err)
		}
		mustParse(t, text)
	}
}

func TestSchemaHasEveryDefault(t *testing.T) {
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties struct {
			Server struct {
				Properties map[string]struct {
					Default    any
					Properties map[string]struct{ Default any }
				}
			}
		}
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	for key, want := range DefaultTexts() {
		parts := strings.Split(key, ".")
		if parts[0] != "server" {
			continue
		}
		p := schema.Properties.Server.Properties[parts[1]]
		got := p.Default
		if len(parts) == 3 {
			got = p.Properties[parts[2]].Default
		}
		if b, _ := json.Marshal(got); strings.Trim(string(b), `"`) != want {
			t.Errorf("%s: the schema's default is %s, not %s", key, b, want)
		}
	}
}

// TestStartersBuild: both starters parse, and the full one has every key and says the
// defaults.
func TestStartersBuild(t *testing.T) {
	mustParse(t, string(templates.Starter()))
	text := fullStarter(t)
	s := mustParse(t, text)
	if diff := cmp.Diff(Defaults(), s.Server, ignorePos); diff != "" {
		t.Error(diff)
	}
	for _, key := range slices.Concat(specKeys, serverKeys, timeoutKeys, limitKeys, routeKeys, errorKeys) {
		if !strings.Contains(text, key+":") {
			t.Errorf("the full starter has no %s", key)
		}
	}
}
