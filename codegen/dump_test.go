package codegen

import (
	"errors"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/x64"
)

func TestDump(t *testing.T) {
	r, _ := compile(t, testSite(helloSpec), Options{})
	for stage, want := range map[string][]string{
		"plan":    {"Backlog: 128", `Path: "/logo.svg"`, `Bytes: "Hello, World!\n"`, `Bytes: "<svg/>"`, "Pos: routes.yaml:3:5"},
		"program": {"_start:\n", "    syscall", "data:\n"},
		"object":  {"000000  ", "0f05 ", "references:\n"},
	} {
		var b strings.Builder
		if err := r.Dump(&b, stage); err != nil {
			t.Fatal(err)
		}
		for _, text := range want {
			if !strings.Contains(b.String(), text) {
				t.Errorf("%s: no %q in\n%.2000s", stage, text, b.String())
			}
		}
	}
	if len(Stages()) != 3 {
		t.Errorf("stages %v, of which 3 are tested", Stages())
	}
}

func TestDumpOfWhatIsNotThere(t *testing.T) {
	r, _ := Compile(testSite("routes: 1\n"), name, Options{})
	for _, stage := range Stages() {
		if err := r.Dump(new(strings.Builder), stage); err == nil {
			t.Errorf("%s of a bad spec: no error", stage)
		}
	}
}

// Every kind of data has its line, long content is cut, and notes stand behind.
func TestDumpData(t *testing.T) {
	prog := &x64.Program{
		Items: []x64.Item{
			x64.Section{Title: "read"},
			x64.Label{Name: "read_head", Doc: []string{"in: r13 client"}},
			x64.Inst{Op: x64.XOR, Dst: x64.EAX, Src: x64.EAX, Note: "read", Pos: "routes.yaml:3:5"},
		},
		Data: []x64.Datum{{Label: "page", Align: 16, Note: "a page", Fields: []x64.Field{
			x64.Bytes{B: []byte(strings.Repeat("a", 500)), Note: "body"},
			x64.Word{Size: 4, Value: 0xff},
			x64.Offset{To: "page", From: "data", Add: -4},
			x64.File{Name: "big.bin", Off: 10, Size: 20},
		}}},
	}
	var b strings.Builder
	p := &printer{w: &b}
	p.program(prog)
	for _, want := range []string{
		"; ---- read\n; in: r13 client\nread_head:\n",
		"    xor eax, eax ", " ; read (routes.yaml:3:5)\n",
		"page: align 16 ; a page\n",
		`aaa"... (500 bytes) ; body`, "    word32 0xff\n", "    offset page - data-4\n",
		"    file \"big.bin\" from 10, 20 bytes\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestDumpWriteError(t *testing.T) {
	r, _ := compile(t, testSite(helloSpec), Options{})
	for _, stage := range Stages() {
		if err := r.Dump(full{}, stage); !errors.Is(err, errFull) {
			t.Errorf("%s: got %v, want the writer's error", stage, err)
		}
	}
}
