package codegen

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/lower"
	"github.com/verbosel/verbosel/codegen/plan"
	"github.com/verbosel/verbosel/codegen/spec"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/x64"
)

const name = "routes.yaml"

// site is a folder with a spec in it.
func testSite(spec string) fstest.MapFS {
	return fstest.MapFS{
		name:       {Data: []byte(spec)},
		"logo.svg": {Data: []byte("<svg/>")},
	}
}

const helloSpec = `
routes:
  - path: /
    body: "Hello, World!\n"
  - path: /logo.svg
    file: logo.svg
`

// proofs are of what compile has compiled in this run.
var proofs = provedOnce()

// compile compiles a site, and proves it where no test has compiled the same before.
func compile(t *testing.T, fsys fs.FS, opts Options) (*Result, []byte) {
	t.Helper()
	if opts.Proofs == nil {
		opts.Proofs = proofs
	}
	r, err := Compile(fsys, name, opts)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := r.WriteELF(&b); err != nil {
		t.Fatal(err)
	}
	return r, b.Bytes()
}

func TestCompile(t *testing.T) {
	r, bin := compile(t, testSite(helloSpec), Options{})
	if r.Size() != int64(len(bin)) {
		t.Errorf("Size is %d, the file has %d bytes", r.Size(), len(bin))
	}
	sum := sha256.Sum256(bin)
	if want := hex.EncodeToString(sum[:]); r.SHA256() != want {
		t.Errorf("SHA256 is %s, want %s", r.SHA256(), want)
	}
	file, err := elf.NewFile(bytes.NewReader(bin))
	if err != nil {
		t.Fatal(err)
	}
	if file.Entry != r.Report.Entry || len(file.Sections) != 0 {
		t.Errorf("entry %#x, %d sections; the report says %#x", file.Entry, len(file.Sections), r.Report.Entry)
	}
	if !bytes.Contains(bin, []byte("Hello, World!\n")) || !bytes.Contains(bin, []byte("<svg/>")) {
		t.Error("the bodies are not in the file")
	}
}

