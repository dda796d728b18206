package child

import (
	"os"
	"os/exec"
	"strconv"

	"github.com/verbosel/verbosel/codegen"
)

// firstSocket is the descriptor of the first socket that is handed over (sd_listen_fds(3)).
const firstSocket = 3

// Command is that of a server. One that takes its socket over gets the one that was handed to
// this process.
func Command(path string, r *codegen.Result) *exec.Cmd {
	network, _ := r.Address(os.Getenv)
	if network != "systemd" || os.Getenv("LISTEN_PID") != strconv.Itoa(os.Getpid()) {
		return exec.Command(path)
	}
	// LISTEN_PID has to be the server's, which is not known before it is there: that of a shell
	// which becomes the server.
	server := exec.Command("/bin/sh", "-c", `LISTEN_PID=$$ exec "$0"`, path)
	server.ExtraFiles = []*os.File{os.NewFile(firstSocket, "the socket")}
	return server
}
