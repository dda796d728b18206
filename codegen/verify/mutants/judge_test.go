package mutants

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Each change breaks a rule, and the judge sees which.
func TestJudgeFinds(t *testing.T) {
	const connection, request = "connection", "request"
	for name, test := range map[string]struct {
		isolation, label string
		op               isa.Op // the first one of it behind the label
		change           func(*inst) []byte
		rule             rules.Rule
		want             string
	}{
		"no end of what was read":  {connection, "line_scan", isa.JCC, deleted, rules.Isolation, "was not written"},
		"no zeros behind trailers": {connection, "trailer", isa.MOVDQU, deleted, rules.Isolation, "was not written"},
		"no zeros behind it":       {request, "read", isa.MOVDQU, deleted, rules.Reads, "was not written"},
		"a larger read":            {request, "read", isa.MOV, immediatePlus(1 << 16), rules.Writes, "not in the frame"},
		"another call in a child":  {request, "read", isa.XOR, replaced(0xb0, 57), rules.Syscalls, ""},
		"no child's close":         {request, "handle_request", isa.SYSCALL, deleted, rules.Syscalls, "out of its place"},
		"no parent's close":        {request, "close_client", isa.SYSCALL, deleted, rules.Syscalls, "accept"},
		"a longer answer":          {connection, "flush", isa.LEA, displacementPlus(4096), rules.Reads, ""},
		"an endless loop":          {request, "span", isa.INC, deleted, rules.Bounds, "no end"},
		"a return to anywhere":     {request, "span_end", isa.RET, replaced(0x58), rules.Decode, ""},
		"a trap":                   {request, "handle_request", isa.SYSCALL, replaced(0x0f, 0x0b), rules.Decode, "ud2"},
	} {
		t.Run(name, func(t *testing.T) {
			s := soundServer(t, test.isolation)
			in := s.instruction(t, test.label, 0)
			for n := 1; in.Op != test.op; n++ {
				in = s.instruction(t, test.label, n)
			}
			v := s.judge.judge(patch{in.off, test.change(in)})
			var fault *isa.Fault
			if !errors.As(v.fault, &fault) || fault.Rule != test.rule || !strings.Contains(fault.Msg, test.want) || !v.reached {
				t.Errorf("%v, reached %v; want %s: %s", v.fault, v.reached, test.rule, test.want)
			}
		})
	}
}

func deleted(in *inst) []byte { return deletions(in)[0] }

func replaced(b ...byte) func(*inst) []byte {
	return func(in *inst) []byte { return in.with(0, b...) }
}

// displacementPlus moves an address of 32 bits.
func displacementPlus(n int32) func(*inst) []byte {
	return func(in *inst) []byte {
		at := in.enc.disp
		v := int32(binary.LittleEndian.Uint32(in.code[at:])) + n
		return in.with(at, binary.LittleEndian.AppendUint32(nil, uint32(v))...)
	}
}

func immediatePlus(n int64) func(*inst) []byte {
	return func(in *inst) []byte {
		v, _ := in.immediate()
		return in.values(in.enc.imm, in.enc.immSize, v+n)[0]
	}
}

// What only answers something else, or is not started, is harmless.
func TestJudgeAcquits(t *testing.T) {
	s := soundServer(t, "request")
	route := s.instruction(t, "handle_request", 0)
	for name, c := range map[string]patch{
		"nothing":          {route.off, route.code},
		"another response": {strings.Index(string(s.file), "root\n"), []byte("R")},
		"no ELF":           {0, []byte("X")},
	} {
		if v := s.judge.judge(c); v.fault != nil {
			t.Errorf("%s: %v", name, v.fault)
		}
	}
	if v := s.judge.judge(patch{64 + 4, []byte{7}}); v.fault == nil {
		t.Error("a writable text is harmless")
	}
}

// A server that is not sound has no judge.
func TestNoJudge(t *testing.T) {
	s := soundServer(t, "request")
	for label, want := range map[string]string{"handle_request": "trial", "_start": "start"} {
		in := s.instruction(t, label, 0)
		bad, err := parse(s.apply(patch{in.off, in.with(0, 0x0f, 0x0b)}), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newJudge(bad, s.seeds, nil, nil, 100, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error of a %s", err, want)
		}
	}
}

// missed counts the instructions that no trial comes by.
func (j *judge) missed() (n int) {
	for _, in := range j.insts {
		if !slices.ContainsFunc(j.reached, func(o offsets) bool { return o.has(in.Addr - j.base) }) {
			n++
		}
	}
	return n
}

// Most instructions must be reached by some trial: the judge sees nothing elsewhere.
func TestReached(t *testing.T) {
	for _, isolation := range []string{"request", "connection", "proof"} {
		s := soundServer(t, isolation)
		if missed := s.judge.missed(); missed*20 > len(s.insts) {
			t.Errorf("%s: no trial comes by %d of %d instructions", isolation, missed, len(s.insts))
		}
	}
}

func TestBoundaryUnknown(t *testing.T) {
	s := soundServer(t, "connection")
	if _, err := newBoundary(s.program, 0, 0); err == nil {
		t.Error("a label outside of the code is taken")
	}
	if _, err := newBoundary(s.program, 0, s.label["handle_request"]); err == nil {
		t.Error("another routine is taken for flush")
	}
}
