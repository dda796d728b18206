package format_test

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"runtime"
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/format"
	"github.com/verbosel/verbosel/codegen/verify/certify/record"
)

// maxAllocation is how many bytes a reader allocates for each of certificate and server, besides some
// constant: MaxRatio times what a node takes for each of its at least 90 bytes, with what a list that
// grows leaves behind.
const (
	maxAllocation      = format.MaxRatio * 110
	constantAllocation = 256 << 10 // DEFLATE's window and tables
)

// allocated is how many bytes f allocates.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// bombs are contents that are as large in memory as one can be.
func bombs(size int) map[string][]byte {
	head := make([]byte, 11)
	with := func(front []byte, each ...byte) []byte {
		left := size - len(head) - len(front) - 10
		return slices.Concat(head, front, binary.AppendUvarint(nil, uint64(left/len(each))), bytes.Repeat(each, left/len(each)+10/len(each)))
	}
	node := []byte{0, 1, 0, 0} // no table, one node, its address and its phase
	return map[string][]byte{
		"tables":    with(nil, 0, 0),
		"rows":      with([]byte{1, 0}, 0),
		"nodes":     with([]byte{0}, make([]byte, 88)...),
		"a number":  with([]byte{0}, 0),
		"frames":    with(node, 0, 0),
		"variables": with(append(node, 0), make([]byte, 6)...),
		"facts":     with(append(node, 0, 0), 0, 0),
		"texts":     with(slices.Concat(node, make([]byte, 3+50+16+1)), 0, 0, 0),
		"choices":   with(slices.Concat(node, make([]byte, 3+50+16+3)), 0, 0),
	}
}

// No certificate makes a reader allocate more than a multiple of its size.
func TestAllocation(t *testing.T) {
	elf, file := example(t)
	elf = append(elf, make([]byte, 1<<16)...)
	for name, content := range bombs(format.MaxRatio << 16) {
		// Compressed, so that it is small for what it holds.
		var packed bytes.Buffer
		z, err := flate.NewWriter(&packed, flate.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		z.Write(content)
		z.Close()
		header := slices.Clone(file[:format.HeaderSize])
		binary.LittleEndian.PutUint32(header[format.HeaderSize-4:], uint32(len(content)))
		copy(header[8:], hash(elf))
		bad := append(header, packed.Bytes()...)
		var got error
		n := allocated(func() { _, got = format.Read(bytes.NewReader(elf), int64(len(elf)), bad) })
		size := int64(len(bad) + len(elf))
		t.Logf("%s: %d bytes for %d, %d for each: %v", name, n, size, n/size, got)
		if n > maxAllocation*size+constantAllocation {
			t.Errorf("%s: %d bytes are allocated for %d", name, n, size)
		}
		if e := (*format.Error)(nil); !errors.As(got, &e) || !e.Inflated || e.Off < int64(len(content)/2) && name != "a number" {
			t.Errorf("%s: %v: it was not read to its end", name, got)
		}
	}
}

// What is read is written as it was, and what is accepted says no less of the server than what it does.
func FuzzCertificate(f *testing.F) {
	elf, file := example(f)
	r, size := bytes.NewReader(elf), int64(len(elf))
	content := inflate(f, file)
	f.Add(file, false)
	f.Add(content, true)
	f.Add(content[:len(content)/2], true)
	for _, bomb := range bombs(8 << 10) {
		f.Add(bomb, true)
	}
	_, want, err := format.Check(r, size, file)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte, inflated bool) {
		if inflated {
			data = packed(t, file, data)
		}
		var c *format.Content
		var err error
		if n := allocated(func() { c, err = format.Read(r, size, data) }); n > maxAllocation*(size+int64(len(data)))+constantAllocation {
			t.Errorf("%d bytes are allocated for %d", n, len(data))
		}
		_, got, checked := format.Check(r, size, data)
		if err != nil {
			if checked == nil || checked.Error() != err.Error() {
				t.Fatalf("%v, and when checked %v", err, checked)
			}
			return
		}
		again, err := record.Write(c, r, size)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(inflate(t, again), inflate(t, data)) {
			t.Error("what was read is written otherwise")
		}
		var refusal *cert.Refusal
		var malformed *format.Error
		switch {
		case checked == nil:
			if got.Stack != want.Stack || len(got.Calls) != len(want.Calls) || c.Proof.Instructions < leastInstructions || c.Proof.Calls < leastCalls {
				t.Errorf("accepted with %d instructions, %d calls, %+v", c.Proof.Instructions, c.Proof.Calls, got)
			}
		case !errors.As(checked, &refusal) && !errors.As(checked, &malformed):
			t.Errorf("%T: %v", checked, checked)
		}
	})
}

// What the server of ../testdata does at the most, as TestCorruptedCertificates says.
const (
	leastInstructions = 6 * 4096
	leastCalls        = 19 + 4096
)
