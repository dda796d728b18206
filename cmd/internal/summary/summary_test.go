package summary

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/verify/verdict"
)

func TestFoldersText(t *testing.T) {
	for _, tt := range []struct {
		folders codegen.Folders
		want    string
	}{
		{codegen.Folders{Files: 1, Addresses: 1, Bytes: 7}, "  files     1 of 7 bytes, at 1 address\n"},
		{codegen.Folders{Files: 1000, Addresses: 1001, Redirects: 1, Bytes: 1 << 20, Codings: []codegen.Coding{
			{Name: "br", Files: 1, Bytes: 1, Of: 1000}, {Name: "zstd", Files: 1234, Bytes: 1249, Of: 2000}}},
			"  files     1,000 of 1,048,576 bytes, at 1,001 addresses and 1 redirect\n" +
				"  encodings br    under 1 % of their size, for 1 file\n" +
				"            zstd  62 % of their size, for 1,234 files\n"},
	} {
		if got := foldersText(tt.folders); got != tt.want {
			t.Errorf("got\n%swant\n%s", got, tt.want)
		}
	}
}

// failingWriter takes nothing.
type failingWriter struct{}

var errFailing = errors.New("no place")

func (failingWriter) Write([]byte) (int, error) { return 0, errFailing }

func TestSummaryHasFolders(t *testing.T) {
	var b strings.Builder
	if err := (Built{Summary: codegen.Summary{Routes: 2, Folders: &codegen.Folders{}}}).Print(&b); err != nil {
		t.Fatal(err)
	}
	if want := "  routes    2\n  files     0 of 0 bytes, at 0 addresses\n  calls "; !strings.Contains(b.String(), want) {
		t.Errorf("no %q in %s", want, b.String())
	}
	b.Reset()
	if err := (Built{}).Print(&b); err != nil || strings.Contains(b.String(), "files") {
		t.Errorf("without folders: %v, %s", err, b.String())
	}
	if err := (Built{}).Print(failingWriter{}); !errors.Is(err, errFailing) {
		t.Errorf("got %v", err)
	}
}

// TestSummary: what matters comes by itself, what few want to know is asked for.
func TestSummary(t *testing.T) {
	s := Built{
		Summary: codegen.Summary{Size: 4095, Routes: 1, Entry: 0xe8, SHA256: "ab", Syscalls: []codegen.Syscall{{Name: "read", Why: "reads"}, {Name: "exit", Number: 60, Why: "ends"}}},
		Target:  "my server", proof: 1234 * time.Millisecond,
	}
	const head = "my server\n\n  proved    memory safe on every path and for every input, in 1.2 s\n  size      4,095 bytes\n  routes    1\n"
	const next = "\nNext: './my server'\n"
	for _, tt := range []struct {
		verbose bool
		want    string
	}{
		{false, head + "  calls     read exit\n" + next},
		{true, head + "  entry     0xe8\n  sha256    ab\n\n  2 system calls\n    read           0  reads\n    exit          60  ends\n" + next},
	} {
		s.Verbose = tt.verbose
		var b strings.Builder
		if err := s.Print(&b); err != nil || b.String() != tt.want {
			t.Errorf("%v, got\n%s\nwant\n%s", err, b.String(), tt.want)
		}
	}
}

func TestAsCommand(t *testing.T) {
	for path, want := range map[string]string{"server": "./server", "a/b": "a/b", "/x": "/x", "it's": `'./it'\''s'`} {
		if got := asCommand(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	for d, want := range map[time.Duration]string{1: "less than 1 ms", 12345 * time.Microsecond: "12 ms", 15 * time.Second: "15.0 s"} {
		if got := seconds(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 12345: "12,345", 1048576: "1,048,576"} {
		if got := verdict.Thousands(n); got != want {
			t.Errorf("verdict.Thousands(%d) = %q, want %q", n, got, want)
		}
	}
}
