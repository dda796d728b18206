package verify

import (
	"bytes"
	"errors"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/handmade"
)

// FuzzText puts arbitrary text into a file whose headers are good, so that what is
// tried is the gate and the proof: there is a report, or a broken rule.
func FuzzText(f *testing.F) {
	for _, text := range []string{
		"488d051a000000 e80d000000 b801000000 85ff 7400 0f05 eb08 b803000000 0f05 c3 b83c000000 0f05 9090", "31ff b83c000000 0f05 ebf7", "c9c3", "50 58 e8f9ffffff", "4881ec00100000 4889e6 880424 ebfb",
		"488d3df9ffffff 8a07 ebfc", "f3a4 ebfc", "660fefc0 0f1106 ebfa", "85c0 7402 ffc0 ebf8",
	} {
		f.Add(unhex(f, text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > handmade.DataAddr-handmade.TextAddr {
			return
		}
		img := handmade.Good(text...)
		b := img.Bytes()
		report, err := Check(bytes.NewReader(b), int64(len(b)), Hardened())
		var broken *Error
		if (report == nil) == (err == nil) || err != nil && !errors.As(err, &broken) {
			t.Fatalf("report %v, error %v: want a report or a broken rule", report, err)
		}
	})
}
