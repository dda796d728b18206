package verify_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestTrustedLines: README says how many lines of ours a proof rests on, and how many broken
// servers there are.
func TestTrustedLines(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	said := func(pattern string) int {
		t.Helper()
		m := regexp.MustCompile(pattern).FindSubmatch(readme)
		if m == nil {
			t.Fatalf("README does not say %q", pattern)
		}
		n, err := strconv.Atoi(strings.ReplaceAll(string(m[1]), ",", ""))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	ours := 0
	for _, dir := range []string{".", "gate", "prove", "prove/graph", "prove/data", "prove/value", "prove/code", "prove/domain", "prove/step", "prove/kernel", "prove/contain", "prove/search", "prove/flow", "prove/rank", "prove/meaning", "isa", "zone", "rules", "cert/elf", "cert/x86"} {
		ours += lines(t, dir, "*.go")
	}
	for _, file := range searchAlone {
		ours -= lines(t, filepath.Dir(file), filepath.Base(file))
	}
	ours -= lines(t, "zone", "join.go")
	if n := said(`checker without mistakes,\s+of\s+some\s+([\d,]+)\s+lines`); n < ours*98/100 || n > ours*102/100 {
		t.Errorf("README says that the checker has %d lines; it has %d", n, ours)
	}
	cases, err := filepath.Glob(filepath.Join(corpus, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if n := said(`\[(\d+)\s+broken\s+servers\]\(testdata/verify\)`); n > len(cases) || n < len(cases)-10 {
		t.Errorf("README says that there are %d broken servers; there are %d", n, len(cases))
	}
}

// TestCheckerLines: the README beside this test says how many lines of ours the check of a certificate rests on.
func TestCheckerLines(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	ours := 0
	for _, dir := range []string{"cert", "cert/elf", "cert/linear", "cert/x86", "rules"} {
		ours += lines(t, dir, "*.go")
	}
	m := regexp.MustCompile(`rests\s+on\s+([\d,]+)\s+lines`).FindSubmatch(readme)
	if m == nil {
		t.Fatal("README does not say how many lines a check of a certificate rests on")
	}
	if n, err := strconv.Atoi(strings.ReplaceAll(string(m[1]), ",", "")); err != nil || n < ours*99/100 || n > ours*101/100 {
		t.Errorf("README says that a check of a certificate rests on %s lines; it has %d", m[1], ours)
	}
}

// searchAlone are files that nothing rests on, beside those of prove/meet: they look for what bounds a loop, which
// prove/rank/counted.go checks, and for what is known at each place, which prove/contain does. Of zone that is join.go.
var searchAlone = []string{
	"prove/known.go",
	"prove/code/order.go", "prove/code/steps.go", "prove/code/weak.go",
	"prove/contain/renaming.go",
	"prove/graph/cycle.go",
	"prove/rank/closer.go", "prove/rank/counter.go", "prove/rank/divide.go", "prove/rank/extension.go", "prove/rank/more.go", "prove/rank/pay.go", "prove/rank/raised.go", "prove/rank/ranking.go", "prove/rank/starts.go",
	"prove/search/agenda.go", "prove/search/arrive.go", "prove/search/key.go",
}

// lines counts those of a folder's files, tests apart.
func lines(t *testing.T, dir, pattern string) (n int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s in %s: %d files, %v", pattern, dir, len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(text, []byte("\n"))
	}
	return n
}