// TestDataIsGivenBack: what the data was made from is not held behind `link`, in program, object or
// image; who wants it, as a listing or a dump does, has it made again.
func TestDataIsGivenBack(t *testing.T) {
	r, _ := compile(t, testSite(helloSpec), Options{})
	if r.Program.Data != nil || r.Object.Data != nil {
		t.Errorf("%d and %d data are held", len(r.Program.Data), len(r.Object.Data))
	}
	p, o, err := r.whole()
	if err != nil || len(p.Data) == 0 || len(o.Data) != len(p.Data) {
		t.Fatalf("made again: %d and %d data, %v", len(p.Data), len(o.Data), err)
	}
	if diff := cmp.Diff(r.Object.Text, o.Text); diff != "" {
		t.Error(diff)
	}
	image, err := elf64.Link(o, elf64.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want, err := r.Image.Bytes(r.fsys); err != nil {
		t.Error(err)
	} else if got, err := image.Bytes(r.fsys); err != nil || !bytes.Equal(got, want) {
		t.Errorf("made again it is another server: %v", err)
	}
}

func TestCompileIsDeterministic(t *testing.T) {
	_, first := compile(t, testSite(helloSpec), Options{})
	for range 3 {
		if _, again := compile(t, testSite(helloSpec), Options{}); !bytes.Equal(first, again) {
			t.Fatal("two builds of one spec differ")
		}
	}
}

func TestCompileIntoStore(t *testing.T) {
	_, want := compile(t, testSite(helloSpec), Options{})
	var out memory
	if r, got := compile(t, testSite(helloSpec), Options{Out: &out}); !bytes.Equal(got, want) || !bytes.Equal(out.b, want) {
		t.Errorf("the store has %d bytes, WriteELF gives %d, want %d", len(out.b), len(got), r.Size())
	}
}

func TestCompileSymbols(t *testing.T) {
	_, bin := compile(t, testSite(helloSpec), Options{Symbols: true})
	file, err := elf.NewFile(bytes.NewReader(bin))
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := file.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range symbols {
		if s.Name == "_start" && s.Value == file.Entry {
			return
		}
	}
	t.Errorf("no symbol _start at the entry among %v", symbols)
}

func TestCompilePort(t *testing.T) {
	r, _ := compile(t, testSite(helloSpec), Options{Port: 3000})
	if l := r.Plan.Server.Listen; l.PortEnv != "" || !bytes.Contains(l.Sockaddr, []byte{0x0b, 0xb8}) {
		t.Errorf("listens at %+v, want port 3000", l)
	}
}

// The gate is closed by default: what it finds is what is promised and printed.
func TestSummarySyscalls(t *testing.T) {
	want := []string{
		"read", "write", "close", "poll", "rt_sigaction", "socket", "accept", "bind", "listen",
		"setsockopt", "fork", "exit", "wait4",
	}
	r, _ := compile(t, testSite(helloSpec), Options{})
	if diff := cmp.Diff(want, callNames(r.Summary())); diff != "" {
		t.Error(diff)
	}
	r, _ = compile(t, testSite("server: { syscalls: ten }\n"+helloSpec), Options{})
	ten := slices.DeleteFunc(want, func(name string) bool { return name == "poll" || name == "setsockopt" || name == "wait4" })
	if diff := cmp.Diff(ten, callNames(r.Summary())); diff != "" {
		t.Error(diff)
	}
}

func callNames(s Summary) []string {
	var list []string
	for _, c := range s.Syscalls {
		list = append(list, c.Name)
	}
	return list
}

// Every call of the promised sets has its reason, and no reason is left over.
func TestReasons(t *testing.T) {
	if len(reasons) != len(verify.Hardened().Calls()) {
		t.Errorf("%d reasons for %d system calls", len(reasons), len(verify.Hardened().Calls()))
	}
	for _, number := range verify.Hardened().Calls() {
		if reasons[verify.SyscallName(number)] == "" {
			t.Errorf("no reason for %s", verify.SyscallName(number))
		}
	}
}

// Every call of one process with many connections has its reason, and no reason is left over. No such server is
// compiled here: it could not be proved.
func TestReasonsOfLoop(t *testing.T) {
	calls := map[string]bool{}
	for server, workers := range map[string]int{
		"": 1, "access_log: common": 1, "listen: systemd": 1, `listen: "unix:/run/s", mode: "0660"`: 1, "clock: true": spec.WorkersAuto,
	} {
		s, err := spec.Parse(testSite("server: { "+server+" }\n"+helloSpec), name)
		if err != nil {
			t.Fatal(err)
		}
		s.Server.Isolation, s.Server.Workers = spec.IsolationProof, workers
		p, err := plan.Build(testSite(""), s)
		if err != nil {
			t.Fatal(err)
		}
		r := &Result{Plan: p}
		last := ""
		for _, item := range lower.Lower(p).Items {
			in, ok := item.(x64.Inst)
			if ok && in.Op == x64.SYSCALL {
				calls[last] = true
				r.why(verify.Syscall{Name: last}) // which panics without a reason
			}
			last = in.Note
		}
	}
	for name := range loopReasons {
		if !calls[name] {
			t.Errorf("a reason for %s, which no such server makes", name)
		}
	}
}

func TestProblems(t *testing.T) {
	fsys := testSite("routes:\n  - pth: /\n    body: x\n")
	_, err := Compile(fsys, name, Options{})
	_, checked := Check(fsys, name, Options{})
	for _, err := range []error{err, checked} {
		list := Problems(err, name, "site/routes.yaml")
		if len(list) == 0 || list[0].Pos.String() != "site/routes.yaml:2:5" {
			t.Errorf("problems of %v: %v", err, list)
		}
	}
	if list := Problems(errors.New("disk full"), name, name); list != nil {
		t.Errorf("another error has the problems %v", list)
	}
	if warnings, err := Check(testSite(helloSpec), name, Options{}); err != nil || warnings != nil {
		t.Errorf("a good spec: %v %v", warnings, err)
	}
}

// TestWarnings: they come with a server, and beside mistakes of a later stage.
func TestWarnings(t *testing.T) {
	const quoted = "routes:\n  - {path: /, json: '{}'}\n"
	r, err := Compile(testSite(quoted), name, Options{})
	if err != nil || len(r.Warnings()) != 1 || r.Warnings()[0].Pos.String() != "routes.yaml:2:21" {
		t.Errorf("got %v %v", r.Warnings(), err)
	}
	warnings, err := Check(testSite(quoted), name, Options{})
	if err != nil || len(warnings) != 1 {
		t.Errorf("Check: %v %v", warnings, err)
	}
	fsys := testSite(quoted + "  - {path: /x/, dir: empty}\n")
	fsys["empty/.hidden"] = &fstest.MapFile{}
	_, err = Compile(fsys, name, Options{})
	_, checked := Check(fsys, name, Options{})
	for _, err := range []error{err, checked} {
		list := Problems(err, name, name)
		if len(list) != 2 || len(list.Warnings()) != 1 {
			t.Errorf("got %v", err)
		}
	}
}

// failing is a Store that is full.
type failing struct{ memory }

var errFull = errors.New("no space left")

func (*failing) Write([]byte) (int, error) { return 0, errFull }

func TestCompileErrors(t *testing.T) {
	_, err := Compile(testSite(helloSpec), name, Options{Out: new(failing)})
	if !errors.Is(err, errFull) || !strings.HasPrefix(err.Error(), "routes.yaml: write: ") {
		t.Errorf("a full store: %v", err)
	}
	if _, err := Compile(fstest.MapFS{}, name, Options{}); err == nil {
		t.Error("no spec: no error")
	}
	if _, err := Compile(testSite(helloSpec), name, Options{Port: 70000}); err == nil || !strings.Contains(err.Error(), "70000") {
		t.Errorf("port 70000: %v", err)
	}
}

// corrupting is a Store that flips what it reads back from the text: the gate must
// see the bytes, not what the stages believe.
type corrupting struct{ memory }

func (c *corrupting) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.memory.ReadAt(p, off)
	for i := range p[:n] {
		if p[i] == 0x0f && i+1 < n && p[i+1] == 0x05 {
			p[i], p[i+1] = 0xff, 0xe0 // syscall becomes jmp rax
		}
	}
	return n, err
}

func TestGateReadsTheBytes(t *testing.T) {
	r, err := Compile(testSite(helloSpec), name, Options{Out: new(corrupting)})
	var broken *verify.Error
	if !errors.As(err, &broken) || broken.Rule != rules.Decode || !strings.Contains(err.Error(), "a branch to where a register or memory says") {
		t.Errorf("got %v, want the gate's refusal", err)
	}
	if r.Report != nil {
		t.Error("a refused server has a report")
	}
}
