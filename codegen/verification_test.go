package codegen

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// verification judges what compiles of a spec, after an edit of its bytes.
func verification(t *testing.T, edit func([]byte)) (*Verification, *bytes.Reader) {
	t.Helper()
	_, bin := compile(t, testSite(helloSpec), Options{})
	edit(bin)
	r := bytes.NewReader(bin)
	v, err := Verify(r, r.Size())
	if err != nil {
		t.Fatal(err)
	}
	return v, r
}

// What a file says of itself is in the verdict.
func TestVerifyNote(t *testing.T) {
	r, file := noted(t, "health: /healthz\nroutes: [{ path: /healthz, body: ok }]\n")
	v, err := Verify(bytes.NewReader(file), int64(len(file)))
	if err != nil || v.Verdict != "proved" {
		t.Fatalf("%+v, %v", v, err)
	}
	want := &Note{Compiler: "v1.2.3", Spec: r.SpecSum(), Listen: ":8080", Health: "/healthz", Timeout: "1s"}
	if diff := cmp.Diff(want, v.Note); diff != "" {
		t.Error(diff)
	}
}

func TestVerify(t *testing.T) {
	v, r := verification(t, func([]byte) {})
	if v.Verdict != "proved" || v.Refusal != nil {
		t.Fatalf("%s: %v", v.Verdict, v.Refusal)
	}
	if len(v.Syscalls) != 13 || len(v.Segments) != 3 || v.Stack < 16<<10 || v.Interpreted < v.Instructions || v.Instructions == 0 {
		t.Errorf("got %+v", v)
	}
	if len(v.Rules) < 5 || v.Rules[0] != (HeldRule{Rule: "segments", Short: Rules()[0].Short}) {
		t.Errorf("the rules are %v", v.Rules)
	}
	if err := Explain(v, r, r.Size(), v.Entry); err != nil || len(v.Explanations) != 1 {
		t.Fatalf("%v, %v", v.Explanations, err)
	}
	if e := v.Explanations[0]; e.Addr != v.Entry || len(e.Code) < 4 || len(e.Ways) != 1 || e.Ways[0].Phase != "before socket" {
		t.Errorf("at the entry: %+v", e)
	}
	if err := Explain(v, r, r.Size(), v.Entry+1); err == nil {
		t.Error("the middle of an instruction is explained")
	}
}

func TestVerifyRefuses(t *testing.T) {
	v, r := verification(t, func(bin []byte) {
		at := bytes.Index(bin, []byte{0x0f, 0x05})
		copy(bin[at:], []byte{0xff, 0xe0}) // syscall becomes jmp rax
	})
	if v.Verdict != "refused" || v.Refusal == nil || v.Refusal.Rule != "decode" || len(v.Refusal.Code) == 0 {
		t.Fatalf("got %+v", v)
	}
	if !strings.HasPrefix(v.Refusal.String(), "decode: at 0x") || !strings.Contains(v.Refusal.Message, "a branch to where a register or memory says") {
		t.Errorf("the refusal reads %s", v.Refusal)
	}
	if err := Explain(v, r, r.Size(), v.Refusal.Addr); err != nil || v.Explanations != nil {
		t.Errorf("behind the gate: %v, %v", v.Explanations, err)
	}
	b, err := json.Marshal(v)
	if err != nil || !strings.HasPrefix(string(b), `{"verdict":"refused","refusal":{"rule":"decode","addr":`) || strings.Contains(string(b), "rules") {
		t.Errorf("as JSON: %s, %v", b, err)
	}
}

func TestVerifyUnreadable(t *testing.T) {
	v, r := verification(t, func([]byte) {})
	broken := errors.New("disk on fire")
	if _, err := Verify(failingFrom{r, 0x100, broken}, r.Size()); !errors.Is(err, broken) {
		t.Errorf("got %v, want the reader's error", err)
	}
	if err := Explain(v, failingFrom{r, 0x100, broken}, r.Size(), v.Entry); !errors.Is(err, broken) {
		t.Errorf("Explain: %v, want the reader's error", err)
	}
}

// The keys of `verify --json` stay: programs read them.
func TestVerificationKeys(t *testing.T) {
	v, r := verification(t, func([]byte) {})
	if err := Explain(v, r, r.Size(), v.Entry); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(b, &keys); err != nil {
		t.Fatal(err)
	}
	want := []string{"entry", "explanations", "instructions", "interpreted", "rules", "segments", "stack", "syscalls", "verdict", "worst"}
	if got := slices.Sorted(maps.Keys(keys)); !slices.Equal(got, want) {
		t.Errorf("the keys are %q, want %q", got, want)
	}
	for key, want := range map[string]string{
		"worst": `{"boot":109,"parent":24,"child":`,
		"rules": `[{"rule":"segments","short":"`, "syscalls": `[{"name":"read","number":0,"addrs":[`,
		"segments":     `[{"type":"PT_LOAD","flags":"R-X","offset":0,"vaddr":0,"filesz":`,
		"explanations": `[{"addr":232,"code":[{"addr":232,"bytes":"4c8d3d`,
	} {
		if !strings.HasPrefix(string(keys[key]), want) {
			t.Errorf("%s is %.80s, want %s", key, keys[key], want)
		}
	}
}

// failingFrom fails every read that goes behind off.
type failingFrom struct {
	*bytes.Reader
	off int64
	err error
}

func (f failingFrom) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.off {
		return 0, f.err
	}
	return f.Reader.ReadAt(p, off)
}
