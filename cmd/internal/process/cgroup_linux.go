package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// group is a control group of version 2 for one server. The kernel counts the time
// of every process in it, of those that have ended too, whoever reaped them
// (Documentation/admin-guide/cgroup-v2.rst: cpu.stat is there without a controller).
type group struct {
	path string
	dir  *os.File
}

var groups atomic.Int64 // made so far, for their names

// newGroup makes a group below our own.
func newGroup() (*group, error) {
	parent, err := ownGroup()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(parent, fmt.Sprintf("verbosel-%d-%d", os.Getpid(), groups.Add(1)))
	if err := os.Mkdir(path, 0o755); err != nil {
		return nil, err
	}
	dir, err := os.Open(path)
	if err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	return &group{path: path, dir: dir}, nil
}

// ownGroup is the folder of the group that this process is in.
func ownGroup() (string, error) {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return "", err
	}
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return "", err
	}
	return findGroup(string(mounts), string(groups))
}

// findGroup joins the mount point of the hierarchy (proc_pid_mountinfo(5), fields 5
// and, behind the hyphen, the type) with our place in it (cgroups(7), hierarchy 0).
func findGroup(mountinfo, cgroup string) (string, error) {
	_, place, found := strings.Cut("\n"+cgroup, "\n0::")
	if !found {
		return "", errors.New("this process is in no control group of version 2")
	}
	place, _, _ = strings.Cut(place, "\n")
	for line := range strings.Lines(mountinfo) {
		fields, rest, _ := strings.Cut(line, " - ")
		if strings.HasPrefix(rest, "cgroup2 ") && len(strings.Fields(fields)) > 4 {
			return filepath.Join(strings.Fields(fields)[4], place), nil
		}
	}
	return "", errors.New("no hierarchy of version 2 is mounted")
}

// usage is the time that the group's processes have used.
func (g *group) usage() (time.Duration, error) {
	text, err := os.ReadFile(filepath.Join(g.path, "cpu.stat"))
	if err != nil {
		return 0, err
	}
	return parseUsage(string(text))
}

func parseUsage(stat string) (time.Duration, error) {
	for line := range strings.Lines(stat) {
		if value, ok := strings.CutPrefix(line, "usage_usec "); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			return time.Duration(n) * time.Microsecond, err
		}
	}
	return 0, fmt.Errorf("cpu.stat has no usage_usec: %q", stat)
}

// processes lists the group's members.
func (g *group) processes() []int {
	text, err := os.ReadFile(filepath.Join(g.path, "cgroup.procs"))
	if err != nil {
		return nil // removed: nobody is left
	}
	var pids []int
	for _, field := range strings.Fields(string(text)) {
		if pid, err := strconv.Atoi(field); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

func (g *group) has(pid int) bool { return slices.Contains(g.processes(), pid) }

// remove removes the empty group. The kernel may need a moment for the last member.
func (g *group) remove() {
	g.dir.Close()
	removeGroup(g.path)
}

func removeGroup(path string) {
	for range 100 {
		if err := os.Remove(path); err == nil || errors.Is(err, os.ErrNotExist) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}
