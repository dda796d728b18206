package x64

import (
	"bytes"
	"fmt"
	"testing"
)

// TestRandomProgramsAgainstNASM assembles random programs of every form and lets nasm
// assemble their text: the bytes are the same, jumps included. Assemble has decoded
// them and compared them by then.
func TestRandomProgramsAgainstNASM(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			p := newSampler(seed, 0).program(3000)
			o, err := Assemble(p)
			if err != nil {
				t.Fatal(err)
			}
			sameText(t, o, link(o), nasm(t, o))
		})
	}
}

// sameText reports the first instruction at which two texts part.
func sameText(t *testing.T, o *Object, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	for _, l := range o.Lines {
		end := l.Off + l.Len
		if end > len(want) || !bytes.Equal(got[l.Off:end], want[l.Off:end]) {
			t.Fatalf("%v: ours % x, nasm's % x", l.Item, got[l.Off:end], want[l.Off:min(l.Off+15, len(want))])
		}
	}
	t.Fatalf("nasm has %d bytes more", len(want)-len(got))
}

// FuzzAssemble assembles programs made of the fuzzer's numbers: each instruction is
// valid, so that Assemble must succeed, with its decoding compared.
func FuzzAssemble(f *testing.F) {
	f.Add(uint64(1), uint16(10))
	f.Add(uint64(99), uint16(400))
	f.Fuzz(func(t *testing.T, seed uint64, n uint16) {
		p := newSampler(seed, 0).program(int(n % 2000))
		if _, err := Assemble(p); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkAssemble(b *testing.B) {
	p := newSampler(1, 0).program(100_000)
	for b.Loop() {
		if _, err := Assemble(p); err != nil {
			b.Fatal(err)
		}
	}
}
