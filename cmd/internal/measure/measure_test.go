package measure

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFiguresAreShown(t *testing.T) {
	f := Figures{P50: 49e-6, Size: 4096, Throughput: 12345.6}
	for metric, want := range map[Metric]string{P50: "49 µs", Size: "4 KiB", Throughput: "12,346", P99: "-"} {
		if got := f.Show(metric); got != want {
			t.Errorf("%s: %q, want %q", metric, got, want)
		}
	}
}

func TestEveryMetricIsDescribed(t *testing.T) {
	for _, m := range []Metric{Throughput, P50, P90, P99, CPU, Bytes, Start, Resident, Idle, Instructions, Size} {
		if info := About(m); info.Title == "" || info.Format == nil {
			t.Errorf("%s: %+v", m, info)
		}
	}
	defer func() {
		if r := recover(); r == nil || !strings.HasPrefix(r.(string), "BUG:") {
			t.Errorf("recovered %v", r)
		}
	}()
	About("beauty")
}

// Ids tell scenarios apart in results, and new connections cannot be pipelined.
func TestScenarios(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Scenarios() {
		if seen[s.ID] || s.Title == "" || s.Connections < 1 || s.Pipeline > 1 && !s.KeepAlive {
			t.Errorf("%+v", s)
		}
		seen[s.ID] = true
	}
}

func TestSplit(t *testing.T) {
	for _, test := range []struct{ cpus, server, load []int }{
		{nil, nil, nil}, {[]int{0}, nil, nil}, {[]int{0, 1}, []int{0}, []int{1}},
		{[]int{1, 3, 5}, []int{1}, []int{3, 5}},
	} {
		server, load := Split(test.cpus)
		if diff := cmp.Diff([][]int{test.server, test.load}, [][]int{server, load}); diff != "" {
			t.Errorf("%v: %s", test.cpus, diff)
		}
	}
}

func TestMachine(t *testing.T) {
	text := "processor\t: 0\nmodel name\t: Fast CPU\nflags\t\t: fpu hypervisor sse\n"
	if got := field(text, "model name"); got != "Fast CPU" {
		t.Errorf("%q", got)
	}
	if got := field(text, "bogomips"); got != "" {
		t.Errorf("a field that is not there: %q", got)
	}
	if got := systemName("ID=x\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n"); got != "Debian GNU/Linux 12" {
		t.Errorf("%q", got)
	}
	if got := systemName(""); got != "unknown system" {
		t.Errorf("%q", got)
	}
	m := Machine{CPU: "Fast CPU", Virtual: true, Processors: 2, Memory: 1 << 30, Kernel: "6.1", System: "Debian", Load: 0.7}
	if want := "Fast CPU (virtual), 2 processors, 1 GiB of memory, Linux 6.1, Debian; load before the run 0.70"; m.String() != want {
		t.Errorf("%s", m)
	}
	if !m.Busy() || (Machine{}).Busy() {
		t.Error("busy")
	}
}
