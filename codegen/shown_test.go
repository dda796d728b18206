package codegen

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// What clients get of the environment is what one instruction reads, which has to be promised.
func TestShown(t *testing.T) {
	spec := "routes:\n  - { path: /, body: \"${NAME}\" }\n"
	r, err := Compile(fstest.MapFS{"r.yaml": {Data: []byte(spec)}}, "r.yaml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	shown := r.shown()
	if len(shown) != 1 || !slices.Equal(r.Report.Shown, shown) {
		t.Fatalf("%x is shown, want %x", r.Report.Shown, shown)
	}
	var b bytes.Buffer
	if err := r.WriteELF(&b); err != nil {
		t.Fatal(err)
	}
	elf := b.Bytes()
	_, proof, _, err := verify.Record(bytes.NewReader(elf), int64(len(elf)), verify.Hardened().Showing(shown...))
	if err != nil {
		t.Fatal(err)
	}
	for name, set := range map[string]verify.Set{"nothing": verify.Hardened(), "another one": verify.Hardened().Showing(shown[0] - 2)} {
		_, err := verify.Check(bytes.NewReader(elf), int64(len(elf)), set)
		if broken := (*verify.Error)(nil); !errors.As(err, &broken) || broken.Rule != rules.Reads {
			t.Errorf("%s is promised: %v", name, err)
		}
		_, _, err = verify.CheckCertificate(bytes.NewReader(elf), int64(len(elf)), set, proof)
		if broken := (*verify.Error)(nil); !errors.As(err, &broken) || broken.Rule != rules.Reads || broken.Addr != shown[0] {
			t.Errorf("%s is promised, and a certificate is there: %v", name, err)
		}
	}
	report, _, err := verify.CheckCertificate(bytes.NewReader(elf), int64(len(elf)), verify.Any(), proof)
	if err != nil || !slices.Equal(report.Shown, shown) {
		t.Errorf("with a certificate %v: %+v", err, report)
	}
	v, err := Verify(bytes.NewReader(elf), int64(len(elf)))
	if err != nil || !slices.Equal(v.Shown, shown) {
		t.Errorf("%v: %+v", err, v)
	}
	plain, err := Compile(fstest.MapFS{"r.yaml": {Data: []byte("routes:\n  - { path: /, body: \"$${NAME}\" }\n")}}, "r.yaml", Options{})
	if err != nil || len(plain.Report.Shown) > 0 || plain.shown() != nil {
		t.Errorf("without slots %v, %v", plain.Report, err)
	}
}
