package specfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// GitTimes tells when files were committed last. Git is asked once, for all files
// below a folder, when the first time is wanted.
type GitTimes struct {
	Dir   string
	once  sync.Once
	times map[string]time.Time
	err   error
}

// time is the committer date of the last commit that touched the file, which is named
// relative to the folder; zero for a file whose content no commit has.
func (g *GitTimes) time(name string) (time.Time, error) {
	g.once.Do(func() { g.times, g.err = g.ask() })
	return g.times[name], g.err
}

func (g *GitTimes) ask() (map[string]time.Time, error) {
	shallow, err := g.Git("rev-parse", "--is-shallow-repository")
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(string(shallow)) == "true" {
		return nil, errors.New("the repository is shallow and lacks older commits: fetch the whole history ('git fetch --unshallow')")
	}
	tracked, err := g.Git("ls-files", "-z")
	if err != nil {
		return nil, err
	}
	changed, err := g.Git("diff", "-z", "--name-only", "--no-renames", "--relative", "HEAD")
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for name := range strings.SplitSeq(string(tracked), "\x00") {
		wanted[name] = name != ""
	}
	for name := range strings.SplitSeq(string(changed), "\x00") {
		delete(wanted, name)
	}
	return g.log(wanted)
}

// log reads the history, newest first, until every wanted file has its time.
func (g *GitTimes) log(wanted map[string]bool) (map[string]time.Time, error) {
	cmd := exec.Command("git", "-C", g.Dir, "log", "-z", "--format=%x01%ct", "--name-only", "--no-renames", "--relative", "--", ".")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	times, err := readLog(out, wanted)
	_ = cmd.Process.Kill() // it has more to say, but no one listens
	_ = cmd.Wait()
	return times, err
}

// readLog reads "\x01", a time in seconds, NUL, a line break and the names of a commit's
// files, each behind it with a NUL, for each commit.
func readLog(r io.Reader, wanted map[string]bool) (map[string]time.Time, error) {
	times := map[string]time.Time{}
	var commit time.Time
	scanner := bufio.NewScanner(r)
	scanner.Split(splitNUL)
	for len(times) < len(wanted) && scanner.Scan() {
		if text, ok := strings.CutPrefix(scanner.Text(), "\x01"); ok {
			seconds, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("git log says %q where a time was asked for", text)
			}
			commit = time.Unix(seconds, 0)
			continue
		}
		name := strings.TrimPrefix(scanner.Text(), "\n")
		if _, known := times[name]; !known && wanted[name] {
			times[name] = commit
		}
	}
	return times, scanner.Err()
}

// splitNUL is a bufio.SplitFunc for texts that end with NUL.
func splitNUL(data []byte, atEOF bool) (int, []byte, error) {
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return i + 1, data[:i], nil
	}
	if atEOF && len(data) > 0 {
		return 0, nil, io.ErrUnexpectedEOF
	}
	return 0, nil, nil
}

// Git runs git in the folder and returns what it prints.
func (g *GitTimes) Git(args ...string) ([]byte, error) {
	out, err := exec.Command("git", append([]string{"-C", g.Dir}, args...)...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		first, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
		return nil, fmt.Errorf("git %s: %s", args[0], first)
	}
	return out, err
}
