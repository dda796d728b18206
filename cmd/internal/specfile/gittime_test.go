package specfile

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// repository is a git repository with a commit for each date, which changes the files
// of its texts.
func repository(t *testing.T, commits []map[string]string, dates ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	git(t, dir, "", "init", "-q")
	for i, files := range commits {
		for name, text := range files {
			writeFile(t, filepath.Join(dir, name), text)
		}
		git(t, dir, "", "add", "-A")
		git(t, dir, dates[i], "commit", "-q", "-m", "change")
	}
	return dir
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func git(t *testing.T, dir, date string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "commit.gpgsign=false"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_COMMITTER_DATE="+date, "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	if date == "" {
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func TestGitTimes(t *testing.T) {
	const first, second = "2020-01-02T03:04:05Z", "2021-01-02T03:04:05+01:00"
	dir := repository(t, []map[string]string{
		{"site/a": "1", "site/sub/b ü\"": "1", "site/dirty": "1", "site/staged": "1", "out": "1"},
		{"site/a": "2", "out": "2", "site/gone": "1"},
	}, first, second)
	site := filepath.Join(dir, "site")
	writeFile(t, filepath.Join(site, "dirty"), "2")
	writeFile(t, filepath.Join(site, "staged"), "2")
	writeFile(t, filepath.Join(site, "new"), "1")
	git(t, site, "", "add", "staged")
	git(t, site, "", "rm", "-q", "--cached", "gone")
	g := &GitTimes{Dir: site}
	for name, want := range map[string]string{
		"a": second, "sub/b ü\"": first, "dirty": "", "staged": "", "new": "", "gone": "", "out": "", "nothing": "",
	} {
		var at time.Time
		if want != "" {
			at, _ = time.Parse(time.RFC3339, want)
		}
		if got, err := g.time(name); err != nil || !got.Equal(at) {
			t.Errorf("%s: %v %v, want %v", name, got, err, at)
		}
	}
}

func TestGitTimeErrors(t *testing.T) {
	dir := repository(t, []map[string]string{{"a": "1"}, {"a": "2"}}, "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z")
	shallow := filepath.Join(t.TempDir(), "shallow")
	git(t, dir, "", "clone", "-q", "--depth", "1", "file://"+dir, shallow)
	empty := t.TempDir()
	git(t, empty, "", "init", "-q")
	nowhere := t.TempDir()
	for where, want := range map[string]string{
		shallow: "the repository is shallow", empty: "git diff: fatal", nowhere: "git rev-parse: fatal: not a git repository",
	} {
		if _, err := (&GitTimes{Dir: where}).time("a"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	t.Setenv("PATH", "")
	if _, err := (&GitTimes{Dir: dir}).time("a"); err == nil || !strings.Contains(err.Error(), "git") {
		t.Errorf("without git: %v", err)
	}
}

func TestReadLog(t *testing.T) {
	for text, want := range map[string]string{
		"\x01soon\x00\na\x00":  `git log says "soon" where a time was asked for`,
		"\x015\x00\nb\x00half": "unexpected EOF",
	} {
		if _, err := readLog(strings.NewReader(text), map[string]bool{"a": true}); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
