package policy_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/moby/profiles/seccomp"
	"github.com/opencontainers/runtime-spec/specs-go"
)

// README says how many calls Docker's default profile allows a container without added
// capabilities on x86-64, whatever their arguments or for some of them, and how many ours.
func TestReadmeCounts(t *testing.T) {
	theirs, err := seccomp.GetDefaultProfile(&specs.Spec{Process: &specs.Process{Capabilities: &specs.LinuxCapabilities{}}})
	if err != nil {
		t.Fatal(err)
	}
	ours := derive(t, hello(t))
	wide, err := ours.Widen("runc")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("Docker's default profile allows %d system calls by name; hello's allows %d, and with what runc needs %d",
		allowed(theirs.Syscalls), allowed(ours.OCI().Syscalls), allowed(wide.OCI().Syscalls))
	if text := strings.Join(strings.Fields(string(readme)), " "); !strings.Contains(text, want) {
		t.Errorf("README does not say: %s", want)
	}
}

// allowed counts the names that a rule allows.
func allowed(rules []specs.LinuxSyscall) int {
	names := map[string]bool{}
	for _, rule := range rules {
		for _, name := range rule.Names {
			if rule.Action == specs.ActAllow {
				names[name] = true
			}
		}
	}
	return len(names)
}
