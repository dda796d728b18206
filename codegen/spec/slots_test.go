package spec

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestSlots: what is left of a text without its slots, and where these are.
func TestSlots(t *testing.T) {
	slot := func(at int, name string) Slot { return Slot{At: at, Name: name, Form: SlotText} }
	withDefault := func(at int, name, text string) Slot {
		return Slot{At: at, Name: name, Optional: true, Default: text, Form: SlotText}
	}
	for text, want := range map[string]struct {
		text  string
		slots []Slot
	}{
		"":                     {"", nil},
		"$ $$ {a} $5 $a":       {"$ $$ {a} $5 $a", nil},
		"${A}":                 {"", []Slot{slot(0, "A")}},
		"a${_B2}c${A:-x}":      {"ac", []Slot{slot(1, "_B2"), withDefault(2, "A", "x")}},
		"${A:-}":               {"", []Slot{withDefault(0, "A", "")}},
		"${A:-a:-b${}":         {"", []Slot{withDefault(0, "A", "a:-b${")}},
		"${A:-x\ny}":           {"", []Slot{withDefault(0, "A", "x\ny")}},
		"$${A}":                {"${A}", nil},
		"$$${A}":               {"$", []Slot{slot(1, "A")}},
		"$$$${a":               {"$${a", nil},
		"`$${x}` costs $$${A}": {"`${x}` costs $", []Slot{slot(14, "A")}},
	} {
		d := &decoder{src: &source{}}
		got, slots := d.slots(&node{kind: kindText}, text, "body", SlotText)
		if diff := cmp.Diff(want.slots, slots); got != want.text || diff != "" || len(d.errs) > 0 {
			t.Errorf("%q: %q, want %q; %s; %v", text, got, want.text, diff, d.errs)
		}
	}
}

// A default is written as it stands in JSON, and is as long as a value may be.
func TestSlotDefaults(t *testing.T) {
	parse := func(route string) (*Spec, error) {
		return Parse(fstest.MapFS{"r.yaml": {Data: []byte("routes:\n  - path: /\n" + route)}}, "r.yaml")
	}
	s, err := parse("    json: [ \"a\\\"${A:-\\\"\\\\\\n}\", \"${B}\" ]\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []Slot{{At: 5, Name: "A", Optional: true, Default: `\"\\\n`, Form: SlotString}, {At: 8, Name: "B", Form: SlotString}}
	if diff := cmp.Diff(want, s.Routes[0].Content.Slots); diff != "" || string(s.Routes[0].Content.Bytes) != `["a\"",""]` {
		t.Errorf("%s\n%s", s.Routes[0].Content.Bytes, diff)
	}
	s, err = parse("    json:\n      - ${A:-null}\n      - '${A:-null}'\n      - a ${A:-null}\n")
	if err != nil {
		t.Fatal(err)
	}
	var forms []SlotForm
	for _, slot := range s.Routes[0].Content.Slots {
		forms = append(forms, slot.Form)
	}
	if diff := cmp.Diff([]SlotForm{SlotJSON, SlotString, SlotString}, forms); diff != "" || string(s.Routes[0].Content.Bytes) != `[,"","a "]` {
		t.Errorf("%s\n%s", s.Routes[0].Content.Bytes, diff)
	}
	for size, refused := range map[int]bool{MaxSlot: false, MaxSlot + 1: true} {
		if _, err := parse("    body: ${A:-" + strings.Repeat("x", size) + "}\n"); (err != nil) != refused {
			t.Errorf("a default of %d bytes: %v", size, err)
		}
	}
}

// The text of a file has slots as body has them, with its bytes as they are; in JSON each has the
// form that its place wants. A mistake in it is shown there.
func TestSlotsInFiles(t *testing.T) {
	for _, tt := range []struct {
		name, text, want string
		slots            []Slot
		mistake          string
	}{
		{"a.txt", "\ufeff${A}\r\n$${A}\tü", "\ufeff\r\n${A}\tü", []Slot{{At: 3, Name: "A", Form: SlotText}}, ""},
		{"a.json", `{"${A}\"${A:-"}": ${A}, "$${": [-1, ${B:-1}]}`, `{"\"": , "${": [-1, ]}`, []Slot{
			{At: 2, Name: "A", Form: SlotString}, {At: 4, Name: "A", Optional: true, Default: `\"`, Form: SlotString},
			{At: 7, Name: "A", Form: SlotJSON}, {At: 20, Name: "B", Optional: true, Default: "1", Form: SlotJSON}}, ""},
		{"a.webmanifest", `"${A}"`, `""`, []Slot{{At: 1, Name: "A", Form: SlotString}}, ""},
		{"a.js", "`ü`;\r\n `é${x}`", "", nil, "a.js:2:4: ${x} is no variable of the environment"},
		{"a.txt", "a\n${A", "", nil, "a.txt:2:1: ${ without its }"},
		{"a.json", "[\n${A:-x}]", "", nil, "a.json:2:1: the default of ${A} is no number"},
		{"a.json", `["\${A}n"]`, "", nil, "r.yaml:3:11: env: the file a.json is no JSON"},
		{"a.json", `["\u00${A}41"]`, "", nil, "is no JSON"},
		{"a.json", `[-${A}]`, "", nil, "is no JSON"},
		{"a.json", "// ${A}\n1", "", nil, "is no JSON"},
		{"a.txt", strings.Repeat("x", MaxSlots+1), "", nil, "r.yaml:3:11: env: the file a.txt has 262145 bytes"},
	} {
		fsys := fstest.MapFS{"r.yaml": {Data: []byte("routes:\n  - path: /\n    file: " + tt.name + "\n    env: true\n")}, tt.name: {Data: []byte(tt.text)}}
		s, err := Parse(fsys, "r.yaml")
		if tt.mistake != "" {
			if err == nil || !strings.Contains(err.Error(), tt.mistake) {
				t.Errorf("%q: %v, want %s", tt.text, err, tt.mistake)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		c := s.Routes[0].Content
		if diff := cmp.Diff(tt.slots, c.Slots); diff != "" || string(c.Bytes) != tt.want || c.Form != FormBody || c.Type != TypeByName(tt.name) {
			t.Errorf("%q: %q, want %q, %s\n%s", tt.text, c.Bytes, tt.want, c.Type, diff)
		}
		if diff := cmp.Diff([]string{tt.name}, s.Imports); diff != "" {
			t.Errorf("%q: imports %s", tt.text, diff)
		}
	}
}
