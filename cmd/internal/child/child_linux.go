package child

import (
	"os/exec"
	"syscall"
)

// EndWithUs makes the server end when verbosel does, even by SIGKILL.
func EndWithUs(server *exec.Cmd) {
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
