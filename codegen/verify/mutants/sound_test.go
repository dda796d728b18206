package mutants

import (
	"sync"
	"testing"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// sound is a server for the tests of this package's parts: what they do has nothing to
// do with the checker.
type sound struct {
	*program
	*judge
	label map[string]uint64
}

// sounds are made once, by isolation.
var sounds sync.Map

// soundServer is a server of routes.
func soundServer(t *testing.T, isolation string) *sound {
	t.Helper()
	if s, ok := sounds.Load(isolation); ok {
		return s.(*sound)
	}
	variant := emitted.Variant{Isolation: isolation, Syscalls: "hardened"}
	r, err := codegen.Compile(site(variant.Spec("access_log: common", routes)), emitted.SpecName, codegen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &sound{label: map[string]uint64{}}
	for _, symbol := range r.Image.Symbols {
		s.label[symbol.Name] = symbol.Addr
	}
	if s.program, err = read(r); err != nil {
		t.Fatal(err)
	}
	if s.judge, err = judgeOf(s.program, r); err != nil {
		t.Fatal(err)
	}
	sounds.Store(isolation, s)
	return s
}

// instruction is the nth one from a label on.
func (s *sound) instruction(t *testing.T, label string, n int) *inst {
	t.Helper()
	addr, ok := s.label[label]
	if !ok {
		t.Fatalf("no label %s", label)
	}
	return &s.insts[s.program.at(s.start+int(addr-s.base))+n]
}
