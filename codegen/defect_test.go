package codegen

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/lower"
	"github.com/verbosel/verbosel/codegen/plan"
	"github.com/verbosel/verbosel/codegen/spec"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/x64"
)

// compileBroken compiles a spec with a mistake in the generator: edit changes the
// program before it is assembled. It gives what verifying says.
func compileBroken(t *testing.T, text string, edit func([]x64.Item) []x64.Item) error {
	t.Helper()
	fsys := testSite(text)
	r := &Result{fsys: fsys, opts: Options{Out: new(memory)}}
	var err error
	if r.Spec, err = spec.Parse(fsys, name); err != nil {
		t.Fatal(err)
	}
	if r.Plan, err = plan.Build(fsys, r.Spec); err != nil {
		t.Fatal(err)
	}
	r.Program = lower.Lower(r.Plan)
	r.Program.Items = edit(slices.Clone(r.Program.Items))
	if r.Object, err = x64.Assemble(r.Program); err != nil {
		t.Fatal(err)
	}
	for _, stage := range []func(*Result) error{link, write} {
		if err := stage(r); err != nil {
			t.Fatal(err)
		}
	}
	err = judge(r, r.opts.Out, verify.Check)
	if err != nil && r.Report != nil {
		t.Error("a refused server has a report")
	}
	return err
}

// behind puts instructions behind a label.
func behind(label string, insts ...x64.Item) func([]x64.Item) []x64.Item {
	return func(items []x64.Item) []x64.Item {
		return slices.Insert(items, place(items, label)+1, insts...)
	}
}

// place is the index of a label.
func place(items []x64.Item, label string) int {
	return slices.IndexFunc(items, func(item x64.Item) bool {
		l, ok := item.(x64.Label)
		return ok && l.Name == label
	})
}

// A mistake in the generator is reported as that: with the rule, the listing's labels,
// the spec's line, and the code.
func TestDefect(t *testing.T) {
	const pos = "routes.yaml:3:5"
	err := compileBroken(t, helloSpec, behind("route_root",
		x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm(257), Pos: pos}, x64.Inst{Op: x64.SYSCALL, Pos: pos}))
	wantDefect(t, err, rules.Syscalls,
		"syscalls: at 0x", "(route_root+5, routes.yaml:3:5): syscall 257 is not", "  syscall\n", "mov eax, 0x101",
		"a way there:", "(match_route+")
}

// Where one process serves many, there is another isolation to build with meanwhile.
func TestDefectOfLoop(t *testing.T) {
	broken := behind("send_head", x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm(257)}, x64.Inst{Op: x64.SYSCALL})
	for isolation, want := range map[string]bool{"proof": true, "connection": false} {
		err := compileBroken(t, "server: { isolation: "+isolation+" }\nroutes: []\n", broken)
		if err == nil || strings.Contains(err.Error(), "Until that is mended write isolation: connection") != want {
			t.Errorf("%s: %v", isolation, err)
		}
	}
}

// A loop of much beside each other may be too large to be proved: that is said, and what to write instead.
func TestTooLargeLoop(t *testing.T) {
	var routines []x64.Item // more than a proof follows
	for i := range 300 {
		routine, end := fmt.Sprintf("routine_%d", i), fmt.Sprintf("behind_%d", i)
		routines = append(routines, x64.Inst{Op: x64.CALL, Dst: x64.Target(routine)}, x64.Inst{Op: x64.JMP, Dst: x64.Target(end)},
			x64.Label{Name: routine}, x64.Inst{Op: x64.RET}, x64.Label{Name: end})
	}
	for isolation, want := range map[string]string{"proof": "isolation: proof cannot have all that this spec has", "connection": "This is a defect of verbosel"} {
		err := compileBroken(t, "server: { isolation: "+isolation+" }\nroutes: []\n", behind("send_head", routines...))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "write isolation: connection") != (isolation == "proof") {
			t.Errorf("%s: %v", isolation, err)
		}
	}
}

// Nor does it take a forbidden call: here the length of the content is what the client
// sent first.
func TestDefectLeaks(t *testing.T) {
	err := compileBroken(t, helloSpec, func(items []x64.Item) []x64.Item {
		length := &items[place(items, "send_head")-1]
		*length = x64.Inst{Op: x64.MOV, Dst: x64.EDX, Src: x64.M(4, x64.RBP, 0)}
		return items
	})
	wantDefect(t, err, rules.Reads, "reads: at 0x", "(send_rest+5): ", "syscall", "(send_head)  call 0x")
}

// wantDefect demands a defect of a rule, with all of the texts.
func wantDefect(t *testing.T, err error, rule rules.Rule, texts ...string) {
	t.Helper()
	var broken *verify.Error
	var defect *Defect
	if !errors.As(err, &broken) || !errors.As(err, &defect) || broken.Rule != rule {
		t.Fatalf("got %v, want a defect of the rule %s", err, rule)
	}
	texts = append(texts, "This is a defect of verbosel, please report it", "is not written", "'verbosel version'")
	for _, want := range texts {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%s", want, err)
		}
	}
}

// The names of addresses: labels, distances from them, and places in the spec.
func TestDefectNames(t *testing.T) {
	r, _ := compile(t, testSite(helloSpec), Options{})
	d := &Defect{names: names{r.Object, r.Image}}
	root, _ := r.Image.Lookup("route_root")
	datum := r.Image.Symbols[len(r.Image.Symbols)-1]
	for addr, want := range map[uint64]string{
		r.Image.Entry: "_start", r.Image.Entry + 7: "_start+7", root.Addr: "route_root, routes.yaml:3:5",
		0: "", datum.Addr: "", elf64.HeaderSize - 1: "",
	} {
		if got := d.name(addr); got != want {
			t.Errorf("%#x is called %q, want %q", addr, got, want)
		}
	}
}
