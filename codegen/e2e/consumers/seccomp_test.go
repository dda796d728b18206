package consumers

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
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

// Under its own profile a server answers every golden request as without one.
func TestGoldenUnderSeccomp(t *testing.T) {
	files, err := filepath.Glob(root + "/testdata/http/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d golden files, %v", len(files), err)
	}
	short := map[string]bool{"bodies": true, "pipelining": true, "site_ranges": true}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			if !short[name] {
				testtool.Long(t, "a proof of each variant of each golden file's server")
			}
			emitted.RunGoldenWhole(t, file, func(t *testing.T, b *emitted.Binary) emitted.Options { return under(t, profile(t, b)) })
		})
	}
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
// is killed under the profile of what it was before. Without the profile it goes on: that is
// what each case does first, so that nothing else can be what ended it.
func TestPatchedServerIsKilled(t *testing.T) {
	b := hello(t)
	p := profile(t, b)
	for _, c := range []struct {
		name, old, new string
		atBoot         bool
	}{
		// mov eax, 57; syscall
		{"getpid instead of fork", "\xb8\x39\x00\x00\x00\x0f\x05", "\xb8\x27\x00\x00\x00\x0f\x05", false},
		// mov esi, 128; mov dil, 15; mov esi, SOCK_STREAM, here with SOCK_NONBLOCK, and mov edi, AF_INET
		{"a backlog of 129", "\xbe\x80\x00\x00\x00", "\xbe\x81\x00\x00\x00", true},
		{"SIGUSR1 instead of SIGTERM", "\x40\xb7\x0f", "\x40\xb7\x0a", true},
		{"another type of socket", "\xbe\x01\x00\x00\x00\xbf\x02\x00\x00\x00", "\xbe\x01\x08\x00\x00\xbf\x02\x00\x00\x00", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			patched := patch(t, b, c.old, c.new)
			free := patched.Start(t, emitted.Options{})
			defer free.Kill()
			ask(t, free.Addr)
			if !free.Alive() {
				t.Fatal("without the profile the server ends too")
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
