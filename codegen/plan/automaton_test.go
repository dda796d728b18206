package plan

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/spec"
)

// What automata take is what Go's own packages take, of values that are likely to be near it.
func TestAutomata(t *testing.T) {
	seed := testtool.Seed(t)
	rng := rand.New(rand.NewPCG(uint64(seed), 0))
	pieces := []string{"a", " ", "\t", "\n", "\r", "\x01", "\x7f", `"`, `\`, "é", "€", "𝄞", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\U0010ffff",
		"\x80", "\xbf", "\xc0\x80", "\xc2", "\xe0\x80\x80", "\xe0\xa0", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5", "\xff",
		"-", "+", "0", "1", "9", ".", "e", "E", "true", "false", "null", "t", "nul", "12", "01"}
	forms := map[string]struct {
		form ValueForm
		is   func(string) bool
	}{
		"text": {ValueText, utf8.ValidString},
		"string": {ValueString, func(s string) bool {
			escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s)
			return utf8.ValidString(s) && json.Valid([]byte(`"`+escaped+`"`))
		}},
		"field": {ValueField, func(s string) bool {
			return utf8.ValidString(s) && strings.Trim(s, " \t") == s && !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 && r != '\t' || r == 0x7f })
		}},
		"json": {ValueJSON, func(s string) bool {
			return json.Valid([]byte(s)) && strings.Trim(s, " \t\r\n") == s && !strings.ContainsAny(s, `"`)
		}},
	}
	for name, f := range forms {
		a := AutomatonOf(f.form)
		accepted := 0
		for range 20_000 {
			var b strings.Builder
			for range 1 + rng.IntN(6) {
				if rng.IntN(40) == 0 {
					b.WriteByte(byte(1 + rng.IntN(255)))
				} else {
					b.WriteString(pieces[rng.IntN(len(pieces))])
				}
			}
			value := b.String()
			if got, want := a.Accepts(value), f.is(value); got != want {
				t.Fatalf("%s: %q: %v, want %v", name, value, got, want)
			}
			if a.Accepts(value) {
				accepted++
			}
		}
		if accepted < 200 {
			t.Errorf("%s: %d of 20,000 values are accepted: too few to tell anything", name, accepted)
		}
	}
}

// isSlotStatus is spec.IsSlotStatus by what net/http knows of statuses, and a list.
func isSlotStatus(s string) bool {
	status, err := strconv.Atoi(s)
	return err == nil && len(s) == 3 && status >= 200 && status <= 599 && !slices.Contains([]int{
		http.StatusNoContent, http.StatusResetContent, http.StatusPartialContent, http.StatusNotModified,
		http.StatusUnauthorized, http.StatusMethodNotAllowed, http.StatusProxyAuthRequired, http.StatusUpgradeRequired}, status)
}

// TestStatusAutomaton: every number of up to four digits, and every byte in place of one of three.
func TestStatusAutomaton(t *testing.T) {
	a := AutomatonOf(ValueStatus)
	check := func(text string) {
		if got, want := a.Accepts(text), isSlotStatus(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	for n := range 10_000 {
		check(strconv.Itoa(n))
		check(fmt.Sprintf("%03d", n))
	}
	for b := 1; b < 256; b++ {
		for at := range 4 {
			text := "503"
			check(text[:at] + string([]byte{byte(b)}) + text[min(at+1, 3):])
		}
	}
}

// What may stand in the target of a redirect is what its expression says, of values that are near
// it; none has a byte that no URI has, or more than one slash in front where it could name a host.
func TestTargetAutomata(t *testing.T) {
	seed := testtool.Seed(t)
	rng := rand.New(rand.NewPCG(uint64(seed), 0))
	pieces := []string{"http://", "https://", "http", "://", "//", "/", `\`, "?", "#", "%2f", "%", "%4", ":", ":80", ":65535", ":65536", "@", "[::1]",
		".", "..", "-", "_", "~", "'", `"`, " ", "\r\n", "\x01", "\x7f", "a", "h", "example.com", "1", "6", "80", "65535", "é", "{", "<", "|", "^", "`"}
	for _, form := range ValueForms {
		expression, what, ok := spec.SlotForm(form).Syntax()
		if !ok {
			continue
		}
		a, want := AutomatonOf(form), regexp.MustCompile(`\A(?:`+expression+`)\z`)
		accepted := map[string]bool{}
		for range 50_000 {
			value := ""
			for range 1 + rng.IntN(6) {
				value += pieces[rng.IntN(len(pieces))]
			}
			got := a.Accepts(value)
			if got != want.MatchString(value) {
				t.Fatalf("%s: %q: %v", what, value, got)
			}
			if !got {
				continue
			}
			accepted[value] = true
			if form != ValueQuery && strings.HasPrefix(value, "//") || strings.ContainsAny(value, "\\\"' <>{}|^`") || strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
				t.Errorf("%s: %q is one", what, value)
			}
			if u, err := url.Parse(value); form == ValueTarget && (err != nil || u.Host == "" && (u.Scheme != "" || value[0] != '/')) {
				t.Errorf("%q is a target: %v", value, err)
			}
		}
		if len(accepted) < 5 {
			t.Errorf("%s: only %d values are accepted", what, len(accepted))
		}
		if !a.Accepts("") {
			t.Errorf("%s: an empty value is refused, which has the default", what)
		}
	}
}
