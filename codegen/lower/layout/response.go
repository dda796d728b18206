package layout

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Connection fields, put in front of the empty line where the server decides so.
const (
	CloseField     = "Connection: close\r\n"
	KeepAliveField = "Connection: keep-alive\r\n"

	ConnectionField = len(KeepAliveField) + 2 // room for the longest, and slack
)

// A stock response is stored as its length, a byte with the mark that no length of a
// header block has, and the bytes of its own.
const (
	StockHeader = 2
	StockMark   = 0x80
)

// composeSize is the room that composing takes, in bytes.
func (l *Layout) composeSize() int32 {
	size := 0
	for _, r := range l.Plan.Responses {
		if r.Stock {
			size = max(size, len(r.Head))
		}
	}
	return int32(size) + l.Extension()
}

// A response is a record in the data: its lengths, then its bytes. Where a plan has
// content that is stored apart, each record says where its content is.
const (
	HeadLength   = 0  // 2 bytes: of the header block; negative in a stock response
	JoinedLength = 2  // 4 bytes: of the header block and the content behind it
	BodyOffset   = 6  // 4 bytes: of the content, from classes
	BodyLength   = 10 // 4 bytes: its length
)

// resourceFields is what a record has more where a plan has resources, in bytes.
const resourceFields = 6

// RecordSize is the size of a record in front of the response's bytes.
func (l *Layout) RecordSize() int32 {
	size := int32(6)
	if l.Detached {
		size += 8
	}
	if l.AddedVaries {
		size++
	}
	if l.HasResources() {
		size += resourceFields
	}
	return size
}

// PageSize is the unit in which the data is mapped.
const PageSize = 4096

func (l *Layout) Record(i int) Datum {
	r := l.Plan.Responses[i]
	switch {
	case r.Form():
		return l.formRecord(r)
	case r.Rendered():
		return l.renderedRecord(i)
	}
	return l.plainRecord(r)
}

func (l *Layout) plainRecord(r plan.Response) Datum {
	joined := int64(len(r.Head))
	if r.Body.Label == "" {
		joined += r.Body.Size
	}
	d := Datum{Label: r.Label, Fields: []Field{
		Word{Size: 2, Value: uint64(len(r.Head)), Note: "header block"},
		Word{Size: 4, Value: uint64(joined), Note: "and content"},
	}}
	if l.Detached {
		at := Offset{To: r.Body.Label, From: "classes", Note: "content, stored apart"}
		if r.Body.Label == "" {
			at = Offset{To: r.Label, From: "classes", Add: int64(l.RecordSize()) + int64(len(r.Head)), Note: "content"}
			if r.Form() {
				at.Add += int64(l.FormSize()) // its label stands in front of the form
			}
		}
		d.Fields = append(d.Fields, at, Word{Size: 4, Value: uint64(r.Body.Size)})
	}
	d.Fields = append(d.Fields, l.addedField(r)...)
	if l.HasResources() {
		d.Fields = append(d.Fields, Word{Size: 2, Value: uint64(r.Fields206), Note: "where a 206's fields start"},
			Word{Size: 2, Value: uint64(r.Fields304), Note: "a 304's"},
			Word{Size: 2, Value: uint64(r.Fields416), Note: "and a 416's"})
	}
	d.Fields = append(d.Fields, Bytes{B: r.Head})
	if r.Body.Label == "" && r.Body.Size > 0 {
		d.Fields = append(d.Fields, ContentField(r.Body))
	}
	return d
}

// ContentField is content: bytes, or the file that has them.
func ContentField(b plan.Content) Field {
	if b.File != "" {
		return File{Name: b.File, Size: b.Size}
	}
	if int64(len(b.Bytes)) != b.Size {
		panic(fmt.Sprintf("BUG: content of %d bytes has %d", b.Size, len(b.Bytes)))
	}
	return Bytes{B: b.Bytes}
}
