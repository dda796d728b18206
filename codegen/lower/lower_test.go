package lower

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/plan"
	"github.com/verbosel/verbosel/codegen/spec"
	"github.com/verbosel/verbosel/codegen/x64"
)

// specs cover what lower emits or leaves out: isolations, system calls, families,
// ports, tree and hash, content apart, limits and the log.
func specs() map[string]string {
	many := "routes:\n"
	for i := range 20 {
		many += fmt.Sprintf("  - { path: /r/%d, body: x }\n", i)
	}
	const one = "routes: [{ path: /, body: x }, { path: /a, method: [GET, POST], body: y }]\n"
	out := map[string]string{
		"none":    "routes: []\n",
		"plain":   one,
		"many":    many,
		"ipv6":    "server: { listen: \"[::]:80\" }\n" + one,
		"unix":    "server: { listen: \"unix:/run/s\" }\n" + one,
		"port":    "server: { listen: \":${PORT}\" }\n" + one,
		"patient": "server: { isolation: connection, timeouts: { head: 2s, idle: 9s } }\n" + one,
		"apart":   "routes: [{ path: /a, file: big }, { path: /b, file: big }]\nerrors: { 400: { file: big } }\n",
	}
	for _, isolation := range []string{"request", "connection"} {
		for _, syscalls := range []string{"ten", "hardened"} {
			for _, log := range map[string][]string{"ten": {"off"}, "hardened": {"off", "common", "combined", "json"}}[syscalls] {
				server := fmt.Sprintf("server: { isolation: %s, syscalls: %s, access_log: %s }\n", isolation, syscalls, log)
				out[isolation+" "+syscalls+" "+log] = server + many
			}
		}
	}
	for _, server := range []string{"", "clock: true", "access_log: common", "access_log: combined", "access_log: json", `listen: "unix:/run/s"`, "listen: systemd"} {
		out["proof "+server] = "server: { isolation: proof, " + server + " }\n" + many
	}
	return out
}

func program(t *testing.T, text string) *x64.Program {
	t.Helper()
	fsys := fstest.MapFS{"routes.yaml": {Data: []byte(text)}, "big": {Data: make([]byte, 100_000)}}
	if strings.Contains(text, "isolation: proof") { // which no spec may ask for yet
		fsys["routes.yaml"].Data = []byte(strings.Replace(text, "isolation: proof", "isolation: connection", 1))
	}
	s, err := spec.Parse(fsys, "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "isolation: proof") {
		s.Server.Isolation = spec.IsolationProof
	}
	p, err := plan.Build(fsys, s)
	if err != nil {
		t.Fatal(err)
	}
	return Lower(p)
}

// The idiom of the package's documentation.
func TestIdiom(t *testing.T) {
	for name, text := range specs() {
		t.Run(name, func(t *testing.T) {
			p := program(t, text)
			if _, err := x64.Assemble(p); err != nil {
				t.Fatal(err)
			}
			number := x64.Operand(nil)
			for i, item := range p.Items {
				in, ok := item.(x64.Inst)
				if !ok {
					continue
				}
				checkOperand(t, in, in.Dst)
				checkOperand(t, in, in.Src)
				if in.Op == x64.SYSCALL && number == nil {
					t.Errorf("item %d: the number of a system call is not set right before it", i)
				}
				number = syscallNumber(in)
			}
		})
	}
}

// syscallNumber is what an instruction puts into eax, if that is a constant.
func syscallNumber(in x64.Inst) x64.Operand {
	switch {
	case in.Op == x64.MOV && in.Dst == x64.EAX:
		if imm, ok := in.Src.(x64.Imm); ok {
			return imm
		}
	case in.Op == x64.XOR && in.Dst == x64.EAX && in.Src == x64.EAX:
		return x64.Imm(0)
	}
	return nil
}

// checkOperand: jumps and calls go to labels, and memory has a base that is known.
func checkOperand(t *testing.T, in x64.Inst, o x64.Operand) {
	t.Helper()
	_, target := o.(x64.Target)
	if control := in.Op == x64.JMP || in.Op == x64.CALL || in.Op >= x64.JO && in.Op <= x64.JG; control && o != nil && !target {
		t.Errorf("%s: not to a label", in)
	}
	if m, ok := o.(x64.Mem); ok && m.Sym == "" && m.Base == x64.NoReg {
		t.Errorf("%s: no base", in)
	}
}

// Every routine but the plain places inside one says what goes in and out.
func TestContracts(t *testing.T) {
	for name, text := range specs() {
		for _, item := range program(t, text).Items {
			l, ok := item.(x64.Label)
			if !ok {
				continue
			}
			for _, line := range l.Doc {
				if strings.TrimSpace(line) == "" || strings.Contains(line, "\n") {
					t.Errorf("%s: %s has the line %q", name, l.Name, line)
				}
			}
		}
	}
}

// A build has what its spec needs, and nothing else.
func TestNothingUnneeded(t *testing.T) {
	for _, tt := range []struct {
		spec   string
		absent []string
	}{
		{"plain", []string{"flush", "gather", "connection", "log_response", "derive", "choose_variant", "hash_word", "tell_port"}},
		{"request ten off", []string{"set_option", "silent", "drain", "flush", "log_start"}},
		{"connection ten off", []string{"set_option", "silent", "drain", "respond_composed"}},
		{"many", []string{"tree_1", "route_r_1"}},
		{"connection hardened off", []string{"turn", "sweep", "watch", "hand_over", "send_at_once", "hear"}},
	} {
		labels := map[string]bool{}
		for _, item := range program(t, specs()[tt.spec]).Items {
			if l, ok := item.(x64.Label); ok {
				labels[l.Name] = true
			}
		}
		for _, name := range tt.absent {
			if labels[name] {
				t.Errorf("%s has %s", tt.spec, name)
			}
		}
		if !labels["_start"] || !labels["accept_loop"] || !labels["respond"] {
			t.Errorf("%s lacks what every server has", tt.spec)
		}
	}
}
