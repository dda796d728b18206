package codegen_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// This file is a notation for bytes on the wire that editors and version control
// leave alone. Line breaks mean nothing; those of the wire are written \r\n, and other
// bytes that cannot be seen as in a Go string. A line "\file NAME" stands for the
// bytes of a file of the example.

const fileMark = `\file `

// longFile is the size in bytes from which on a file is not written out.
const longFile = 64

func encodeWire(wire []byte, files fstest.MapFS) []byte {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name].Data
		if head, ok := bytes.CutSuffix(wire, data); ok && len(data) >= longFile {
			return append(encodeWire(head, nil), fileMark+name+"\n"...)
		}
	}
	var b bytes.Buffer
	for line := range bytes.Lines(wire) {
		quoted := strconv.Quote(string(line))
		b.WriteString(strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`) + "\n")
	}
	return b.Bytes()
}

func decodeWire(text []byte, files fstest.MapFS) ([]byte, error) {
	var wire []byte
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, fileMark); ok {
			if files[name] == nil {
				return nil, fmt.Errorf("there is no file %s", name)
			}
			wire = append(wire, files[name].Data...)
			continue
		}
		s, err := strconv.Unquote(`"` + strings.ReplaceAll(line, `"`, `\"`) + `"`)
		if err != nil {
			return nil, fmt.Errorf("line %q: %w", line, err)
		}
		wire = append(wire, s...)
	}
	return wire, nil
}

func TestWireNotation(t *testing.T) {
	page := strings.Repeat("page\r\n", longFile)
	files := fstest.MapFS{"page": {Data: []byte(page)}, "short": {Data: []byte("x")}}
	for wire, want := range map[string]string{
		"":                                "",
		"GET / HTTP/1.1\r\n\r\n":          `GET / HTTP/1.1\r\n` + "\n" + `\r\n` + "\n",
		"a\tb \"c\" \\ \\\" \x00\xff ü x": `a\tb "c" \\ \\" \x00\xff ü x` + "\n",
		"\r\n" + page:                     `\r\n` + "\n" + `\file page` + "\n",
		`\file page`:                      `\\file page` + "\n",
	} {
		text := string(encodeWire([]byte(wire), files))
		if text != want {
			t.Errorf("%q is written %q, want %q", wire, text, want)
		}
		if got, err := decodeWire([]byte(text), files); err != nil || string(got) != wire {
			t.Errorf("%q is read as %q, %v; want %q", text, got, err, wire)
		}
	}
	for _, bad := range []string{`\file nothing`, `\q`, `half\`} {
		if wire, err := decodeWire([]byte(bad), files); err == nil {
			t.Errorf("%q is read as %q", bad, wire)
		}
	}
}
