package codegen

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/rules/words"
	"github.com/verbosel/verbosel/codegen/x64"
)

// probeOf is the probe of a server that is not proved itself.
func probeOf(t *testing.T, spec string) *Result {
	t.Helper()
	r, err := Compile(fstest.MapFS{"routes.yaml": {Data: []byte(spec)}}, "routes.yaml", Options{Dev: &Dev{}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.Probe(nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const healthyRoutes = "health: /healthz\nroutes: [{ path: /healthz, body: ok }]\n"

// A probe is proved as a server is, makes six calls, and has less than 1 KiB.
func TestProbeIsSmall(t *testing.T) {
	for _, listen := range []string{":8080", "127.0.0.1:${PORT:-8080}", "[::]:${PORT}", "[::1]:80", "unix:/run/site.sock", "unix:@site"} {
		p := probeOf(t, "server: { listen: \""+listen+"\" }\n"+healthyRoutes)
		if p.Size() >= 1<<10 {
			t.Errorf("%s: %d bytes", listen, p.Size())
		}
		if len(p.Report.Proved) != len(words.All()) {
			t.Errorf("%s: proved are %v", listen, p.Report.Proved)
		}
		calls := p.ProbeSummary().Syscalls
		if want := []string{"read", "write", "socket", "connect", "setsockopt", "exit"}; !slices.Equal(calls, want) {
			t.Errorf("%s: it makes %v, want %v", listen, calls, want)
		}
		t.Logf("%s: %d bytes", listen, p.Size())
	}
}

// The listing of a probe is the probe.
func TestProbeListing(t *testing.T) {
	l, err := probeOf(t, healthyRoutes).Listing(ListingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"connect:", "asks the server for /healthz, once", "GET /healthz HTTP/1.1", "unhealthy: no connection"} {
		if !strings.Contains(string(l.Bytes()), want) {
			t.Errorf("no %q in\n%s", want, l.Bytes())
		}
	}
}

// What asks for a route that a server does not answer with 2xx would never find it well.
func TestNoProbe(t *testing.T) {
	for spec, want := range map[string]string{
		"routes: [{ path: /a, body: a }]\n":          "routes.yaml: health: no route is for GET /\n",
		"routes: [{ path: /, redirect: /a }]\n":      "health: GET / is answered with 301",
		"routes: [{ path: \"*\", status: 503 }]\n":   "health: GET / is answered with 503",
		"routes: [{ path: \"/{a...}\", body: a }]\n": "",
	} {
		r, err := Compile(fstest.MapFS{"routes.yaml": {Data: []byte(spec)}}, "routes.yaml", Options{Dev: &Dev{}})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.HealthPath(); (got != "") != (want == "") {
			t.Errorf("%s: its health is at %q", spec, got)
		}
		_, err = r.Probe(nil)
		if got := ""; err != nil {
			if got = err.Error(); want == "" || !strings.Contains(got, want) {
				t.Errorf("%s: %s; want %q", spec, got, want)
			}
		} else if want != "" {
			t.Errorf("%s: there is a probe, want %q", spec, want)
		}
	}
}

// A probe that cannot be written is an error of the store.
func TestProbeUnwritable(t *testing.T) {
	r, err := Compile(os.DirFS("../examples/hello"), "routes.yaml", Options{Dev: &Dev{}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Probe(new(failing)); !errors.Is(err, errFull) {
		t.Error(err)
	}
}

// Each way to break a probe is refused by its rule.
func TestBadProbes(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func([]x64.Item) []x64.Item
		want string // rule and message
	}{
		{"as it is", func(list []x64.Item) []x64.Item { return list }, ""},
		{"does not look whether it is connected", without("no_connection", 2), "syscalls: write in a probe, where it is not known whether it has the server"},
		{"does not look how much it has read", without("no_answer", 1), "reads: 8 bytes at stack"},
		{"reads beyond its buffer", exchange("more than the start of an answer", x64.Inst{Op: x64.MOV, Dst: x64.EDX, Src: x64.Imm(4096)}), "writes: "},
		{"sends what it did not write", exchange("", x64.Inst{Op: x64.LEA, Dst: x64.RSI, Src: x64.M(0, x64.RBP, 0)}, x64.Inst{Op: x64.LEA, Dst: x64.RSI, Src: x64.Sym(0, "request", 0)}), "reads: "},
		{"writes to standard output", exchange("standard error", x64.Inst{Op: x64.MOV, Dst: x64.EDI, Src: x64.Imm(1)}), "syscalls: write"},
		{"binds", exchange("connect", x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm(49)}), "syscalls: write: "},
		{"connects twice", twice("connect"), "syscalls: connect in a probe"},
		{"connects standard error", exchange("the socket, for all that follows", x64.Inst{Op: x64.MOV, Dst: x64.EDI, Src: x64.Imm(2)}), "syscalls: setsockopt: edi is not the listener"},
		{"accepts", exchange("read", x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm(43)}), "syscalls: accept"},
		{"ends with another status", exchange("status 0", x64.Inst{Op: x64.MOV, Dst: x64.EDI, Src: x64.Imm(7)}), "syscalls: exit: rdi, the status, is 7"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := probeOf(t, healthyRoutes).lowered()
			p.Items = tt.edit(p.Items)
			err := checkItems(t, p)
			var broken *verify.Error
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (!errors.As(err, &broken) || !strings.HasPrefix(string(broken.Rule)+": "+broken.Msg, tt.want)):
				t.Errorf("%v; want %q", err, tt.want)
			}
		})
	}
}

// checkItems links a program, and judges it as one that may be any.
func checkItems(t *testing.T, prog *x64.Program) error {
	t.Helper()
	obj, err := x64.Assemble(prog)
	if err != nil {
		t.Fatal(err)
	}
	img, err := elf64.Link(obj, elf64.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := img.Encode(&b, nil); err != nil {
		t.Fatal(err)
	}
	_, err = verify.Check(bytes.NewReader(b.Bytes()), int64(b.Len()), verify.Any())
	return err
}

// without leaves out the nth jump to a label.
func without(label string, nth int) func([]x64.Item) []x64.Item {
	return func(list []x64.Item) []x64.Item {
		for i, item := range list {
			if in, ok := item.(x64.Inst); ok && in.Dst == x64.Target(label) {
				if nth--; nth == 0 {
					return slices.Delete(list, i, i+1)
				}
			}
		}
		panic("there is no such jump to " + label)
	}
}

// exchange puts an instruction in the place of the one with a note, or of one that is given.
func exchange(note string, by x64.Inst, old ...x64.Inst) func([]x64.Item) []x64.Item {
	return func(list []x64.Item) []x64.Item {
		for i, item := range list {
			in, ok := item.(x64.Inst)
			if ok && (len(old) == 0 && in.Note == note || len(old) == 1 && in.Op == old[0].Op && in.Dst == old[0].Dst && in.Src == old[0].Src) {
				list[i] = by
				return list
			}
		}
		panic("there is no such instruction: " + note)
	}
}

// twice makes a system call again.
func twice(call string) func([]x64.Item) []x64.Item {
	return func(list []x64.Item) []x64.Item {
		for i, item := range list {
			if in, ok := item.(x64.Inst); ok && in.Note == call {
				return slices.Insert(list, i+2, list[i], list[i+1])
			}
		}
		panic("there is no such call: " + call)
	}
}
