package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/verify"
)

// Runtime is what starts a server under a policy: between applying it and exec it makes
// system calls of its own, which the policy must allow, for the server too.
type Runtime struct {
	Name  string
	Says  string // what it is, and what it demands
	Calls []string
}

// Runtimes are those that are known.
//
// The calls of runc were taken from a trace of runc 1.1.5, from the filter to exec in the
// thread that is filtered, with no_new_privileges: then the filter is applied last. They are
// those of runc itself (it closes descriptors, and opens its FIFO to wait for the start) and
// those that Go's runtime makes in any program when it wants to (futex, mmap and so on).
func Runtimes() []Runtime {
	return []Runtime{
		{"exec", "a launcher that applies the profile itself, last before exec", []string{"execve"}},
		{"runc", "Docker, Podman, containerd and CRI-O with runc; wants no-new-privileges", []string{
			"close", "epoll_ctl", "epoll_pwait", "execve", "fcntl", "fstat", "fstatfs", "futex",
			"getdents64", "getpid", "madvise", "mmap", "munmap", "nanosleep", "newfstatat",
			"openat", "read", "rt_sigprocmask", "rt_sigreturn", "sched_yield", "tgkill", "write",
		}},
	}
}

// Widen gives the policy room for a runtime.
func (p *Policy) Widen(name string) (*Policy, error) {
	var known []string
	for _, r := range Runtimes() {
		if r.Name == name {
			return p.with(r), nil
		}
		known = append(known, r.Name)
	}
	return nil, fmt.Errorf("%q is no runtime that is known: these are %s", name, strings.Join(known, ", "))
}

// with allows the calls of a runtime, whatever their arguments.
func (p *Policy) with(r Runtime) *Policy {
	wide := &Policy{Program: p.Program, Runtime: r}
	for _, c := range p.Calls {
		if !slices.Contains(r.Calls, c.Name) {
			wide.Calls = append(wide.Calls, c)
		}
	}
	for _, name := range r.Calls {
		wide.Calls = append(wide.Calls, Call{name, [][]verify.Argument{{}}})
	}
	slices.SortFunc(wide.Calls, func(a, b Call) int { return strings.Compare(a.Name, b.Name) })
	return wide
}
