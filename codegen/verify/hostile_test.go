package verify

import (
	"bytes"
	"encoding/hex"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/handmade"
	"github.com/verbosel/verbosel/codegen/verify/gate"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// unhex reads hexadecimal with blanks.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// endless ends a text for who does not know that exit does not come back.
const endless = "b83c000000 0f05 ebf7"

// repeated is a file whose text is one or a few instructions, count of them in all, and
// an end.
func repeated(t *testing.T, text string, per, count int) []byte {
	t.Helper()
	code := append(bytes.Repeat(unhex(t, text), count/per), unhex(t, endless)...)
	img := handmade.Good(code...)
	data := uint64(handmade.TextAddr + len(code))
	p := &img.Progs[1]
	p.Off, p.Vaddr, p.Paddr = data, data+0x1000, data+0x1000
	return img.BytesAt(int(data))
}

// Programs that are made to cost much are refused within the memory that is promised:
// 1 GiB.
func TestHostilePrograms(t *testing.T) {
	tests := []struct {
		name, text string
		per        int // instructions in text
	}{
		{"no operations", "90", 1},
		{"branches to the next instruction", "7400", 1},
		{"branches that keep what they know", "85c0 7402 ffc0", 3},
		{"loads", "8a0424", 1},
		{"calls of the next instruction", "e800000000", 1},
		{"pushes", "50", 1},
		{"frames", "4883ec08", 1},
		{"stores", "50 880424", 2},
		{"vectors", "660fefc0 f30f6f0424", 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := repeated(t, test.text, test.per, gate.MaxInstructions-16)
			_, err := check(bytes.NewReader(b), int64(len(b)), Ten(), gate.PassAnyForm)
			var broken *Error
			if !errors.As(err, &broken) || broken.Rule == rules.Segments {
				t.Errorf("got %v, want a refusal by the proof", err)
			}
			var stats runtime.MemStats
			if runtime.ReadMemStats(&stats); stats.Sys > 1<<30 {
				t.Errorf("%d MiB were needed", stats.Sys>>20)
			}
		})
	}
}

func TestTooManyInstructions(t *testing.T) {
	b := repeated(t, "90", 1, gate.MaxInstructions)
	_, err := check(bytes.NewReader(b), int64(len(b)), Ten(), gate.PassAnyForm)
	var broken *Error
	if !errors.As(err, &broken) || broken.Rule != rules.Bounds || !strings.Contains(broken.Msg, "8194 instructions can be reached: more than 8192") {
		t.Errorf("got %v", err)
	}
}
