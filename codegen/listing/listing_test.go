package listing

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/verbosel/verbosel/codegen/elf64"
)

func listSmall(t *testing.T, opts Options) *Listing {
	t.Helper()
	obj, img := build(t, small(), elf64.Options{})
	l, err := NASM(obj, img, opts)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestRoutine(t *testing.T) {
	const say = "; in: rsi text, rdx length\n; clobbers: rax rcx rdi r11\nsay:\n"
	tests := []struct{ name, begins, ends string }{
		{"_start", "; in: nothing\n", "        syscall\n"},
		{"leave", "; in: nothing\n", "        syscall\n"},
		{"say", say, "        ret\n"},
		{"again", say, "        ret\n"},
		{"greeting", "; the answer to GET /\ngreeting:\n", "'\"World\"!', 10\n"},
		{"mask", "mask:\n", "times   40 db 0\n"},
	}
	l := listSmall(t, Options{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			part, err := l.Routine(tt.name)
			if err != nil {
				t.Fatal(err)
			}
			got := string(part.Bytes())
			if !strings.HasPrefix(got, tt.begins) || !strings.HasSuffix(got, tt.ends) {
				t.Errorf("got\n%s", got)
			}
		})
	}
}

func TestRoutineOfDisassembly(t *testing.T) {
	l := disassemble(t, image(t, small(), elf64.Options{Symbols: true}), Options{})
	part, err := l.Routine("again")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(part.Bytes()); !strings.HasPrefix(got, "say:\n") || strings.Contains(got, "_start") {
		t.Errorf("got\n%s", got)
	}
}

func TestRoutineErrors(t *testing.T) {
	for _, name := range []string{"absent", "", "text_end"} {
		_, err := listSmall(t, Options{}).Routine(name)
		if err == nil || !strings.Contains(err.Error(), "there are _start, say, greeting, lengths, mask") {
			t.Errorf("%q: %v", name, err)
		}
	}
	l := &Listing{names: strings.Fields("a b c d e f g h i j")}
	if _, err := l.Routine("x"); err == nil || !strings.Contains(err.Error(), "there are a, b, c, d, e, f, g, h and 2 more") {
		t.Errorf("got %v", err)
	}
}

func TestNames(t *testing.T) {
	want := []string{"_start", "say", "greeting", "lengths", "mask"}
	if diff := cmp.Diff(want, listSmall(t, Options{}).Names()); diff != "" {
		t.Error(diff)
	}
}

// Colours change nothing but the colours.
func TestColor(t *testing.T) {
	colored := string(listSmall(t, Options{Color: true}).Bytes())
	for _, want := range []string{
		"\x1b[36mlea\x1b[0m     \x1b[32mrsi\x1b[0m, [\x1b[34mrel\x1b[0m \x1b[1;33mgreeting\x1b[0m]",
		"\x1b[1;33m_start:\x1b[0m\n", "\x1b[90m; what to say\x1b[0m\n", "\x1b[33m\"HTTP/1.1 200 OK\"\x1b[0m", "\x1b[35m13\x1b[0m",
	} {
		if !strings.Contains(colored, want) {
			t.Errorf("no %q", want)
		}
	}
	bare := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(colored, "")
	if diff := cmp.Diff(string(listSmall(t, Options{}).Bytes()), bare); diff != "" {
		t.Error(diff)
	}
}

func TestNoBlanksAtLineEnds(t *testing.T) {
	for i, s := range strings.Split(string(listSmall(t, Options{}).Bytes()), "\n") {
		if strings.TrimRight(s, " ") != s {
			t.Errorf("line %d: %q", i+1, s)
		}
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken pipe")

func (brokenWriter) Write([]byte) (int, error) { return 3, errBroken }

func TestWriteToError(t *testing.T) {
	if n, err := listSmall(t, Options{}).WriteTo(brokenWriter{}); n != 3 || !errors.Is(err, errBroken) {
		t.Errorf("WriteTo: %d, %v", n, err)
	}
}
