package policy

import (
	"fmt"

	"github.com/moby/profiles/seccomp"
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/verbosel/verbosel/codegen/verify"
)

// OCI is the policy as runtimes take it (OCI runtime spec, config-linux.md, "Seccomp"). The
// process is killed, with all its threads, by a call that is not allowed, and by one of
// another architecture.
func (p *Policy) OCI() specs.LinuxSeccomp {
	s := specs.LinuxSeccomp{DefaultAction: specs.ActKillProcess, Architectures: []specs.Arch{specs.ArchX86_64}}
	for _, c := range p.Calls {
		s.Syscalls = append(s.Syscalls, rules(c)...)
	}
	return s
}

// Docker is the policy as `docker run --security-opt seccomp=FILE` takes it.
func (p *Policy) Docker() seccomp.Seccomp {
	s := seccomp.Seccomp{LinuxSeccomp: p.OCI()}
	s.LinuxSeccomp.Syscalls = nil // Docker's own list takes its place
	for _, c := range p.Calls {
		for _, rule := range rules(c) {
			s.Syscalls = append(s.Syscalls, &seccomp.Syscall{LinuxSyscall: rule, Comment: p.comment(c)})
		}
	}
	return s
}

// rules are one rule for each way of a call: it is allowed where one of them matches, and
// one matches where all its arguments do.
func rules(c Call) []specs.LinuxSyscall {
	var list []specs.LinuxSyscall
	for _, way := range c.Ways {
		list = append(list, specs.LinuxSyscall{Names: []string{c.Name}, Action: specs.ActAllow, Args: conditions(way)})
	}
	return list
}

func conditions(way []verify.Argument) []specs.LinuxSeccompArg {
	var list []specs.LinuxSeccompArg
	for _, a := range way {
		list = append(list, specs.LinuxSeccompArg{Index: uint(a.Index), Value: a.Value, Op: specs.OpEqualTo})
	}
	return list
}

// comment says for whom a call is allowed.
func (p *Policy) comment(c Call) string {
	for _, name := range p.Runtime.Calls {
		if name == c.Name {
			return fmt.Sprintf("%s, between applying this profile and exec", p.Runtime.Name)
		}
	}
	return "the server"
}

func writeOCI(p *Policy) ([]byte, error)    { return encodeJSON(p.OCI()) }
func writeDocker(p *Policy) ([]byte, error) { return encodeJSON(p.Docker()) }
