package x64

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
)

// An opsLine is a line of testdata/ops.txt.
type opsLine struct {
	n    int
	text string
	code []byte
}

func readOps(t *testing.T) (lines []opsLine) {
	t.Helper()
	file, err := os.ReadFile("testdata/ops.txt")
	if err != nil {
		t.Fatal(err)
	}
	for n, s := range strings.Split(string(file), "\n") {
		if s == "" || s[0] == '#' {
			continue
		}
		text, code, _ := strings.Cut(s, "|")
		b, err := hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(code), " ", ""))
		if err != nil || len(b) == 0 {
			t.Fatalf("ops.txt:%d: no bytes: %v", n+1, err)
		}
		lines = append(lines, opsLine{n + 1, strings.TrimSpace(text), b})
	}
	return lines
}

// TestForms assembles each line of ops.txt; every form of the table has one.
func TestForms(t *testing.T) {
	seen := map[form]bool{}
	for _, l := range readOps(t) {
		inst, err := parseInst(l.text)
		if err != nil {
			t.Errorf("ops.txt:%d: %v", l.n, err)
			continue
		}
		o, err := Assemble(&Program{Items: []Item{Label{Name: "here"}, inst}})
		if err != nil {
			t.Errorf("ops.txt:%d: %v", l.n, err)
			continue
		}
		if got := link(o); !bytes.Equal(got, l.code) {
			t.Errorf("ops.txt:%d: %s: % x, want % x", l.n, l.text, got, l.code)
		}
		f, _ := choose(inst)
		seen[*f] = true
	}
	for _, f := range allForms() {
		if !seen[f] {
			t.Errorf("no line in ops.txt for: %v", f)
		}
	}
}

// TestFormsAreDistinct finds rows that can never be chosen, as one before takes the
// same operands.
func TestFormsAreDistinct(t *testing.T) {
	type key struct {
		op       Op
		dst, src shape
	}
	seen := map[key]bool{}
	for _, f := range allForms() {
		k := key{f.op, f.dst, f.src}
		if seen[k] {
			t.Errorf("%v is in the table twice", f)
		}
		seen[k] = true
	}
	for op := NoOp + 1; op < numOps; op++ {
		if len(forms[op]) == 0 || opNames[op] == "" || decoded[op] == 0 {
			t.Errorf("operation %d, %q, has no form, no name or no decoded name", op, op)
		}
	}
}

// TestOpsAgainstNASM shows that the bytes in ops.txt are nasm's, for the text as it
// stands there.
func TestOpsAgainstNASM(t *testing.T) {
	const room = 16 // no instruction is longer than 15 bytes
	lines := readOps(t)
	var s strings.Builder
	s.WriteString("bits 64\norg 0\n")
	for k, l := range lines {
		text := strings.NewReplacer("here", fmt.Sprintf("L%d", k), "hello", fmt.Sprintf("E%d", k)).Replace(l.text)
		fmt.Fprintf(&s, "align %d, db 0xcc\nL%d: %s\nE%d:\n", room, k, text, k)
	}
	fmt.Fprintf(&s, "align %d, db 0xcc\n", room)
	code := runNASM(t, s.String())
	for k, l := range lines {
		want := append(bytes.Clone(l.code), bytes.Repeat([]byte{0xcc}, room-len(l.code))...)
		if got := code[room*k:][:room]; !bytes.Equal(got, want) {
			t.Errorf("ops.txt:%d: %s: nasm gives % x, the file % x", l.n, l.text, got, l.code)
		}
	}
}
