package consumers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/policy"
)

const root = "../../.."

// profile is a server's profile for the launcher, which executes it.
func profile(t *testing.T, b *emitted.Binary) []byte {
	t.Helper()
	p, err := policy.New(b.Result.Report)
	if err == nil {
		p, err = p.Widen("exec")
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := p.Encode("oci")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Under its own profile a server answers every golden request as without one: each golden
// file's, proved, in one of its isolations by the seed, and in all with VERBOSEL_TEST_RARE;
// isolation: proof, whose proofs take long, for the files in inLoop alone otherwise.
func TestGoldenUnderSeccomp(t *testing.T) {
	files, err := filepath.Glob(root + "/testdata/http/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d golden files, %v", len(files), err)
	}
	rng := rand.New(rand.NewPCG(testtool.Seed(t), 3))
	short, inLoop := map[string]bool{"bodies": true, "pipelining": true, "site_ranges": true}, map[string]bool{"chunked": true}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			if !short[name] {
				testtool.Long(t, "a proof of each variant of each golden file's server")
			}
			choose := func(all []emitted.Variant) []emitted.Variant {
				if testtool.IsRare() {
					return all
				}
				return few(rng, all, inLoop[name])
			}
			emitted.RunGoldenWhole(t, file, choose, func(t *testing.T, b *emitted.Binary) emitted.Options { return under(t, profile(t, b)) })
		})
	}
}

// few are one of those that have a process for each connection, and the loop where it is wanted.
func few(rng *rand.Rand, all []emitted.Variant, loop bool) []emitted.Variant {
	forks := slices.DeleteFunc(slices.Clone(all), func(v emitted.Variant) bool { return v == emitted.Proof })
	out := []emitted.Variant{forks[rng.IntN(len(forks))]}
	if loop {
		out = append(out, emitted.Proof)
	}
	return out
}

// systemd's filter of the same calls tells no arguments apart, and RestrictAddressFamilies
// the family alone: the names in the drop-in are enough too.
func TestSystemdFilter(t *testing.T) {
	b := hello(t)
	p, err := policy.New(b.Result.Report)
	if err != nil {
		t.Fatal(err)
	}
	unit, err := p.Encode("systemd")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(unit), "\nSystemCallFilter=")
	names, _, _ := strings.Cut(rest, "\n")
	s := specs.LinuxSeccomp{DefaultAction: specs.ActKillProcess, Syscalls: []specs.LinuxSyscall{
		{Names: append(strings.Fields(names), "execve"), Action: specs.ActAllow},
	}}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	server := b.Start(t, under(t, text))
	if got := ask(t, server.Addr); !strings.HasPrefix(got, "HTTP/1.1 200 OK\r\n") {
		t.Errorf("%q", got)
	}
}

// The golden files' servers have the default system calls; with the ten it is the same.
func TestTenUnderSeccomp(t *testing.T) {
	for _, v := range []emitted.Variant{emitted.RequestTen, emitted.ConnectionTen} {
		b := build(t, v)
		server := b.Start(t, under(t, profile(t, b)))
		if got := ask(t, server.Addr); !strings.HasPrefix(got, "HTTP/1.1 200 OK\r\n") {
			t.Errorf("%v: %q", v, got)
		}
	}
}

func hello(t *testing.T) *emitted.Binary { return build(t, emitted.Request) }

func build(t *testing.T, v emitted.Variant) *emitted.Binary {
	return emitted.BuildText(t, v.Spec("", "routes: [{ path: /, body: \"hello\\n\" }]\n"))
}

