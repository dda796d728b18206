package verify_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/internal/asmtext"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/dynamic"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/rules/words"
)

var update = flag.Bool("update", false, "rewrite the messages of the corpus")

const corpus = "../../testdata/verify"

// TestCorpus breaks the server of testdata/verify in every way that is described
// there, and demands the refusal that is written there. The name of a case begins with
// the rule that it breaks, its comment says how; the README there has the form.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpus, "*.txtar"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d cases, %v: want forty at least", len(files), err)
	}
	counts := map[rules.Rule]int{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		rule, _, _ := strings.Cut(name, "_")
		counts[rules.Rule(rule)]++
		t.Run(name, func(t *testing.T) {
			testCase(t, file, rules.Rule(rule))
		})
	}
	for _, rule := range words.All() {
		if counts[rule] == 0 {
			t.Errorf("no case breaks the rule %s", rule)
		}
		delete(counts, rule)
	}
	if len(counts) > 0 {
		t.Errorf("cases of rules that there are not: %v", counts)
	}
}

// The server that the cases break does what it says.
func TestCorpusServerServes(t *testing.T) {
	script := dynamic.Script{Segments: [][]byte{[]byte("GET / HTTP/1.0\r\nHost: a\r\n\r\n")}}
	server, boot, err := dynamic.Boot(newCase(t, readSource(t), new(txtar.Archive)), dynamic.Script{})
	if err != nil {
		t.Fatalf("boot: %v, %v", boot, err)
	}
	run, err := server.Serve(script)
	if err != nil {
		t.Fatal(err)
	}
	if want := "HTTP/1.0 200 OK\r\n\r\nGET / HTTP/1.0\r\n"; string(run.Output) != want {
		t.Errorf("the client gets %q, want %q", run.Output, want)
	}
}

// The server that the cases break is proved.
func TestCorpusServer(t *testing.T) {
	report := checkServer(t, readSource(t))
	if report.Stack != 4144 || len(report.Syscalls) != 11 || report.Work < report.Instructions {
		t.Errorf("stack of %d bytes, %d system calls, %d of %d instructions interpreted; want 4144, 11 and all",
			report.Stack, len(report.Syscalls), report.Work, report.Instructions)
	}
}

// With a note it is proved too, and the note read.
func TestCorpusServerWithNote(t *testing.T) {
	file := newCase(t, readSource(t), &txtar.Archive{Files: []txtar.File{{Name: "note"}}})
	report, err := verify.CheckAnyForm(bytes.NewReader(file), int64(len(file)), verify.Hardened())
	if err != nil {
		t.Fatal(err)
	}
	want := &verify.Note{Compiler: "v1.2.3", Listen: ":8080", Path: "/", Timeout: 1_000_000}
	if diff := cmp.Diff(want, report.Note); diff != "" || len(report.Segments) != 4 {
		t.Errorf("%d segments, %s", len(report.Segments), diff)
	}
	if plain := checkServer(t, readSource(t)); plain.Note != nil || report.Work != plain.Work {
		t.Errorf("without a note: %+v, %d instructions interpreted; with it %d", plain.Note, plain.Work, report.Work)
	}
}

// The ways in which the server of the corpus makes its calls: what is a constant in its
// source, through a routine too, and no pointer, descriptor or length beside.
func TestCorpusServerArguments(t *testing.T) {
	got := map[string][][]verify.Argument{}
	for _, c := range checkServer(t, readSource(t)).Calls {
		got[verify.SyscallName(int(c.Number))] = c.Arguments
	}
	anyhow := [][]verify.Argument{{}}
	want := map[string][][]verify.Argument{
		"accept":       {{{Index: 1, Value: 0}, {Index: 2, Value: 0}}},
		"bind":         {{{Index: 2, Value: 16}}},
		"close":        anyhow,
		"exit":         {{{Index: 0, Value: 0}}, {{Index: 0, Value: 1}}},
		"fork":         anyhow,
		"listen":       {{{Index: 1, Value: 128}}},
		"read":         {{{Index: 2, Value: 4096}}},
		"rt_sigaction": {{{Index: 0, Value: 15}, {Index: 2, Value: 0}, {Index: 3, Value: 8}}},
		"setsockopt":   {{{Index: 1, Value: 1}, {Index: 2, Value: 2}, {Index: 4, Value: 4}}},
		"socket":       {{{Index: 0, Value: 2}, {Index: 1, Value: 1}, {Index: 2, Value: 0}}},
		"write":        anyhow,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestCorpusProved: the servers of testdata/verify/proved keep every rule, and answer each of
// two requests as they say.
func TestCorpusProved(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpus, "proved", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d servers, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			file := newCase(t, readSource(t), archive)
			if _, err := verify.CheckAnyForm(bytes.NewReader(file), int64(len(file)), verify.Hardened()); err != nil {
				t.Error(err)
			}
			server, boot, err := dynamic.Boot(file, dynamic.Script{})
			if err != nil {
				t.Fatalf("boot: %v, %v", boot, err)
			}
			run, err := server.Serve(dynamic.Script{Segments: [][]byte{[]byte("GET / HTTP/1.0\r\n"), []byte("HEAD / HTTP/1.0\r\n")}})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := strings.ReplaceAll(string(run.Output), "\r", ""), part(archive, "answers"); got != want {
				t.Errorf("the client gets %q, want %q", got, want)
			}
		})
	}
}

