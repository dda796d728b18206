package data

import (
	"bytes"
	"slices"
	"testing"
)

// TestNumber: numbers within a page, over its end and at the ends of the data.
func TestNumber(t *testing.T) {
	data := make([]byte, 2*cachePage)
	for i := range data {
		data[i] = byte(i * 7)
	}
	const at = 3*cachePage - 100 // so that pages of the data are none of the file
	p := &Records{Image: Image{Data: []Segment{{Addr: at, Size: uint64(len(data)), Bytes: bytes.NewReader(data)}}}, cache: map[int64]*page{}}
	for _, off := range []int64{0, 1, 92, 93, 99, 100, cachePage + 95, cachePage + 99, int64(len(data)) - 8, int64(len(data)) - 1, -1, int64(len(data))} {
		for _, n := range []int{1, 2, 4, 8} {
			got, ok := p.Number(at+off, n)
			if within := off >= 0 && off+int64(n) <= int64(len(data)); ok != within {
				t.Errorf("%d bytes at %d: %v", n, off, ok)
			} else if !within {
				continue
			}
			var want uint64
			for i := range n {
				want |= uint64(data[off+int64(i)]) << (8 * i)
			}
			if got != want {
				t.Errorf("%d bytes at %d: %#x, want %#x", n, off, got, want)
			}
		}
	}
}

// TestMerge: against sorting.
func TestMerge(t *testing.T) {
	for a := range 1 << 5 {
		for b := range 1 << 5 {
			for shift := int64(-3); shift <= 3; shift++ {
				var x, y, want []int64
				for i := int64(0); i < 5; i++ {
					if a>>i&1 == 1 {
						x, want = append(x, i), append(want, i)
					}
					if b>>i&1 == 1 {
						y, want = append(y, i), append(want, i+shift)
					}
				}
				slices.Sort(want)
				want = slices.Compact(want)
				if got := merge(nil, x, y, shift); !slices.Equal(got, want) {
					t.Fatalf("%v and %v moved by %d: %v, want %v", x, y, shift, got, want)
				}
			}
		}
	}
}
