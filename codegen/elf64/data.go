package elf64

import (
	"encoding/binary"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/verbosel/verbosel/codegen/x64"
)

// sizeOf returns the length of a datum's fields in bytes, and reports fields that
// have none.
func (l *linker) sizeOf(d x64.Datum) int64 {
	var size int64
	for _, f := range d.Fields {
		n := l.fieldSize(d, f)
		if size > math.MaxInt64/4-n {
			l.errorf("%q is larger than an address space", d.Label)
			return 0
		}
		size += n
	}
	return size
}

func (l *linker) fieldSize(d x64.Datum, f x64.Field) int64 {
	switch f := f.(type) {
	case x64.Bytes:
		return int64(len(f.B))
	case x64.Word:
		return l.wordSize(d, f)
	case x64.Offset:
		return 4
	case x64.File:
		if f.Off < 0 || f.Size < 0 || f.Off > math.MaxInt64/4 || f.Size > math.MaxInt64/4 {
			l.errorf("%q takes %d bytes at %d of the file %q: that is no range", d.Label, f.Size, f.Off, f.Name)
			return 0
		}
		return f.Size
	}
	panic(fmt.Sprintf("BUG: a field of type %T", f))
}

func (l *linker) wordSize(d x64.Datum, w x64.Word) int64 {
	switch w.Size {
	case 1, 2, 4, 8:
	default:
		l.errorf("%q has a word of %d bytes: it must have 1, 2, 4 or 8", d.Label, w.Size)
		return 0
	}
	if w.Size < 8 && w.Value>>(8*w.Size) != 0 {
		l.errorf("%q has the value %#x in a word of %d bytes: it does not fit", d.Label, w.Value, w.Size)
	}
	return int64(w.Size)
}

// fillData turns each datum's fields into what is written, now that all labels
// have addresses. Words and offsets that follow each other become one run of bytes.
// Of many data, parts are filled at once.
func (l *linker) fillData() {
	parts := make([]linker, min(runtime.GOMAXPROCS(0), 1+len(l.data)/dataAtOnce))
	var all sync.WaitGroup
	for i := range parts {
		parts[i] = linker{obj: l.obj, addrs: l.addrs, dataOff: l.dataOff,
			data: l.data[len(l.data)*i/len(parts) : len(l.data)*(i+1)/len(parts)]}
		all.Go(parts[i].fillPart)
	}
	all.Wait()
	for _, p := range parts {
		l.errs = append(l.errs, p.errs...)
	}
}

// dataAtOnce are so many that another thread is worth its start.
const dataAtOnce = 1000

func (l *linker) fillPart() {
	for i := range l.data {
		d := &l.data[i]
		for _, f := range d.Fields {
			l.fillField(d, f)
		}
		d.Fields = nil
	}
}

func (l *linker) fillField(d *datum, f x64.Field) {
	switch f := f.(type) {
	case x64.Bytes:
		d.fields = append(d.fields, field{bytes: f.B})
	case x64.Word:
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], f.Value)
		if n := f.Size; n >= 0 && n <= len(b) {
			d.appendBytes(b[:n])
		}
	case x64.Offset:
		var b [4]byte
		binary.LittleEndian.PutUint32(b[:], l.distance(d, f))
		d.appendBytes(b[:])
	case x64.File:
		d.fields = append(d.fields, field{file: &f})
	}
}

// appendBytes adds to the run of words at the datum's end. Runs are the linker's
// own, unlike the Bytes of a program, which are never appended to: their capacity
// is cut off.
func (d *datum) appendBytes(b []byte) {
	if n := len(d.fields); n > 0 && d.fields[n-1].words {
		d.fields[n-1].bytes = append(d.fields[n-1].bytes, b...)
		return
	}
	d.fields = append(d.fields, field{bytes: append(make([]byte, 0, runSize), b...), words: true})
}

// runSize is the room in bytes of a run of words that begins: most records fit.
const runSize = 32

// distance computes To - From + Add, which must fit 4 bytes without a sign.
func (l *linker) distance(d *datum, o x64.Offset) uint32 {
	to, ok := l.dataAddress(o.To, d)
	from, ok2 := l.origin, true
	if o.From != l.originOf || o.From == "" { // nearly all are from one label
		if from, ok2 = l.dataAddress(o.From, d); ok2 {
			l.origin, l.originOf = from, o.From
		}
	}
	if !ok || !ok2 {
		return 0
	}
	n := int64(to-from) + o.Add
	if n < 0 || n > math.MaxUint32 {
		l.errorf("%s, %s - %s%+d, is %d: it must be between 0 and 4294967295", offsetIn(d), o.To, o.From, o.Add, n)
	}
	return uint32(n)
}

func offsetIn(d *datum) string { return fmt.Sprintf("an offset in %q", d.Label) }

// dataAddress is address for labels that must be in the data.
func (l *linker) dataAddress(name string, d *datum) (uint64, bool) {
	addr, ok := l.addrs[name]
	if !ok {
		return l.address(name, offsetIn(d))
	}
	if addr < dataAddr(l.dataOff) { // all labels of the text are in front of the data
		l.errorf("%s refers to %q, which is a label in the text", offsetIn(d), name)
		return 0, false
	}
	return addr, true
}
