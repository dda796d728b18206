package consumers

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"github.com/elastic/go-seccomp-bpf"
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// launch is the first argument that makes the test program a launcher: behind it stand a
// profile, as --format oci writes it, and the program that is executed under it.
const launch = "launch"

func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == launch {
		fmt.Fprintln(os.Stderr, "launching:", launchUnder(os.Args[2], os.Args[3]))
		os.Exit(125)
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "consumers-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	compiled = filepath.Join(dir, "verbosel")
	return m.Run()
}

// compiled is where the compiler is, once a test has asked for it.
var compiled string

// compiler is the compiler, which is of the other module and is linked once for all tests.
func compiler(t *testing.T) string {
	t.Helper()
	if err := linked(); err != nil {
		t.Fatal(err)
	}
	return compiled
}

var linked = sync.OnceValue(func() error {
	build := exec.Command("go", "build", "-o", compiled, "./cmd/verbosel")
	build.Dir = root
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, text)
	}
	return nil
})

// limit in the environment of the launcher is how many descriptors the program may have.
const limit = "LAUNCH_NOFILE"

// under has a server started by a launcher under a profile.
func under(t *testing.T, profile []byte, env ...string) emitted.Options {
	t.Helper()
	path := t.TempDir() + "/profile.json"
	if err := os.WriteFile(path, profile, 0o644); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// Go would signal its own threads to take turns, and return from that by a system call
	// that the profile does not allow.
	wrap := append([]string{"/usr/bin/env", "GODEBUG=asyncpreemptoff=1"}, env...)
	return emitted.Options{Wrap: append(wrap, self, launch, path)}
}

// launchUnder applies a profile and executes a program, with nothing in between.
func launchUnder(profile, program string) error {
	filter, err := readFilter(profile)
	if err != nil {
		return err
	}
	path, err := unix.BytePtrFromString(program)
	if err != nil {
		return err
	}
	port, err := unix.BytePtrFromString("PORT=" + os.Getenv("PORT"))
	if err != nil {
		return err
	}
	argv, envp := [2]*byte{path}, [2]*byte{port}
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}

	runtime.LockOSThread()
	if n, err := strconv.ParseUint(os.Getenv(limit), 10, 64); err == nil {
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: n, Max: n}); err != nil {
			return err
		}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	// Raw calls, so that Go's scheduler does not come between them.
	_, _, errno := syscall.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&prog)))
	if errno == 0 {
		_, _, errno = syscall.RawSyscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&argv)), uintptr(unsafe.Pointer(&envp)))
	}
	return errno
}

// readFilter assembles a profile.
func readFilter(path string) ([]unix.SockFilter, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var profile specs.LinuxSeccomp
	if err := json.Unmarshal(text, &profile); err != nil {
		return nil, err
	}
	policy, err := elastic(profile)
	if err != nil {
		return nil, err
	}
	program, err := policy.Assemble()
	if err != nil {
		return nil, err
	}
	raw, err := bpf.Assemble(program)
	filter := make([]unix.SockFilter, len(raw))
	for i, inst := range raw {
		filter[i] = unix.SockFilter{Code: inst.Op, Jt: inst.Jt, Jf: inst.Jf, K: inst.K}
	}
	return filter, err
}

// elastic is a profile in the terms of go-seccomp-bpf, of which it needs no more than
// verbosel writes.
func elastic(profile specs.LinuxSeccomp) (*seccomp.Policy, error) {
	if profile.DefaultAction != specs.ActKillProcess {
		return nil, fmt.Errorf("by default %s", profile.DefaultAction)
	}
	group := seccomp.SyscallGroup{Action: seccomp.ActionAllow}
	for _, rule := range profile.Syscalls {
		if rule.Action != specs.ActAllow {
			return nil, fmt.Errorf("%s for %v", rule.Action, rule.Names)
		}
		for _, name := range rule.Names {
			if len(rule.Args) == 0 {
				group.Names = append(group.Names, name)
				continue
			}
			var all seccomp.ArgumentConditions
			for _, a := range rule.Args {
				if a.Op != specs.OpEqualTo {
					return nil, fmt.Errorf("%s for an argument of %s", a.Op, name)
				}
				all = append(all, seccomp.Condition{Argument: uint32(a.Index), Operation: seccomp.Equal, Value: a.Value})
			}
			group.NamesWithCondtions = append(group.NamesWithCondtions, seccomp.NameWithConditions{Name: name, Conditions: all})
		}
	}
	return &seccomp.Policy{DefaultAction: seccomp.ActionKillProcess, Syscalls: []seccomp.SyscallGroup{group}}, nil
}
