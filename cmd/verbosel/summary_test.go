package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen"
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
	if err := printSummary(&b, codegen.Summary{Routes: 2, Folders: &codegen.Folders{}}, "server"); err != nil {
		t.Fatal(err)
	}
	if want := "  routes    2\n  files     0 of 0 bytes, at 0 addresses\n  entry "; !strings.Contains(b.String(), want) {
		t.Errorf("no %q in %s", want, b.String())
	}
	b.Reset()
	if err := printSummary(&b, codegen.Summary{}, "server"); err != nil || strings.Contains(b.String(), "files") {
		t.Errorf("without folders: %v, %s", err, b.String())
	}
	if err := printSummary(failingWriter{}, codegen.Summary{}, "server"); !errors.Is(err, errFailing) {
		t.Errorf("got %v", err)
	}
}
