package sites

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// compiler builds verbosel once.
var compiler = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "verbosel-sites-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "verbosel")
	cmd := exec.Command("go", "build", "-o", path, "./cmd/verbosel")
	cmd.Dir = "../../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	status := m.Run()
	if path, err := compiler(); err == nil && os.Getenv("VERBOSEL_TEST_SITES") != "" {
		_ = os.RemoveAll(filepath.Dir(path)) // it is the system's temporary folder
	}
	os.Exit(status)
}

func verbosel(t *testing.T) string {
	t.Helper()
	path, err := compiler()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// freePort is one that nobody listens on at the moment.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// talk collects what a program says, while it runs.
type talk struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *talk) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *talk) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// serve has `verbosel run` serve a folder or spec until the test ends. It returns the address, and
// what the command said before it served; without an address it has refused.
func serve(t *testing.T, arg string) (addr, says string) {
	t.Helper()
	port := freePort(t)
	cmd := exec.Command(verbosel(t), "run", "--port", fmt.Sprint(port), arg)
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(cacheFolder(t), "xdg"))
	var output talk
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-ended
	})
	for end := time.Now().Add(stepLimit); time.Now().Before(end); {
		select {
		case <-ended:
			return "", output.String()
		case <-time.After(50 * time.Millisecond):
		}
		if before, _, ok := strings.Cut(output.String(), ">> server listening"); ok {
			return fmt.Sprintf("127.0.0.1:%d", port), before
		}
	}
	t.Fatalf("no server after %s: %s", stepLimit, output.String())
	return "", ""
}

// serveSpec serves a folder by a spec of its own.
func serveSpec(t *testing.T, folder, keys string) (addr, says string) {
	t.Helper()
	dir := t.TempDir()
	text := fmt.Sprintf("server: { listen: \"127.0.0.1:8080\" }\nroutes:\n  - path: /\n    dir: %q\n", folder)
	for line := range strings.Lines(keys) {
		text += "    " + line
	}
	path := filepath.Join(dir, "routes.yaml")
	if err := os.WriteFile(path, []byte(text+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return serve(t, path)
}

// nginxHTTP has the types of nginx's own table. Addresses mean what they mean to nginx, and what
// they mean to GitHub Pages: page.html is at /page too.
const nginxHTTP = `
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  absolute_redirect off;
  server {
    listen 127.0.0.1:%d;
    root %s;
    index index.html;
    location / { try_files $uri $uri.html $uri/ %s; }
    error_page 404 /404.html;
  }
`

// serveNginx serves a folder; what is not there is otherwise, an address, or =404.
func serveNginx(t *testing.T, folder, otherwise string) (addr string) {
	t.Helper()
	port := freePort(t)
	return testtool.Nginx(t, port, fmt.Sprintf(nginxHTTP, port, folder, otherwise))
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]|\r")
