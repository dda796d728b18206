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
