package policy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify"
)

// run runs a consumer on a file, and demands that it says nothing and succeeds.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// systemd takes the drop-in, with each address family, and complains of nothing.
func TestSystemdVerifies(t *testing.T) {
	analyze := testtool.Need(t, "systemd-analyze")
	for _, listen := range []string{`"127.0.0.1:8080"`, `"[::1]:8080"`, "unix:/run/a.sock"} {
		text := encode(t, derive(t, compileText(t, "server: { listen: "+listen+" }\nroutes: [{ path: /, body: x }]\n")), "systemd")
		dir := t.TempDir()
		unit := filepath.Join(dir, "site.service")
		write(t, unit, "[Unit]\nDescription=A site\n[Service]\nExecStart=/bin/true\n")
		write(t, filepath.Join(dir, "site.service.d", "seccomp.conf"), text)
		run(t, analyze, "verify", "--man=no", unit)
		out, err := exec.Command(analyze, "security", "--offline=yes", "--no-pager", unit).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "✓ SystemCallFilter=~@privileged") && !strings.Contains(string(out), "System call allow list defined for service, and @privileged is not included") {
			t.Errorf("%s: the drop-in has no effect: %v\n%s", listen, err, out)
		}
	}
}

// What systemd does not take is found: the test above can fail.
func TestSystemdRefuses(t *testing.T) {
	analyze := testtool.Need(t, "systemd-analyze")
	unit := filepath.Join(t.TempDir(), "site.service")
	write(t, unit, "[Service]\nExecStart=/bin/true\nSystemCallFilter=no_such_call\n")
	if out, _ := exec.Command(analyze, "verify", "--man=no", unit).CombinedOutput(); !strings.Contains(string(out), "no_such_call") {
		t.Errorf("%q", out)
	}
}

// AppArmor's compiler takes the profile. That the kernel enforces it is not tested: where
// tests run there may be no AppArmor.
func TestAppArmorCompiles(t *testing.T) {
	parser := testtool.Need(t, "apparmor_parser", "/usr/sbin/apparmor_parser")
	for _, family := range []uint64{2, 10} {
		p := derive(t, hello(t))
		for i, c := range p.Calls {
			if c.Name == "socket" {
				p.Calls[i].Ways = [][]verify.Argument{{{Index: 0, Value: family}}}
			}
		}
		p.Program = "/srv/my-site_1.0/server+"
		file := filepath.Join(t.TempDir(), "profile")
		write(t, file, encode(t, p, "apparmor"))
		if out, err := exec.Command(parser, "--skip-kernel-load", "--skip-cache", file).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		write(t, file, strings.Replace(encode(t, p, "apparmor"), " mr,", " mr", 1))
		if out, err := exec.Command(parser, "--skip-kernel-load", "--skip-cache", file).CombinedOutput(); err == nil {
			t.Errorf("a broken profile is taken too: %s", out)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
