package spec

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/diag"
)

const testdata = "../../testdata/spec"

// expectation is `# ERROR "regexp"` behind a bad line, or `# ERROR@7 "regexp"` with
// the column; several regexps expect several errors. A regexp is matched with the
// message and the hint, joined by a blank. `# WARNING "regexp"` expects a warning.
type expectation struct {
	line, col int // col 0: any
	severity  diag.Severity
	re        *regexp.Regexp
	found     bool
}

var (
	errorComment = regexp.MustCompile(`# (ERROR|WARNING)(?:@(\d+))? (".*")$`)
	quotedRegexp = regexp.MustCompile(`"([^"]*)"`)
)

func expectations(t *testing.T, text string) []*expectation {
	var list []*expectation
	for i, line := range strings.Split(text, "\n") {
		m := errorComment.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		severity := diag.Mistake
		if m[1] == "WARNING" {
			severity = diag.Warning
		}
		col, _ := strconv.Atoi(m[2])
		for _, q := range quotedRegexp.FindAllStringSubmatch(m[3], -1) {
			list = append(list, &expectation{line: i + 1, col: col, severity: severity, re: regexp.MustCompile(q[1])})
			col = 0 // the column is the first one's
		}
	}
	if len(list) == 0 {
		t.Fatal("the file expects no error")
	}
	return list
}

// badFiles calls f with each file of testdata/spec/bad and its text.
func badFiles(t *testing.T, f func(t *testing.T, name, text string)) { filesOf(t, "bad", f) }

func filesOf(t *testing.T, dir string, f func(t *testing.T, name, text string)) {
	names, err := filepath.Glob(filepath.Join(testdata, dir, "*.yaml"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f(t, dir+"/"+filepath.Base(name), string(text))
		})
	}
}

func TestBadSpecs(t *testing.T) {
	badFiles(t, func(t *testing.T, name, text string) {
		_, err := Parse(os.DirFS(testdata), name)
		var got diag.List
		if !errors.As(err, &got) {
			t.Fatalf("got %v, want a diag.List", err)
		}
		compareFindings(t, text, got)
	})
}

// TestWarnedSpecs: what is hardly meant is parsed, and said.
func TestWarnedSpecs(t *testing.T) {
	filesOf(t, "warned", func(t *testing.T, name, text string) {
		s, err := Parse(os.DirFS(testdata), name)
		if err != nil {
			t.Fatal(err)
		}
		compareFindings(t, text, s.Warnings)
	})
}

// compareFindings compares findings with those that the text expects.
func compareFindings(t *testing.T, text string, got diag.List) {
	t.Helper()
	want := expectations(t, text)
	for _, e := range got {
		if !expected(want, e) {
			t.Errorf("unexpected: %v", e)
		}
		if e.Line == "" || e.Line != strings.Split(text, "\n")[e.Pos.Line-1] {
			t.Errorf("%v: carries the line %q", e.Pos, e.Line)
		}
	}
	for _, w := range want {
		if !w.found {
			t.Errorf("line %d: no %s matches %q", w.line, w.severity, w.re)
		}
	}
}

func expected(want []*expectation, e *diag.Error) bool {
	for _, w := range want {
		if !w.found && w.line == e.Pos.Line && w.severity == e.Severity && (w.col == 0 || w.col == e.Col) && w.re.MatchString(e.Msg+" "+e.Hint) {
			w.found = true
			return true
		}
	}
	return false
}

func matches(re, text string) bool { return regexp.MustCompile(re).MatchString(text) }
