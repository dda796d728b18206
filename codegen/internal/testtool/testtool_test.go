package testtool

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// recorder is a testing.TB that notes how a test ended instead of ending it.
type recorder struct {
	testing.TB
	skipped, failed, logged string
}

func (r *recorder) Helper()                          {}
func (r *recorder) Logf(format string, args ...any)  { r.logged = fmt.Sprintf(format, args...) }
func (r *recorder) Skipf(format string, args ...any) { r.skipped = fmt.Sprintf(format, args...) }
func (r *recorder) Fatalf(format string, args ...any) {
	r.failed = fmt.Sprintf(format, args...)
	panic(r)
}

// need calls Need and gives back what it did to the test.
func need(t *testing.T, names ...string) (path string, r *recorder) {
	r = &recorder{TB: t}
	defer func() {
		if v := recover(); v != nil && v != any(r) {
			panic(v)
		}
	}()
	return Need(r, names...), r
}

func TestNeedFindsGo(t *testing.T) {
	path, r := need(t, "no-such-program-1", "go")
	if want, _ := exec.LookPath("go"); path != want || r.skipped+r.failed != "" {
		t.Errorf("got %q %q %q, want %q", path, r.skipped, r.failed, want)
	}
}

func TestNeedSkipsByName(t *testing.T) {
	t.Setenv("CI", "")
	_, r := need(t, "no-such-program-1", "no-such-program-2")
	if !strings.Contains(r.skipped, "no-such-program-1 or no-such-program-2 is not installed") {
		t.Errorf("skipped with %q", r.skipped)
	}
}

func TestNeedFailsInCI(t *testing.T) {
	t.Setenv("CI", "true")
	_, r := need(t, "no-such-program-1")
	if !strings.Contains(r.failed, "no-such-program-1") || r.skipped != "" {
		t.Errorf("failed with %q, skipped with %q", r.failed, r.skipped)
	}
}

// The names are tried in order: the first that is there wins.
func TestFindOrder(t *testing.T) {
	look := func(name string) (string, error) {
		if name == "a" {
			return "", errors.New("not found")
		}
		return "/bin/" + name, nil
	}
	if path, ok := find(look, []string{"a", "b", "c"}); path != "/bin/b" || !ok {
		t.Errorf("found %q, %v", path, ok)
	}
}