func checkServer(t *testing.T, base []string) *verify.Report {
	t.Helper()
	file := newCase(t, base, new(txtar.Archive))
	report, err := verify.CheckAnyForm(bytes.NewReader(file), int64(len(file)), verify.Hardened())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func testCase(t *testing.T, path string, rule rules.Rule) {
	archive := readCase(t, path)
	file := newCase(t, readBase(t, archive), archive)
	if _, err := verify.Check(bytes.NewReader(file), int64(len(file)), verify.Workers()); err == nil {
		t.Error("it is proved")
	}
	check := verify.CheckAnyForm
	if len(part(archive, "forms")) > 0 {
		check = verify.Check
	}
	_, err := check(bytes.NewReader(file), int64(len(file)), verify.Workers())
	var got *verify.Error
	switch {
	case !errors.As(err, &got):
		t.Fatalf("got %v, want a refusal", err)
	case got.Rule != rule:
		t.Errorf("refused by the rule %s: %v", got.Rule, got)
	}
	if *update {
		rewrite(t, path, archive, got.Error())
	} else if want := strings.TrimSuffix(part(archive, "refused"), "\n"); got.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// readCase reads a case, which says what it is about.
func readCase(t testing.TB, path string) *txtar.Archive {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.Comment) == 0 {
		t.Errorf("%s does not say what is wrong, or new", path)
	}
	return archive
}

// readBase gives the lines of the program that a case changes: server.asm, where it names no other.
func readBase(t testing.TB, archive *txtar.Archive) []string {
	t.Helper()
	name := strings.TrimSpace(part(archive, "base"))
	switch filepath.Ext(name) {
	case "":
		return readSource(t)
	case ".asm":
		return readProgram(t, name)
	}
	return readAccepted(t, filepath.Join(corpus, name))
}

// readAccepted gives the lines of a server that is a change of another one.
func readAccepted(t testing.TB, path string) []string {
	t.Helper()
	archive := readCase(t, path)
	lines, err := change(readBase(t, archive), part(archive, "change"))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return lines
}

// readSource gives the lines of server.asm.
func readSource(t testing.TB) []string { return readProgram(t, "server.asm") }

func readProgram(t testing.TB, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(corpus, name))
	if err != nil {
		t.Fatal(err)
	}
	return asmtext.Lines(string(text))
}

// newCase makes the ELF of a case.
func newCase(t testing.TB, base []string, archive *txtar.Archive) []byte {
	t.Helper()
	source, err := change(base, part(archive, "change"))
	if err != nil {
		t.Fatal(err)
	}
	note := noteOf(archive)
	image, err := asmtext.Assemble(source, note)
	if err != nil {
		t.Fatal(err)
	}
	file, err := image.Bytes(nil)
	if err == nil && note != nil {
		err = overwriteNote(file[image.Segments[3].Off:], part(archive, "note"))
	}
	if err == nil {
		err = overwrite(file, image, part(archive, "bytes"))
	}
	if err == nil {
		err = editHeaders(file, part(archive, "headers"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// noteOf is the note of a case, nil where it has none.
func noteOf(archive *txtar.Archive) *elf64.Note {
	if !slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return f.Name == "note" }) {
		return nil
	}
	return &elf64.Note{Compiler: "v1.2.3", Listen: ":8080", Path: "/", Timeout: 1_000_000}
}

// part is a section of an archive, empty where it has none.
func part(archive *txtar.Archive, name string) string {
	for _, f := range archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func rewrite(t *testing.T, path string, archive *txtar.Archive, message string) {
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "refused" })
	archive.Files = append(archive.Files, txtar.File{Name: "refused", Data: []byte(message + "\n")})
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// change applies changes to a program. What each leaves out and keeps must stand in
// one place of it, and in one only.
func change(lines []string, text string) ([]string, error) {
	for _, hunk := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		if hunk == "" {
			continue
		}
		var before, after []string
		for line := range strings.Lines(hunk) {
			content := asmtext.Lines(line[1:])
			if line[0] != '+' {
				before = append(before, content...)
			}
			if line[0] != '-' {
				after = append(after, content...)
			}
		}
		at := places(lines, before)
		if len(at) != 1 {
			return nil, fmt.Errorf("%q stands in %d places, want one", before, len(at))
		}
		lines = slices.Replace(slices.Clone(lines), at[0], at[0]+len(before), after...)
	}
	return lines, nil
}

func places(lines, part []string) (at []int) {
	for i := 0; i+len(part) <= len(lines); i++ {
		if len(part) > 0 && slices.Equal(lines[i:i+len(part)], part) {
			at = append(at, i)
		}
	}
	return at
}

// overwriteNote puts bytes into a note.
func overwriteNote(note []byte, text string) error {
	for line := range strings.Lines(text) {
		place, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		var b []byte
		off, err := strconv.Atoi(place)
		_, errHex := fmt.Sscanf(strings.ReplaceAll(rest, " ", ""), "%x", &b)
		if err != nil || errHex != nil || off < 0 || off+len(b) > len(note) {
			return fmt.Errorf("%q: no offset and bytes", line)
		}
		copy(note[off:], b)
	}
	return nil
}

// overwrite puts bytes into the text of a file.
func overwrite(file []byte, image *elf64.Image, text string) error {
	for line := range strings.Lines(text) {
		place, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		label, plus, _ := strings.Cut(place, "+")
		symbol, ok := image.Lookup(label)
		off := symbol.Addr // of the text, it is the offset too
		var distance uint64
		var b []byte
		_, errHex := fmt.Sscanf(strings.ReplaceAll(rest, " ", ""), "%x", &b)
		if plus != "" {
			if _, err := fmt.Sscan(plus, &distance); err != nil {
				return err
			}
		}
		if off += distance; !ok || errHex != nil || off+uint64(len(b)) > uint64(len(file)) {
			return fmt.Errorf("%q: no label and bytes", line)
		}
		copy(file[off:], b)
	}
	return nil
}
