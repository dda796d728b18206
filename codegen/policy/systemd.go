package policy

import (
	"fmt"
	"strings"
)

// writeSystemd writes a drop-in (systemd.unit(5)) with the filters of systemd.exec(5). With a
// list of what is allowed, anything else ends the process with SIGSYS.
func writeSystemd(p *Policy) ([]byte, error) {
	list, err := p.Families()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, `# The %d system calls that are allowed, found in the server's ELF by verbosel.
# Install as /etc/systemd/system/NAME.service.d/seccomp.conf. systemd itself allows execve, exit_group
# and a few harmless calls besides: see SystemCallFilter= in systemd.exec(5).
[Service]
NoNewPrivileges=yes
SystemCallArchitectures=x86-64
SystemCallFilter=%s
RestrictAddressFamilies=%s
`, len(p.Calls), strings.Join(p.names(), " "), strings.Join(list, " "))
	return []byte(b.String()), nil
}
