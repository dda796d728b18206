package policy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/profiles/seccomp"
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/policy"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/gate"
)

// hello compiles the smallest example.
func hello(t *testing.T) *codegen.Result { return compile(t, os.DirFS("../../examples/hello")) }

func compile(t *testing.T, fsys fs.FS) *codegen.Result {
	t.Helper()
	r, err := codegen.Compile(fsys, "routes.yaml", codegen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func compileText(t *testing.T, spec string) *codegen.Result {
	return compile(t, fstest.MapFS{"routes.yaml": {Data: []byte(spec)}})
}

func derive(t *testing.T, r *codegen.Result) *policy.Policy {
	t.Helper()
	p, err := policy.New(r.Report)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func encode(t *testing.T, p *policy.Policy, format string) string {
	t.Helper()
	text, err := p.Encode(format)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// decode reads JSON into the type that its consumer has, which must know every key.
func decode(t *testing.T, text string, into any) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// helloRules are the calls of examples/hello: its arguments in words are AF_INET and
// SOCK_STREAM, SOL_SOCKET's SO_REUSEADDR, SO_RCVTIMEO and SO_SNDTIMEO, TCP_NODELAY, a wait of
// 100 ms, any child, and SIGINT, SIGQUIT, SIGPIPE, SIGTERM and SIGCHLD.
const helloRules = `accept 1=0 2=0
bind 2=16
close
exit 0=0
exit 0=1
fork
listen 1=128
poll 1=0 2=100
read
restart_syscall
rt_sigaction 0=2 2=0 3=8
rt_sigaction 0=3 2=0 3=8
rt_sigaction 0=13 2=0 3=8
rt_sigaction 0=15 2=0 3=8
rt_sigaction 0=17 2=0 3=8
setsockopt 1=1 2=2 4=4
setsockopt 1=1 2=20 4=16
setsockopt 1=1 2=21 4=16
setsockopt 1=6 2=1 4=4
socket 0=2 1=1 2=0
wait4 0=4294967295 1=0 2=0 3=0
write
`

// lines writes rules as they stand in helloRules.
func lines(t *testing.T, s specs.LinuxSeccomp) string {
	t.Helper()
	if s.DefaultAction != specs.ActKillProcess || !slices.Equal(s.Architectures, []specs.Arch{specs.ArchX86_64}) {
		t.Errorf("by default %s, for %v", s.DefaultAction, s.Architectures)
	}
	var b strings.Builder
	for _, rule := range s.Syscalls {
		b.WriteString(ruleLine(t, rule))
	}
	return b.String()
}

func ruleLine(t *testing.T, rule specs.LinuxSyscall) string {
	t.Helper()
	if rule.Action != specs.ActAllow || len(rule.Names) != 1 {
		t.Errorf("a rule of %s for %v", rule.Action, rule.Names)
	}
	words := []string{rule.Names[0]}
	for _, a := range rule.Args {
		if a.Op != specs.OpEqualTo {
			t.Errorf("%s compares with %s", rule.Names[0], a.Op)
		}
		text, _ := json.Marshal([]uint64{uint64(a.Index), a.Value})
		words = append(words, strings.Replace(strings.Trim(string(text), "[]"), ",", "=", 1))
	}
	return strings.Join(words, " ") + "\n"
}

func TestOCI(t *testing.T) {
	var s specs.LinuxSeccomp
	decode(t, encode(t, derive(t, hello(t)), "oci"), &s)
	if diff := cmp.Diff(helloRules, lines(t, s)); diff != "" {
		t.Error(diff)
	}
}

func TestDocker(t *testing.T) {
	var s seccomp.Seccomp
	decode(t, encode(t, derive(t, hello(t)), "docker"), &s)
	var rules specs.LinuxSeccomp
	rules.DefaultAction, rules.Architectures = s.DefaultAction, s.Architectures
	for _, rule := range s.Syscalls {
		if rule.Comment != "the server" {
			t.Errorf("%v are for %q", rule.Names, rule.Comment)
		}
		rules.Syscalls = append(rules.Syscalls, rule.LinuxSyscall)
	}
	if diff := cmp.Diff(helloRules, lines(t, rules)); diff != "" {
		t.Error(diff)
	}
}

// The ELF alone says the same as the compiler, down to the byte, in every format.
func TestReadELF(t *testing.T) {
	r := hello(t)
	var elf bytes.Buffer
	if err := r.WriteELF(&elf); err != nil {
		t.Fatal(err)
	}
	read, err := policy.Read(bytes.NewReader(elf.Bytes()), int64(elf.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range policy.Formats() {
		if diff := cmp.Diff(encode(t, derive(t, r), f.Name), encode(t, read, f.Name)); diff != "" {
			t.Errorf("%s: %s", f.Name, diff)
		}
	}
}

// With the ten there is no setsockopt; over IPv6 the socket is another; a log makes accept
// tell the client's address.
func TestPolicyIsOfThisServer(t *testing.T) {
	const routes = "routes: [{ path: /, body: x }]\n"
	for _, c := range []struct{ name, server, has, hasNot string }{
		{"ten", "syscalls: ten", "socket 0=2 1=1 2=0\n", "poll"},
		{"ten, once more", "syscalls: ten", "fork\n", "restart_syscall"},
		{"IPv6", `listen: "[::1]:8080"`, "socket 0=10 1=1 2=0\n", "socket 0=2"},
		{"unix", `listen: "unix:/run/a.sock"`, "socket 0=1 1=1 2=0\n", "socket 0=2"},
		{"backlog", `backlog: 7`, "listen 1=7\n", "listen 1=128"},
		{"log", "access_log: common", "accept\n", "accept 1=0"},
		{"log of one process", "isolation: proof\n  access_log: common", "pwritev2 0=1 2=1 3=18446744073709551615 5=8\n", "pwritev2\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := derive(t, compileText(t, "server:\n  "+c.server+"\n"+routes))
			if got := lines(t, p.OCI()); !strings.Contains(got, c.has) || strings.Contains(got, c.hasNot) {
				t.Errorf("want %q and not %q in\n%s", c.has, c.hasNot, got)
			}
		})
	}
}

func TestWiden(t *testing.T) {
	for _, r := range policy.Runtimes() {
		p, err := derive(t, hello(t)).Widen(r.Name)
		if err != nil {
			t.Fatal(err)
		}
		got := "\n" + lines(t, p.OCI())
		for _, name := range r.Calls {
			if strings.Count(got, "\n"+name+"\n") != 1 || strings.Contains(got, "\n"+name+" ") {
				t.Errorf("%s: %s is not allowed once, whatever its arguments:%s", r.Name, name, got)
			}
		}
		if !strings.Contains(got, "\nsocket 0=2 1=1 2=0\n") {
			t.Errorf("%s: the server's own calls have no place:%s", r.Name, got)
		}
		var s seccomp.Seccomp
		decode(t, encode(t, p, "docker"), &s)
		for _, rule := range s.Syscalls {
			want := "the server"
			if slices.Contains(r.Calls, rule.Names[0]) {
				want = r.Name + ", between applying this profile and exec"
			}
			if rule.Comment != want {
				t.Errorf("%s: %v are for %q, want %q", r.Name, rule.Names, rule.Comment, want)
			}
		}
	}
}

// socketOf is a report of a proof with one socket call.
func socketOf(way ...verify.Argument) *verify.Report {
	return &verify.Report{Proof: verify.Proof{Calls: []verify.Call{{Number: 41, Arguments: [][]verify.Argument{way}}}}}
}

func TestErrors(t *testing.T) {
	if _, err := policy.New(&verify.Report{Report: gate.Report{Syscalls: []verify.Syscall{{Name: "read"}}}}); err == nil || !strings.Contains(err.Error(), "the server is not proved") {
		t.Errorf("a server that is not proved: %v", err)
	}
	for _, c := range []struct {
		name, format, program, want string
		report                      *verify.Report
	}{
		{name: "no format", format: "selinux", want: `"selinux" is no format: these are oci, docker, systemd, apparmor`, report: socketOf()},
		{name: "family unknown", format: "systemd", want: "the family of a socket is not known", report: socketOf()},
		{name: "family unnamed", format: "apparmor", want: "the family of a socket is not known", report: socketOf(verify.Argument{Value: 17})},
		{name: "family elsewhere", format: "systemd", want: "the family of a socket is not known", report: socketOf(verify.Argument{Index: 1, Value: 2})},
		{name: "unix", format: "apparmor", want: "a unix socket, whose file", report: socketOf(verify.Argument{Value: 1})},
		{name: "injected rule", format: "apparmor", program: "/server mr,\n  /etc/shadow", want: "is no absolute path of plain names", report: socketOf(verify.Argument{Value: 2})},
		{name: "glob", format: "apparmor", program: "/srv/**", want: "is no absolute path of plain names", report: socketOf(verify.Argument{Value: 2})},
		{name: "relative", format: "apparmor", program: "server", want: "is no absolute path of plain names", report: socketOf(verify.Argument{Value: 2})},
		{name: "dots", format: "apparmor", program: "/srv/../server", want: "is no absolute path of plain names", report: socketOf(verify.Argument{Value: 2})},
	} {
		p, err := policy.New(c.report)
		if err != nil {
			t.Fatal(err)
		}
		if c.program != "" {
			p.Program = c.program
		}
		if text, err := p.Encode(c.format); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q, %v; want %s", c.name, text, err, c.want)
		}
	}
	if _, err := new(policy.Policy).Widen("rkt"); err == nil || err.Error() != `"rkt" is no runtime that is known: these are exec, runc` {
		t.Errorf("%v", err)
	}
}

// What cannot be proved has no policy, and a reader's own failure is handed on.
func TestReadErrors(t *testing.T) {
	var refused *verify.Error
	if _, err := policy.Read(strings.NewReader("\x7fELF"), 4); !errors.As(err, &refused) {
		t.Errorf("a part of a header: %v", err)
	}
}

// A server whose proof is remembered has the same policy: what is known of its calls is
// remembered too.
func TestRememberedProof(t *testing.T) {
	memo := codegen.ProofMemo{Prover: "this", Store: store{}}
	var text []string
	for i := range 2 {
		r, err := codegen.Compile(os.DirFS("../../examples/hello"), "routes.yaml", codegen.Options{Proofs: &memo})
		if err != nil || r.Remembered != (i == 1) {
			t.Fatalf("remembered: %v, %v", r.Remembered, err)
		}
		text = append(text, encode(t, derive(t, r), "oci"))
	}
	if text[0] != text[1] {
		t.Error(cmp.Diff(text[0], text[1]))
	}
}

// store keeps what is put into it.
type store map[string][]byte

func (s store) Put(key string, entry []byte) error { s[key] = slices.Clone(entry); return nil }

func (s store) Open(key string) (io.ReadCloser, error) {
	if entry, ok := s[key]; ok {
		return io.NopCloser(bytes.NewReader(entry)), nil
	}
	return nil, fs.ErrNotExist
}

// Under one profile run a server and its probe: what either does is allowed, each call once.
func TestWithProbe(t *testing.T) {
	r := hello(t)
	probe, err := r.Probe(nil)
	if err != nil {
		t.Fatal(err)
	}
	server, both := derive(t, r), derive(t, r).With(derive(t, probe))
	var names []string
	for _, c := range both.Calls {
		names = append(names, c.Name)
	}
	want := []string{"connect"}
	for _, c := range server.Calls {
		want = append(want, c.Name)
	}
	if slices.Sort(want); !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
	for _, tt := range []struct {
		call string
		ways int // hello sets four options, its probe the timeouts too, by other registers
	}{{"connect", 1}, {"socket", 1}, {"exit", 2}, {"write", 1}} {
		i := slices.IndexFunc(both.Calls, func(c policy.Call) bool { return c.Name == tt.call })
		if got := len(both.Calls[i].Ways); got != tt.ways {
			t.Errorf("%s has %d ways, want %d: %v", tt.call, got, tt.ways, both.Calls[i].Ways)
		}
	}
	if again := both.With(derive(t, probe)); !slices.EqualFunc(again.Calls, both.Calls, func(a, b policy.Call) bool { return a.Name == b.Name && len(a.Ways) == len(b.Ways) }) {
		t.Error("what is there is there twice")
	}
}
