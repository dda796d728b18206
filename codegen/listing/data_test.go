package listing

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/x64"
)

// withData is a program that only has data.
func withData(fields ...x64.Field) *x64.Program {
	return &x64.Program{
		Items: []x64.Item{x64.Label{Name: "_start"}, x64.Inst{Op: x64.UD2}},
		Data:  []x64.Datum{{Label: "body", Fields: fields}},
	}
}

// rows are the lines of the datum "body", without columns.
func rows(t *testing.T, opts Options, fields ...x64.Field) []string {
	t.Helper()
	obj, img := build(t, withData(fields...), elf64.Options{})
	l, err := NASM(obj, img, opts)
	if err != nil {
		t.Fatal(err)
	}
	part, err := l.Routine("body")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, s := range strings.Split(strings.TrimSpace(string(part.Bytes())), "\n")[1:] {
		rows = append(rows, strings.Join(strings.Fields(s), " "))
	}
	return rows
}

func TestContent(t *testing.T) {
	tests := []struct {
		name  string
		bytes string
		want  []string
	}{
		{"head", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n", []string{`db "HTTP/1.1 200 OK", 13, 10`, `db "A: b", 13, 10`, `db 13, 10`}},
		{"no end of line", "a\nb", []string{`db "a", 10`, `db "b"`}},
		{"UTF-8", "caf\u00e9\n", []string{`db "caf", 0xc3, 0xa9, 10`}},
		{"tab", "a\tb", []string{`db "a", 9, "b"`}},
		{"quotes", `a "b" it's`, []string{`db "a ", '"b" it', "'s"`}},
		{"long", strings.Repeat("x", 73), []string{`db "` + strings.Repeat("x", 72) + `"`, `db "x"`}},
		{"long by its end", strings.Repeat("x", 72) + "\r\ny", []string{`db "` + strings.Repeat("x", 72) + `", 13, 10`, `db "y"`}},
		{"CR at the edge", strings.Repeat("x", 71) + "\r\ny", []string{`db "` + strings.Repeat("x", 71) + `", 13, 10`, `db "y"`}},
		{"binary", "\xff\x00\x01", []string{"db 0xff, 0x00, 0x01"}},
		{"long binary", strings.Repeat("\xff", 13), []string{"db" + strings.Repeat(" 0xff,", 11) + " 0xff", "db 0xff"}},
		{"zeros", "\xff" + strings.Repeat("\x00", 20) + "\xff", []string{
			"db 0xff" + strings.Repeat(", 0x00", 11), "db" + strings.Repeat(" 0x00,", 9) + " 0xff"}},
		{"many zeros", strings.Repeat("\x00", 100) + "\xff", []string{"times 100 db 0", "db 0xff"}},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, rows(t, Options{}, x64.Bytes{B: []byte(tt.bytes)})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWords(t *testing.T) {
	word := func(size int, v uint64) x64.Field { return x64.Word{Size: size, Value: v} }
	got := rows(t, Options{},
		word(4, 1), word(4, 2), word(4, 3), word(4, 4), word(4, 5), word(2, 6), word(1, 7),
		x64.Word{Size: 4, Value: 8, Note: "eight"}, word(4, 9), word(8, 1<<63),
		x64.Offset{To: "body", From: "data", Note: "here"}, x64.Offset{To: "body", From: "data", Add: 2})
	want := []string{
		"dd 1, 2, 3, 4", "dd 5", "dw 6", "db 7", "dd 8 ; eight", "dd 9", "dq 0x8000000000000000",
		"dd body - data ; here", "dd body - data + 2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Long bytes and files come by incbin, whatever the file is called.
func TestNASMRoundTripFiles(t *testing.T) {
	big := make([]byte, 5000)
	for i := range big {
		big[i] = byte(i * i >> 3)
	}
	text := []byte(strings.Repeat("long text\n", 200))
	fsys := fstest.MapFS{
		"a/logo.png":        {Data: big},
		"na`m\"e's %x \\.t": {Data: text},
		"\u00fc.txt":        {Data: []byte("short\n")},
	}
	var fields []x64.Field
	for name, f := range fsys {
		fields = append(fields,
			x64.File{Name: name, Size: int64(len(f.Data)), Note: "all"},
			x64.File{Name: name, Off: 1, Size: int64(len(f.Data)) - 1},
			x64.File{Name: name, Off: 2, Size: 0})
	}
	fields = append(fields, x64.Bytes{B: text, Note: "side"}, x64.Bytes{B: big})
	for _, opts := range []Options{{}, {Side: "server"}, {Files: fsys}, {Side: "server", Files: fsys}} {
		t.Run(fmt.Sprintf("side=%s,files=%v", opts.Side, opts.Files != nil), func(t *testing.T) {
			l := roundTrip(t, withData(fields...), opts, fsys)
			asm := string(l.Bytes())
			if got := strings.Contains(asm, `"short"`); got != (opts.Files != nil) {
				t.Errorf("short file in the listing: %v", got)
			}
			if got := strings.Contains(asm, `"long text"`); got != (opts.Side == "") {
				t.Errorf("long bytes in the listing: %v", got)
			}
			if opts.Side != "" && (len(l.Side) != 2 || !bytes.Equal(l.Side["server.body.9.bin"], text)) {
				t.Errorf("side files: %d", len(l.Side))
			}
			if !strings.Contains(asm, "Files that it includes") {
				t.Error("the heading does not mention files")
			}
		})
	}
}

func TestNASMFileErrors(t *testing.T) {
	ten := fstest.MapFS{"a": {Data: []byte("0123456789")}}
	tests := []struct {
		name  string
		file  x64.File
		files fs.FS
		want  string
	}{
		{"absent", x64.File{Name: "b", Size: 1}, ten, "body: open b: file does not exist"},
		{"short", x64.File{Name: "a", Size: 11}, ten, "a: reading 11 bytes at 0: unexpected EOF"},
		{"shorter", x64.File{Name: "a", Off: 11, Size: 1}, ten, "a: skipping to 11: EOF"},
		{"name", x64.File{Name: "a\nb", Size: 11}, nil, "control character"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			obj, img := build(t, withData(tt.file), elf64.Options{})
			_, err := NASM(obj, img, Options{Files: tt.files})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// Nothing of the data gets out of its string.
func TestNASMRoundTripBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	fields := []x64.Field{x64.Bytes{B: all}}
	for range 300 {
		fields = append(fields, x64.Bytes{B: []byte(randomText(r)), Note: randomText(r)})
	}
	roundTrip(t, withData(fields...), Options{}, nil)
}

func TestNASMOfImageWithSymbols(t *testing.T) {
	obj, img := build(t, small(), elf64.Options{Symbols: true})
	l, err := NASM(obj, img, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(assemble(t, l, nil), image(t, small(), elf64.Options{})) {
		t.Error("nasm does not give the file without symbols")
	}
}
