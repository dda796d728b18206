package verify

import (
	"bytes"
	"errors"
	"runtime"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// endless ends a text for who does not know that exit does not come back.
const endless = exit60 + "ebf7"

// repeated is a file whose text is one or a few instructions, count of them in all, and
// an end.
func repeated(t *testing.T, text string, per, count int) []byte {
	t.Helper()
	code := append(bytes.Repeat(unhex(t, text), count/per), unhex(t, endless)...)
	img := goodImage(code...)
	data := uint64(textAddr + len(code))
	move(&img.progs[1], data)
	return img.bytesAt(int(data))
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
			b := repeated(t, test.text, test.per, maxInstructions-16)
			_, err := check(bytes.NewReader(b), int64(len(b)), Ten(), nil)
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
	b := repeated(t, "90", 1, maxInstructions)
	_, err := check(bytes.NewReader(b), int64(len(b)), Ten(), nil)
	wantError(t, err, rules.Bounds, 0, "8194 instructions can be reached: more than 8192")
}
