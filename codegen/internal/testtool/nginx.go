package testtool

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// nginxFrame has nginx run as one process in the foreground, which writes below its prefix only.
const nginxFrame = `%s
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
%s
}
`

// Nginx runs nginx with the directives of its http block until the test ends. They have it
// listen on port of 127.0.0.1, and this returns that address once it does.
func Nginx(t testing.TB, port int, http string) (addr string) {
	t.Helper()
	nginx := Need(t, "nginx", "/usr/sbin/nginx")
	prefix := t.TempDir()
	user := ""
	if os.Getuid() == 0 {
		user = "user root;" // what it serves is this user's
	}
	config := filepath.Join(prefix, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, nginxFrame, user, http), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nginx, "-p", prefix+"/", "-c", config, "-e", filepath.Join(prefix, "error.log"))
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // it has answered, or the test has failed
	})
	addr = fmt.Sprintf("127.0.0.1:%d", port)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return addr
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	t.Fatalf("nginx does not listen: %s", output.String())
	return ""
}
