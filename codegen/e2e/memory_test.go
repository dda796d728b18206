package e2e

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// maxResident is the budget of an idle server in KiB: less than this.
const maxResident = 32

// An idle server has a few pages in memory, before its first client and after many.
func TestResidentMemory(t *testing.T) {
	emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec("", onePage))
		before := resident(t, s.PID)
		for range 100 {
			s.Ask(t, get("/"))
		}
		awaitChildren(t, s.PID, 0)
		after := resident(t, s.PID)
		t.Logf("resident: %d KiB at first, %d KiB after 100 requests", before, after)
		if before >= maxResident || after >= maxResident {
			t.Errorf("resident: %d KiB, then %d KiB; the budget is under %d KiB", before, after, maxResident)
		}
	})
}

// A loop answers by itself, so that it has written to the buffers that elsewhere a child writes to, and it has
// 64 events, an age and a count for each of 1,024 descriptors, which are 6 KB: two pages more.
func TestLoopResidentMemory(t *testing.T) {
	const budget = maxResident + 8
	s := emitted.BuildUnprovedText(t, emitted.Connection.Spec("", onePage)).Start(t, emitted.Options{})
	before := resident(t, s.PID)
	for range 100 {
		c := s.Dial(t)
		c.Send(get("/"))
		c.ReadN(1) // and it stays
	}
	after := resident(t, s.PID)
	t.Logf("resident: %d KiB at first, %d KiB with 100 clients", before, after)
	if after >= budget {
		t.Errorf("resident: %d KiB, then %d KiB; the budget is under %d KiB", before, after, budget)
	}
}

// resident is the sum of a process's resident pages in KiB (proc_pid_smaps(5)). The
// vDSO's page is the kernel's.
func resident(t *testing.T, pid int) int {
	t.Helper()
	sum, own := 0, false
	for line := range strings.Lines(procFile(t, pid, "smaps")) {
		if strings.Contains(line, "-") && !strings.Contains(strings.Fields(line)[0], ":") {
			own = !strings.Contains(line, "[v")
		}
		if value, ok := strings.CutPrefix(line, "Rss:"); ok && own {
			n, err := strconv.Atoi(strings.Fields(value)[0])
			if err != nil {
				t.Fatal(err)
			}
			sum += n
		}
	}
	return sum
}

// Nothing is writable and executable, and nothing writable but the stack; the child's
// memory is no different.
func TestMappings(t *testing.T) {
	emitted.Each(t, emitted.All(), func(t *testing.T, v emitted.Variant) {
		s := large(t, v, "").Start(t, emitted.Options{})
		s.Dial(t)
		awaitChildren(t, s.PID, 1)
		for _, pid := range []int{s.PID, children(t, s.PID)[0]} {
			checkMappings(t, procFile(t, pid, "maps"))
		}
	})
}

func checkMappings(t *testing.T, maps string) {
	t.Helper()
	stacks, texts := 0, 0
	for line := range strings.Lines(maps) {
		access := strings.Fields(line)[1]
		isStack := strings.HasSuffix(line, "[stack]\n")
		switch {
		case strings.Contains(access, "w") && strings.Contains(access, "x"):
			t.Errorf("writable and executable: %s", line)
		case strings.Contains(access, "w") != isStack:
			t.Errorf("only the stack is writable, and it is: %s", line)
		case isStack:
			stacks++
		case strings.Contains(access, "x") && strings.Contains(line, "/server"):
			texts++
		}
	}
	if stacks != 1 || texts != 1 {
		t.Errorf("%d stacks and %d texts in:\n%s", stacks, texts, maps)
	}
}

// Each start loads the text somewhere else.
func TestAddressRandomisation(t *testing.T) {
	needRandomisation(t)
	b := emitted.BuildText(t, emitted.Request.Spec("", onePage))
	seen := map[string]bool{}
	for range 4 {
		s := b.Start(t, emitted.Options{})
		first, _, _ := strings.Cut(procFile(t, s.PID, "maps"), "-")
		seen[first] = true
		s.Stop()
	}
	if len(seen) < 3 {
		t.Errorf("four starts at %v", seen)
	}
}

func needRandomisation(t *testing.T) {
	t.Helper()
	setting, err := os.ReadFile("/proc/sys/kernel/randomize_va_space")
	if err == nil && strings.TrimSpace(string(setting)) == "2" {
		return
	}
	if testtool.InCI() {
		t.Fatalf("kernel.randomize_va_space is %q (%v), and CI=true", setting, err)
	}
	t.Skip("kernel.randomize_va_space is not 2")
}
