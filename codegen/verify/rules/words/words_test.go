package words

import (
	"os"
	"strings"
	"testing"
)

// The documentation of the package says of each rule what Says does.
func TestRulesAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../doc.go")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(strings.ReplaceAll(string(doc), "//", " ")), " ")
	for _, r := range All() {
		if want := "- " + string(r) + ": " + Says(r); !strings.Contains(text, want) {
			t.Errorf("doc.go does not have\n%s", want)
		}
		if len(Short(r)) > 72 || Short(r) == "" {
			t.Errorf("%s: %q is no short form", r, Short(r))
		}
	}
}

func TestUnknownRule(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.HasPrefix(r.(string), "BUG: ") {
			t.Errorf("panics with %v, want a BUG", r)
		}
	}()
	Says("rhyme")
}
