package mutants

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// The judge of a probe comes by most of its instructions, and sees what breaks a rule.
func TestProbeJudge(t *testing.T) {
	r, err := codegen.Compile(site("server: { listen: \"[::1]:${PORT:-8080}\" }\nhealth: /none\n"+routes), emitted.SpecName, codegen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := newProbe(r)
	if err != nil {
		t.Fatal(err)
	}
	if missed := s.judge.missed(); missed*20 > len(s.insts) {
		t.Errorf("no run comes by %d of %d instructions", missed, len(s.insts))
	}
	const first = "\xb8\x01\x00\x00\x00\x0f\x05" // write
	for name, number := range map[string]byte{"connects twice": 42, "accepts": 43, "forks": 57} {
		v := s.judge.judge(patch{bytes.Index(s.file, []byte(first)) + 1, []byte{number}})
		var fault *isa.Fault
		if !errors.As(v.fault, &fault) || fault.Rule != rules.Syscalls || !v.reached {
			t.Errorf("%s: %v, reached %v", name, v.fault, v.reached)
		}
	}
	if v := s.judge.judge(patch{strings.Index(string(s.file), "unhealthy"), []byte("U")}); v.fault != nil {
		t.Errorf("another message: %v", v.fault)
	}
}
