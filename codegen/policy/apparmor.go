package policy

import (
	"errors"
	"fmt"
	"strings"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// plainPath is a path that AppArmor takes as it stands: without quotes, globs, variables
// and the like (apparmor.d(5), "Globbing").
var plainPath = lazy.New(`^(/[A-Za-z0-9_][A-Za-z0-9._+-]*)+$`)

// networks are AppArmor's names of address families.
var networks = map[string]string{"AF_INET": "inet", "AF_INET6": "inet6"}

// writeAppArmor writes a profile (apparmor.d(5)). It allows the server's own file to be
// mapped, streams of its address family, and signals; no capability, no other file.
func writeAppArmor(p *Policy) ([]byte, error) {
	if !plainPath.MatchString(p.Program) {
		return nil, fmt.Errorf("the program %q is no absolute path of plain names (letters, digits and ._+-), which AppArmor would take as it stands", p.Program)
	}
	families, err := p.Families()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, `# What a server may do, found in its ELF by verbosel. AppArmor does not filter system calls:
# use a seccomp profile too. Everything that is not named is refused: files, capabilities, exec.
profile verbosel-server flags=(attach_disconnected) {
  %s mr,
  signal (receive),
`, p.Program)
	for _, family := range families {
		network, known := networks[family]
		if !known {
			return nil, errors.New("the server listens on a unix socket, whose file an AppArmor profile would have to name: this format is for servers on TCP")
		}
		fmt.Fprintf(&b, "  network %s stream,\n", network)
	}
	b.WriteString("}\n")
	return []byte(b.String()), nil
}
