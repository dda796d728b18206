package data

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// A record's number that bounds say nothing about is not taken for one (it was, and a way
// to a load through it looked impossible).
func TestRecordsFarNumber(t *testing.T) {
	const addr = 0x2000
	numbers := []int64{7, Far - 1, Far, 0x312e312f50545448, -1}
	var data []byte
	for _, n := range numbers {
		data = binary.LittleEndian.AppendUint64(data, uint64(n))
	}
	p := NewRecords(Image{Data: []Segment{{addr, uint64(len(data)), bytes.NewReader(data)}}})
	for i, n := range numbers {
		got, ok := p.loadField(addr, Field{Off: int32(8 * i), Size: 8})
		if want := n >= 0 && n < Far; ok != want || ok && got != n {
			t.Errorf("%#x: got %#x, %v; known: %v", n, got, ok, want)
		}
	}
	if got, ok := p.loadField(addr, Field{Off: 32, Size: 4}); !ok || got != 1<<32-1 {
		t.Errorf("four bytes: got %#x, %v", got, ok)
	}
}
