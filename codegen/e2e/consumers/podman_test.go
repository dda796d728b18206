package consumers

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/image"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/policy"
)

// podman runs podman with runc, and without systemd, which may not be there.
func podman(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(testtool.Need(t, "podman"), append([]string{"--runtime", testtool.Need(t, "runc", "/usr/sbin/runc"), "--cgroup-manager", "cgroupfs"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("podman %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return strings.TrimSpace(string(out))
}

// largeSize is more than the socket buffers of both sides hold.
const largeSize = 24 << 20

// A container of the image, locked down to a read-only root, no capabilities, no new
// privileges and the profile of its own calls, serves, and when it is stopped in the middle
// of a download completes that, and ends with status 0 within a second.
func TestPodman(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("podman without root needs a machine that is set up for it")
	}
	const rest = "health: /healthz\nroutes:\n  - { path: /healthz, status: 204 }\n  - { path: /, body: \"hello\\n\" }\n  - { path: /large, file: large }\n"
	b := emitted.Build(t, fstest.MapFS{
		emitted.SpecName: {Data: []byte(emitted.Request.Spec("", rest))},
		"large":          {Data: []byte(strings.Repeat("0123456789abcdef", largeSize/16))},
	})
	tag := fmt.Sprintf("localhost/verbosel-test-%d:1", os.Getpid())
	load(t, b, image.Tag(tag))
	port := emitted.FreePort(t)
	id := podman(t, append(lockedDown(t, b), "--detach", "--env", fmt.Sprintf("PORT=%d", port), tag)...)
	t.Cleanup(func() { podman(t, "rm", "--force", "--time", "1", id) })

	addr := fmt.Sprintf("http://127.0.0.1:%d", port)
	if got := string(fetch(t, addr+"/")); got != "hello\n" {
		t.Errorf("it answers %q", got)
	}
	isLockedDown(t, podman(t, "inspect", "--format", "{{.State.Pid}}", id))
	podman(t, "healthcheck", "run", id) // fails where it is not healthy

	res, err := http.Get(addr + "/large")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.CopyN(io.Discard, res.Body, 1<<20); err != nil {
		t.Fatal(err)
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		podman(t, "stop", "--time", "60", id)
	}()
	untilRefused(t, addr)
	rest2, err := io.Copy(io.Discard, res.Body)
	complete := time.Now()
	if rest2 != largeSize-1<<20 || err != nil {
		t.Errorf("after it was told to stop, %d bytes and %v; want %d", rest2, err, largeSize-1<<20)
	}
	<-stopped
	status := podman(t, "inspect", "--format", "{{.State.ExitCode}} {{.State.FinishedAt.UnixMilli}}", id)
	var code int
	var finished int64
	if _, err := fmt.Sscan(status, &code, &finished); err != nil || code != 0 {
		t.Errorf("%q, %v; want status 0", status, err)
	}
	t.Logf("ended %v after the download", time.UnixMilli(finished).Sub(complete)) // killed behind its grace, it had another status
}

// load gives podman the image of a server.
func load(t *testing.T, b *emitted.Binary, tags ...image.Tag) {
	t.Helper()
	server, err := os.Open(b.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var probe bytes.Buffer
	if err := probeOf(t, b).WriteELF(&probe); err != nil {
		t.Fatal(err)
	}
	img, err := image.New(server, b.Result.Size(), image.Config{Port: 8080, Probe: probe.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "image.tar")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := img.WriteDocker(file, tags...); err != nil { // podman takes no health check from the others
		t.Fatal(err)
	}
	podman(t, "load", "--quiet", "--input", path)
	t.Cleanup(func() {
		for _, tag := range tags {
			podman(t, "rmi", "--force", string(tag))
		}
	})
}

// Podman knows an image by each of its names.
func TestPodmanTags(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("podman without root needs a machine that is set up for it")
	}
	b := emitted.Build(t, fstest.MapFS{emitted.SpecName: {Data: []byte(emitted.Request.Spec("", "routes: [{ path: /, body: hello }]\n"))}})
	one, two := fmt.Sprintf("localhost/verbosel-one-%d:1", os.Getpid()), fmt.Sprintf("localhost/verbosel-two-%d:1.0", os.Getpid())
	load(t, b, image.Tag(one), image.Tag(two))
	const id = "{{.Id}}"
	if a, b := podman(t, "inspect", "--format", id, one), podman(t, "inspect", "--format", id, two); a != b || a == "" {
		t.Errorf("%s is %s, and %s is %s", one, a, two, b)
	}
}

// probeOf is the probe of a server.
func probeOf(t *testing.T, b *emitted.Binary) *codegen.Result {
	t.Helper()
	p, err := b.Result.Probe(nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// lockedDown are the arguments that start a container with as little as can be.
func lockedDown(t *testing.T, b *emitted.Binary) []string {
	t.Helper()
	p, err := policy.New(b.Result.Report)
	if err != nil {
		t.Fatal(err)
	}
	probe, err := policy.New(probeOf(t, b).Report)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.With(probe).Widen("runc"); err != nil {
		t.Fatal(err)
	}
	text, err := p.Encode("oci")
	if err != nil {
		t.Fatal(err)
	}
	profile := filepath.Join(t.TempDir(), "profile.json")
	if err := os.WriteFile(profile, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return []string{
		"run", "--network", "host", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000",
		"--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--security-opt", "seccomp=" + profile,
	}
}

// isLockedDown looks at what the kernel says of a process (proc_pid_status(5)).
func isLockedDown(t *testing.T, pid string) {
	t.Helper()
	status, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\nUid:\t65532\t65532\t65532\t65532\n", "\nGid:\t65532\t65532\t65532\t65532\n",
		"\nCapEff:\t0000000000000000\n", "\nCapBnd:\t0000000000000000\n", "\nNoNewPrivs:\t1\n", "\nSeccomp:\t2\n",
	} {
		if !strings.Contains(string(status), want) {
			t.Errorf("no %q in\n%s", want, status)
		}
	}
}

// fetch gets a page from a server that may be starting.
func fetch(t *testing.T, url string) []byte {
	t.Helper()
	var err error
	for range 400 {
		var res *http.Response
		if res, err = http.Get(url); err == nil {
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			return body
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal(err)
	return nil
}

// untilRefused waits until a server takes no more connections.
func untilRefused(t *testing.T, url string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}
	for range 1200 {
		res, err := client.Get(url)
		if err != nil {
			return
		}
		res.Body.Close()
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("it still takes connections")
}
