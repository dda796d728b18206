package format_test

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/format"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/certify/record"
)

// example is the server of ../testdata, and its certificate.
func example(t testing.TB) (elf, file []byte) {
	t.Helper()
	elf, err := os.ReadFile("../testdata/server")
	if err != nil {
		t.Fatal(err)
	}
	if file, err = os.ReadFile("../testdata/server.proof"); err != nil {
		t.Fatal(err)
	}
	return elf, file
}

func inflate(t testing.TB, file []byte) []byte {
	t.Helper()
	content, err := io.ReadAll(flate.NewReader(bytes.NewReader(file[format.HeaderSize:])))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// packed is a file with a content, and the rest of a header.
func packed(t testing.TB, header, content []byte) []byte {
	t.Helper()
	out := bytes.NewBuffer(slices.Clone(header[:format.HeaderSize]))
	binary.LittleEndian.PutUint32(out.Bytes()[format.HeaderSize-4:], uint32(len(content)))
	z, err := flate.NewWriter(out, flate.NoCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func hash(elf []byte) []byte {
	sum := sha256.Sum256(elf)
	return sum[:]
}

func TestHeader(t *testing.T) {
	elf, file := example(t)
	content := inflate(t, file)
	changed := func(at int, b ...byte) []byte {
		out := slices.Clone(file)
		copy(out[at:], b)
		return out
	}
	size := func(n int) []byte {
		return changed(format.HeaderSize-4, binary.LittleEndian.AppendUint32(nil, uint32(n))...)
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":        {nil, "the certificate: at offset 0x0: magic: this is no certificate"},
		"a header alone": {file[:format.HeaderSize-1], "the certificate: at offset 0x0: magic: this is no certificate"},
		"another file":   {elf, "the certificate: at offset 0x0: magic: this is no certificate"},
		"a newer one":    {changed(7, format.Version+1), "the certificate: at offset 0x7: version: it is 2, and only 1 is known"},
		"another server": {changed(8, ^file[8]), "the certificate: at offset 0x8: hash: it is of another server, whose SHA-256 is "},
		"too much":       {size(1 << 30), "the certificate: at offset 0x28: length: a content of 1073741824 bytes is more than 32 times the certificate and the server"},
		"cut off":        {file[:len(file)-9], "content: it ends after "},
		"longer":         {size(len(content) - 1), "content: it is longer than the "},
		"shorter":        {size(len(content) + 1), "content: it ends after "},
		"a byte behind":  {append(slices.Clone(file), 0), "content: something is behind it"},
		"no DEFLATE":     {changed(format.HeaderSize, 0xff), "content: it ends after 0 bytes of "},
	} {
		_, _, err := format.Check(bytes.NewReader(elf), int64(len(elf)), c.file)
		if e := (*format.Error)(nil); !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// fields is a Codec that notes where each field of a content is.
type fields struct {
	*format.Reader
	list []field
}

type field struct {
	at, end int
	name    string
	most    uint64 // of a number, 0 for bytes
}

func (f *fields) note(name string, most uint64, read func()) {
	at := f.Offset()
	read()
	f.list = append(f.list, field{at, f.Offset(), name, most})
}

func (f *fields) Uint(name string, x, most uint64) (out uint64) {
	f.note(name, most, func() { out = f.Reader.Uint(name, x, most) })
	return out
}

// Count is so small that more than one byte says at least 128.
func (f *fields) Count(name string, n int) (out int) {
	f.note(name, 1<<40, func() { out = f.Reader.Count(name, n) })
	return out
}

func (f *fields) Bytes(name string, b []byte) (out []byte) {
	at := f.Offset()
	out = f.Reader.Bytes(name, b)
	f.list = append(f.list, field{at, f.Offset() - len(out), name, 1 << 40})
	return out
}

func (f *fields) Fixed(name string, b []byte) { f.note(name, 0, func() { f.Reader.Fixed(name, b) }) }

// filler is a Codec that fills a content: lists of two, no field empty, no two numbers alike where they
// can differ, nor a signed one that the one in front of it makes 0 where it says how much more it is.
type filler struct{ n uint64 }

func (f *filler) Uint(_ string, _, most uint64) uint64 {
	f.n += 3
	return 1 + f.n%min(most, 1<<60)
}

func (f *filler) Count(string, int) int { return 2 }

func (f *filler) Bytes(string, []byte) []byte { return []byte{byte(f.n), 1} }

func (f *filler) Fixed(_ string, b []byte) { copy(b, "0123456789abcdef") }

// filled is a content that has all fields.
func filled() *format.Content {
	c := new(format.Content)
	format.Fields(new(filler), c)
	return c
}

// Each field of a certificate is in the table: none is left empty, and all are read as they were written.
func TestFields(t *testing.T) {
	elf, _ := example(t)
	r, size := bytes.NewReader(elf), int64(len(elf))
	want := filled()
	empty(t, "content", reflect.ValueOf(*want))
	file, err := record.Write(want, r, size)
	if err != nil {
		t.Fatal(err)
	}
	got, err := format.Read(r, size, file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// empty reports fields that are not filled.
func empty(t *testing.T, name string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			empty(t, name+"."+v.Type().Field(i).Name, v.Field(i))
		}
		return
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			empty(t, name, v.Index(i))
		}
	}
	if v.IsZero() {
		t.Errorf("%s is in no certificate: give it a line in fields.go", name)
	}
}

// What is wrong with any number of a content is said with its name and its offset.
func TestMalformed(t *testing.T) {
	elf, file := example(t)
	full, err := record.Write(filled(), bytes.NewReader(elf), int64(len(elf)))
	if err != nil {
		t.Fatal(err)
	}
	content := inflate(t, full)
	all := &fields{Reader: format.NewReader(content)}
	format.Fields(all, new(format.Content))
	names := map[string]bool{}
	for _, f := range all.list {
		names[f.name] = true
		with := func(b ...byte) []byte { return slices.Concat(content[:f.at], b, content[f.end:]) }
		const ends = "the number does not end"
		cases := map[string][]byte{}
		if f.most > 0 {
			cases[ends] = append(slices.Clone(content[:f.at]), 0x80)
			cases["the number has more than 64 bits"] = with(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2)
		}
		if f.most > 0 && f.end-f.at < binary.MaxVarintLen64 {
			cases["the number is longer than it has to be"] = with(slices.Concat(content[f.at:f.end-1], []byte{content[f.end-1] | 0x80, 0})...)
		}
		if f.most > 0 && f.most < 1<<64-1 {
			cases["more than "] = with(binary.AppendUvarint(nil, f.most+1)...)
			if f.most == 1<<40 {
				cases["follow, in "] = cases["more than "]
				delete(cases, "more than ")
			}
		}
		for want, bad := range cases {
			_, err := format.Read(bytes.NewReader(elf), int64(len(elf)), packed(t, file, bad))
			var e *format.Error
			switch {
			case !errors.As(err, &e):
				t.Errorf("%s at %#x: %v, want %q", f.name, f.at, err, want)
			case f.name == e.Field && int64(f.at) == e.Off && e.Inflated && strings.Contains(e.Msg, want):
			case want == ends && e.Off < int64(f.at) && strings.Contains(e.Msg, "follow, in"): // a count in front of it is what does not fit
			default:
				t.Errorf("%s at %#x: %v, want %q", f.name, f.at, err, want)
			}
		}
	}
	if len(all.list) < 500 || len(names) < 40 {
		t.Errorf("%d fields of %d kinds: too few", len(all.list), len(names))
	}
	t.Logf("%d fields, %d kinds", len(all.list), len(names))
}

// What is left behind nodes or answers is refused, and so is a node to which no way comes.
func TestLeftOver(t *testing.T) {
	elf, file := example(t)
	r, size := bytes.NewReader(elf), int64(len(elf))
	for want, change := range map[string]func(*format.Content){
		"answers: 1 bytes are left": func(c *format.Content) { c.Answers[3] = append(slices.Clone(c.Answers[3]), 0) },
		"the number does not end":   func(c *format.Content) { c.Answers[0] = c.Answers[0][:len(c.Answers[0])-1] },
		"node: ways come to node 1 before they come to node 0": func(c *format.Content) {
			c.Answers[0] = []byte{2, 0}
		},
		"no way comes to node 6": func(c *format.Content) {
			c.Proof.Nodes, c.Answers = append(c.Proof.Nodes, cert.Node{Addr: 1 << 40}), append(c.Answers, nil)
		},
	} {
		c, err := format.Read(r, size, file)
		if err != nil {
			t.Fatal(err)
		}
		change(c)
		bad, err := record.Write(c, r, size)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := format.Check(r, size, bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, _, err := format.Check(r, size, packed(t, file, append(inflate(t, file), 0))); err == nil || !strings.Contains(err.Error(), "content: 1 bytes are left") {
		t.Errorf("a byte behind the last answers: %v", err)
	}
}

// README tells of each field.
func TestREADMEHasFields(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	all := &names{}
	format.Fields(all, new(format.Content))
	var (
		yes      = true
		number   int
		bound    int64
		premises []linear.Premise
		images   []linear.Sum
	)
	format.Premises(all, &premises, &yes)
	format.Most(all, &bound, &premises, &yes)
	format.Bytes(all, &number, &yes)
	format.Stands(all, &yes)
	format.Chooses(all, &yes)
	format.Node(all, &number, &images)
	for _, name := range all.list {
		if !strings.Contains(string(readme), "`"+name+"`") {
			t.Errorf("README.md says nothing of %s", name)
		}
	}
	if len(all.list) < 100 {
		t.Errorf("%d fields", len(all.list))
	}
	for _, said := range []string{fmt.Sprintf("the version: %d |", format.Version), fmt.Sprintf("no more than %d times", format.MaxRatio), fmt.Sprintf("| %d | to the end |", format.HeaderSize), "`" + format.Magic + "`"} {
		if !strings.Contains(string(readme), said) {
			t.Errorf("README.md does not say %q", said)
		}
	}
}

// names is a filler that notes what fields there are.
type names struct {
	filler
	list []string
}

func (n *names) Uint(name string, x, most uint64) uint64 {
	n.list = append(n.list, name)
	return n.filler.Uint(name, x, most)
}

func (n *names) Count(name string, k int) int {
	n.list = append(n.list, name)
	return n.filler.Count(name, k)
}

func (n *names) Bytes(name string, b []byte) []byte {
	n.list = append(n.list, name)
	return n.filler.Bytes(name, b)
}

func (n *names) Fixed(name string, b []byte) {
	n.list = append(n.list, name)
	n.filler.Fixed(name, b)
}
