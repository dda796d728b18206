package process

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"
)

// Accounting names where CPU has its figures from.
func (s *Server) Accounting() string {
	if s.group != nil {
		return "control group"
	}
	return "proc(5)"
}

// CPU is the processor time that the server has used since its start, over all its
// processes, those that have ended too.
func (s *Server) CPU() (time.Duration, error) {
	if s.group != nil {
		return s.group.usage()
	}
	if s.forks {
		return 0, ErrNoCPUTime
	}
	var sum time.Duration
	for _, pid := range s.processes() {
		used, err := processTime(pid)
		if err != nil {
			return 0, err
		}
		sum += used
	}
	return sum, nil
}

// tick is the unit of times in proc(5), 1/sysconf(_SC_CLK_TCK): 100 on every Linux
// that this runs on.
const tick = time.Second / 100

// processTime is the time of a process and of the children that it has waited for.
func processTime(pid int) (time.Duration, error) {
	fields, err := statFields(pid)
	if err != nil {
		return 0, err
	}
	var ticks int64
	for _, field := range fields[utime : cstime+1] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("/proc/%d/stat: %w", pid, err)
		}
		ticks += n
	}
	return time.Duration(ticks) * tick, nil
}

// Fields of proc_pid_stat(5), counted from behind the command's name: its number
// there less 3.
const (
	ppid   = 1
	utime  = 11
	cstime = 14
)

// statFields reads what is behind the name, which may hold anything, in parentheses.
func statFields(pid int) ([]string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) <= cstime {
		return nil, fmt.Errorf("/proc/%d/stat: %q", pid, text)
	}
	return fields, nil
}

// processes lists the server's processes, the first one first.
func (s *Server) processes() []int {
	if s.group != nil {
		return s.group.processes()
	}
	return descendants(s.cmd.Process.Pid)
}

// descendants lists a process and what descends from it.
func descendants(root int) []int {
	children := map[int][]int{}
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if fields, err := statFields(pid); err == nil {
			parent, _ := strconv.Atoi(fields[ppid])
			children[parent] = append(children[parent], pid)
		}
	}
	list := []int{root}
	for i := 0; i < len(list); i++ {
		list = append(list, children[list[i]]...)
	}
	return list
}

// Memory is what the server holds now.
func (s *Server) Memory() (Memory, error) {
	var sum Memory
	for _, pid := range s.processes() {
		m, err := processMemory(pid)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errGone) {
			continue // a child that has ended meanwhile
		}
		if err != nil {
			return sum, err
		}
		sum.Resident += m.Resident
		sum.Proportional += m.Proportional
		sum.KernelStacks += m.KernelStacks
	}
	if sum.KernelStacks == 0 {
		return sum, errGone
	}
	return sum, nil
}

var errGone = errors.New("the server has ended")

// processMemory reads proc_pid_smaps(5) and counts threads.
func processMemory(pid int) (Memory, error) {
	rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		// A process that has ended, or has not been waited for, has no memory to read.
		if _, ended := statFields(pid); ended != nil || strings.Contains(err.Error(), "no such process") {
			return Memory{}, errGone
		}
		return Memory{}, err
	}
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return Memory{}, err
	}
	m, err := parseRollup(string(rollup))
	m.KernelStacks = int64(len(threads)) * kernelStack
	return m, err
}

func parseRollup(text string) (Memory, error) {
	var m Memory
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[2] != "kB" {
			continue
		}
		n, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			return m, fmt.Errorf("smaps_rollup: %w", err)
		}
		switch fields[0] {
		case "Rss:":
			m.Resident = n << 10
		case "Pss:":
			m.Proportional = n << 10
		}
	}
	return m, nil
}
