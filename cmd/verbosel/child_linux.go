package main

import (
	"os/exec"
	"syscall"
)

// endWithUs makes the server end when verbosel does, even by SIGKILL.
func endWithUs(server *exec.Cmd) {
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
