package measure

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/verbosel/verbosel/cmd/internal/process"
	"github.com/verbosel/verbosel/cmd/internal/report"
)

// Machine describes where figures were taken.
type Machine struct {
	CPU        string  `json:"cpu"`
	Processors int     `json:"processors"` // that we may use
	Memory     int64   `json:"memory"`     // bytes
	Kernel     string  `json:"kernel"`
	System     string  `json:"system"`
	Go         string  `json:"go"`
	Load       float64 `json:"load"` // mean number of running processes in the minute before
	Virtual    bool    `json:"virtual"`
}

// ThisMachine reads what proc(5) knows. What it does not know stays empty.
func ThisMachine() Machine {
	info, memory := file("/proc/cpuinfo"), file("/proc/meminfo")
	m := Machine{
		CPU: field(info, "model name"), Processors: len(process.Affinity()), Go: runtime.Version(),
		Kernel: strings.TrimSpace(file("/proc/sys/kernel/osrelease")), System: systemName(file("/etc/os-release")),
		Virtual: strings.Contains(" "+field(info, "flags")+" ", " hypervisor "),
	}
	fmt.Sscan(field(memory, "MemTotal"), &m.Memory)
	m.Memory <<= 10 // it is in KiB
	fmt.Sscan(file("/proc/loadavg"), &m.Load)
	return m
}

// Busy says whether other programs were running, so that figures are not to be
// trusted.
func (m Machine) Busy() bool { return m.Load > 0.5 }

func (m Machine) String() string {
	kind := ""
	if m.Virtual {
		kind = " (virtual)"
	}
	return fmt.Sprintf("%s%s, %d processors, %s of memory, Linux %s, %s; load before the run %.2f",
		m.CPU, kind, m.Processors, report.Bytes(float64(m.Memory)), m.Kernel, m.System, m.Load)
}

func file(name string) string {
	text, _ := os.ReadFile(name)
	return string(text)
}

// field finds "name : value".
func field(text, name string) string {
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, ":")
		if strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// systemName reads os-release(5).
func systemName(text string) string {
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return "unknown system"
}
