package policy

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/verify"
)

// Policy is the system calls of a server.
type Policy struct {
	Calls []Call // by name

	// Program is the path of the server where it runs, for formats that name it.
	Program string
	// Runtime is what Widen made room for; its name is empty where that is nothing.
	Runtime Runtime
}

// Call is a system call with the ways in which it may be made, one at least. All arguments
// that a way names have the values that it says; a way without any is alone, and allows all.
type Call struct {
	Name string
	Ways [][]verify.Argument
}

// resumed are calls with which the kernel goes on, when the process was stopped meanwhile, by
// having it make restart_syscall, which is in no program's code (restart_syscall(2)).
var resumed = []string{"poll"}

// defaultProgram is where images have the server.
const defaultProgram = "/server"

// New derives the policy of a server from the report of its proof. A call to which no way
// leads in the proof has no place in it.
func New(report *verify.Report) (*Policy, error) {
	if len(report.Calls) == 0 {
		return nil, errors.New("the server is not proved: what calls it makes is not known")
	}
	p := &Policy{Program: defaultProgram}
	for _, c := range report.Calls {
		p.Calls = append(p.Calls, Call{verify.SyscallName(int(c.Number)), c.Arguments})
	}
	if slices.ContainsFunc(p.Calls, func(c Call) bool { return slices.Contains(resumed, c.Name) }) {
		p.Calls = append(p.Calls, Call{"restart_syscall", [][]verify.Argument{{}}})
	}
	slices.SortFunc(p.Calls, func(a, b Call) int { return strings.Compare(a.Name, b.Name) })
	return p, nil
}

// With is the policy of two programs that run under one profile: what either does.
func (p *Policy) With(other *Policy) *Policy {
	out := *p
	out.Calls = slices.Clone(p.Calls)
	for _, c := range other.Calls {
		i := slices.IndexFunc(out.Calls, func(have Call) bool { return have.Name == c.Name })
		if i < 0 {
			out.Calls = append(out.Calls, c)
			continue
		}
		out.Calls[i].Ways = union(out.Calls[i].Ways, c.Ways)
	}
	slices.SortFunc(out.Calls, func(a, b Call) int { return strings.Compare(a.Name, b.Name) })
	return &out
}

// union has the ways of both lists; a way without arguments allows all, and is alone.
func union(a, b [][]verify.Argument) [][]verify.Argument {
	out := slices.Clone(a)
	for _, way := range b {
		if !slices.ContainsFunc(out, func(have []verify.Argument) bool { return slices.Equal(have, way) }) {
			out = append(out, way)
		}
	}
	if slices.ContainsFunc(out, func(way []verify.Argument) bool { return len(way) == 0 }) {
		return [][]verify.Argument{{}}
	}
	return out
}

// Read derives the policy of the ELF of size bytes that r holds, which it proves. An
// *verify.Error says why it cannot be proved; any other error is one of r.
func Read(r io.ReaderAt, size int64) (*Policy, error) {
	report, err := verify.Check(r, size, verify.Any())
	if err != nil {
		return nil, err
	}
	return New(report)
}

// families are the names of what socket(2) makes, by number (Linux, linux/socket.h).
var families = map[uint64]string{1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6"}

// Families names the address families of the sockets that the server makes.
func (p *Policy) Families() ([]string, error) {
	var names []string
	for _, c := range p.Calls {
		if c.Name != "socket" {
			continue
		}
		for _, way := range c.Ways {
			name := ""
			if len(way) > 0 && way[0].Index == 0 {
				name = families[way[0].Value]
			}
			if name == "" {
				return nil, fmt.Errorf("the family of a socket is not known")
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return []string{"none"}, nil // as systemd has it: no socket is opened
	}
	slices.Sort(names)
	return names, nil
}

// names are the calls' names.
func (p *Policy) names() []string {
	list := make([]string, len(p.Calls))
	for i, c := range p.Calls {
		list[i] = c.Name
	}
	return list
}