// ask sends a request, and gives all that comes back, nothing where the server is gone.
func ask(t *testing.T, addr string) string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return ""
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	_, _ = c.Write([]byte("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
	var b bytes.Buffer
	_, _ = b.ReadFrom(c)
	return b.String()
}

// Status of a process that seccomp ended: SIGSYS is 31.
const killed = 128 + 31

// A server that was patched to make another call, or one of its own with another argument,
// is killed under the profile of what it was before. Without the profile it serves, so that
// nothing else can be what ended it; where it does not, it says why and exits with status 1.
func TestPatchedServerIsKilled(t *testing.T) {
	b := hello(t)
	p := profile(t, b)
	for _, c := range []struct {
		name, old, new string
		atBoot, fails  bool
	}{
		{name: "getpid instead of fork", old: "\xb8\x39\x00\x00\x00\x0f\x05", new: "\xb8\x27\x00\x00\x00\x0f\x05"}, // mov eax, 57; syscall
		{name: "a backlog of 129", old: "\xbe\x80\x00\x00\x00", new: "\xbe\x81\x00\x00\x00", atBoot: true},         // mov esi, 128
		{name: "SIGUSR1 instead of SIGTERM", old: "\x40\xb7\x0f", new: "\x40\xb7\x0a", atBoot: true},               // mov dil, 15
		{name: "AF_INET6", old: "\x8d\x7a\x02", new: "\x8d\x7a\x0a", atBoot: true, fails: true},                    // lea edi, [rdx + 2]
	} {
		t.Run(c.name, func(t *testing.T) {
			patched := patch(t, b, c.old, c.new)
			if c.fails {
				if exit := patched.Run(t, emitted.Options{}); exit.Status != 1 {
					t.Fatalf("without the profile: %+v", exit)
				}
			} else {
				staysAlive(t, patched)
			}
			if c.atBoot {
				if exit := patched.Run(t, under(t, p)); exit.Status != killed {
					t.Errorf("%+v, want status %d", exit, killed)
				}
				return
			}
			server := patched.Start(t, under(t, p))
			defer server.Kill()
			if got := ask(t, server.Addr); got != "" {
				t.Errorf("it answers %q", got)
			}
			if status, err := server.Wait(); err != nil || status != killed {
				t.Errorf("status %d, %v, want %d", status, err, killed)
			}
		})
	}
}

// staysAlive demands that a server outlives a request.
func staysAlive(t *testing.T, b *emitted.Binary) {
	t.Helper()
	server := b.Start(t, emitted.Options{})
	defer server.Kill()
	if ask(t, server.Addr); !server.Alive() {
		t.Fatal("without the profile the server ends too")
	}
}

// A server that is stopped and goes on while it waits for a descriptor is not killed: the
// kernel makes another call for it then. Without that in its profile it is.
func TestStoppedWhileItWaits(t *testing.T) {
	b := hello(t)
	p := profile(t, b)
	server := b.Start(t, under(t, p, limit+"=4")) // the standard ones and the listener
	if stopAndGoOn(t, server); !server.Alive() {
		t.Error("killed")
	}
	var less specs.LinuxSeccomp
	if err := json.Unmarshal(p, &less); err != nil {
		t.Fatal(err)
	}
	less.Syscalls = slices.DeleteFunc(less.Syscalls, func(s specs.LinuxSyscall) bool { return s.Names[0] == "restart_syscall" })
	text, err := json.Marshal(less)
	if err != nil {
		t.Fatal(err)
	}
	server = b.Start(t, under(t, text, limit+"=4"))
	defer server.Kill()
	stopAndGoOn(t, server)
	if status, err := server.Wait(); err != nil || status != killed {
		t.Errorf("without restart_syscall: status %d, %v, want %d", status, err, killed)
	}
}

// stopAndGoOn stops a server that waits for a descriptor, which it does nearly all the time
// while there is none for a client.
func stopAndGoOn(t *testing.T, server *emitted.Server) {
	t.Helper()
	c, err := net.Dial("tcp", server.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 20 {
		time.Sleep(30 * time.Millisecond)
		_ = syscall.Kill(server.PID, syscall.SIGSTOP) // it may be gone
		for server.Alive() && !isStopped(server.PID) {
			time.Sleep(time.Millisecond)
		}
		if !server.Alive() {
			return
		}
		_ = syscall.Kill(server.PID, syscall.SIGCONT)
	}
}

// isStopped says whether a process has stopped: proc_pid_stat(5).
func isStopped(pid int) bool {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // nothing where it is gone
	_, state, _ := bytes.Cut(text, []byte(") "))
	return bytes.HasPrefix(state, []byte("T"))
}

// patch replaces bytes of a server, in the one place where they are.
func patch(t *testing.T, b *emitted.Binary, old, new string) *emitted.Binary {
	t.Helper()
	elf, err := os.ReadFile(b.Path)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(elf, []byte(old)); n != 1 {
		t.Fatalf("% x is in %d places", old, n)
	}
	path := filepath.Join(t.TempDir(), "patched")
	if err := os.WriteFile(path, bytes.Replace(elf, []byte(old), []byte(new), 1), 0o755); err != nil {
		t.Fatal(err)
	}
	return &emitted.Binary{Path: path, Result: b.Result}
}
