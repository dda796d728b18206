package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// quotaPeriod is what a share is of: short, so that a server that has used its share does not wait for long.
const quotaPeriod = 10 * time.Millisecond

// quota bounds the processor time of a server's processes: cpu.max of its group, where
// that has the controller (Documentation/admin-guide/cgroup-v2.rst), or else a group of
// the hierarchy that has it (Documentation/scheduler/sched-bwc.rst).
type quota struct {
	dir string // to be removed; empty where it is the server's group itself
}

// newQuota gives the processes of g, or pid and what it starts, processor time of so many
// processors: 0.5 is the half of one.
func newQuota(g *group, pid int, processors float64) (*quota, error) {
	limit := time.Duration(processors * float64(quotaPeriod))
	if g != nil {
		text := fmt.Sprintf("%d %d", limit.Microseconds(), quotaPeriod.Microseconds())
		err := os.WriteFile(filepath.Join(g.path, "cpu.max"), []byte(text), 0)
		if err == nil {
			return &quota{}, nil
		}
		if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, os.ErrPermission) {
			return nil, err
		}
	}
	parent, err := ownOf("cpu")
	if err != nil {
		return nil, fmt.Errorf("no processor time can be set: cpu.max is not there, and %w", err)
	}
	q := &quota{filepath.Join(parent, fmt.Sprintf("verbosel-%d-%d", os.Getpid(), groups.Add(1)))}
	if err := os.Mkdir(q.dir, 0o755); err != nil {
		return nil, err
	}
	for _, file := range []struct {
		name  string
		value int64
	}{
		{"cpu.cfs_period_us", quotaPeriod.Microseconds()}, {"cpu.cfs_quota_us", limit.Microseconds()}, {"cgroup.procs", int64(pid)},
	} {
		if err := os.WriteFile(filepath.Join(q.dir, file.name), []byte(strconv.FormatInt(file.value, 10)), 0); err != nil {
			q.remove()
			return nil, err
		}
	}
	return q, nil
}

// remove removes the group that was made for it, once all processes have left.
func (q *quota) remove() {
	if q.dir != "" {
		removeGroup(q.dir)
	}
}

// ownOf is the folder of the group of version 1 with a controller that this process is in.
func ownOf(controller string) (string, error) {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return "", err
	}
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return "", err
	}
	return findController(string(mounts), string(groups), controller)
}

// findController joins the mount point of a controller's hierarchy (proc_pid_mountinfo(5), its name is among the
// last field's) with our place in it (cgroups(7): "number:controllers:place").
func findController(mountinfo, cgroup, controller string) (string, error) {
	place := ""
	for line := range strings.Lines(cgroup) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(fields) == 3 && slices.Contains(strings.Split(fields[1], ","), controller) {
			place = fields[2]
		}
	}
	if place == "" {
		return "", fmt.Errorf("this process is in no control group of version 1 with %s", controller)
	}
	for line := range strings.Lines(mountinfo) {
		mount, source, _ := strings.Cut(line, " - ")
		fields, options := strings.Fields(mount), strings.Fields(source)
		if len(fields) > 4 && len(options) > 2 && options[0] == "cgroup" && slices.Contains(strings.Split(options[len(options)-1], ","), controller) {
			return filepath.Join(fields[4], place), nil
		}
	}
	return "", fmt.Errorf("no hierarchy of version 1 with %s is mounted", controller)
}
