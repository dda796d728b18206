package load

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// script makes wrk send prepared requests and print its figures in full: its own
// summary rounds them to two decimals.
//
//go:embed wrk.lua
var script []byte

// wrk is the program wrk(1).
type wrk struct{ path string }

// Name asks wrk for its version. It exits with 1 after saying it.
func (w *wrk) Name() string {
	out, _ := exec.Command(w.path, "-v").Output()
	return wrkVersion(string(out))
}

// wrkVersion reads "wrk debian/4.1.0-3+b2 [epoll] Copyright ...".
func wrkVersion(text string) string {
	if fields := strings.Fields(text); len(fields) > 1 && fields[0] == "wrk" {
		return "wrk " + fields[1]
	}
	return "wrk"
}

// Run runs one job. wrk's clock starts behind the connect(2) of a new connection. Its
// percentiles are corrected for the requests that a stalled connection did not send
// (coordinated omission).
func (w *wrk) Run(ctx context.Context, job Job) (Result, error) {
	if err := job.validate(); err != nil {
		return Result{}, err
	}
	path, remove, err := writeScript()
	if err != nil {
		return Result{}, err
	}
	defer remove()
	// The job's time, and what wrk takes to begin and to end.
	ctx, cancel := context.WithTimeout(ctx, job.Duration+20*time.Second)
	defer cancel()
	program, args := pinned(job.CPUs, w.path, wrkArgs(job, path))
	cmd := exec.CommandContext(ctx, program, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return Result{}, fmt.Errorf("wrk: %w: %s", err, strings.TrimSpace(stderr.String()+string(out)))
	}
	return parseWrk(string(out))
}

func writeScript() (path string, remove func(), err error) {
	file, err := os.CreateTemp("", "verbosel-wrk-*.lua")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.Remove(file.Name()) }
	_, err = file.Write(script)
	if err := errors.Join(err, file.Close()); err != nil {
		remove()
		return "", nil, err
	}
	return file.Name(), remove, nil
}

// wrkArgs is the command line. wrk counts whole seconds.
func wrkArgs(job Job, script string) []string {
	connection := "keep-alive"
	if !job.KeepAlive {
		connection = "close"
	}
	seconds := int(math.Ceil(job.Duration.Seconds()))
	args := []string{
		"-t", strconv.Itoa(threads(job)), "-c", strconv.Itoa(job.Connections),
		"-d", strconv.Itoa(seconds) + "s", "-s", script,
		"http://" + job.Address + job.Paths[0], "--",
		strconv.Itoa(max(job.Pipeline, 1)), connection,
	}
	return append(args, job.Paths...)
}

// threads is one for each processor that the generator has, but no more than there
// are connections.
func threads(job Job) int { return min(max(len(job.CPUs), 1), job.Connections) }

// wrkSummary is the line that the script prints. Times are in microseconds.
type wrkSummary struct {
	Requests, Micros, Bytes, P50, P90, P99 int64
	Errors                                 Errors
}

// parseWrk reads what wrk printed.
func parseWrk(out string) (Result, error) {
	var s wrkSummary
	_, line, found := strings.Cut(out, "\nverbosel ")
	line, _, _ = strings.Cut(line, "\n")
	if !found {
		return Result{}, fmt.Errorf("wrk printed no summary: %s", strings.TrimSpace(out))
	}
	if err := json.Unmarshal([]byte(line), &s); err != nil {
		return Result{}, fmt.Errorf("wrk's summary %s: %w", line, err)
	}
	if s.Micros <= 0 {
		return Result{}, fmt.Errorf("wrk's summary %s: no time has passed", line)
	}
	return Result{
		Requests: s.Requests, Elapsed: micros(s.Micros), Bytes: s.Bytes, Errors: s.Errors,
		P50: micros(s.P50), P90: micros(s.P90), P99: micros(s.P99),
	}, nil
}

func micros(n int64) time.Duration { return time.Duration(n) * time.Microsecond }

// Pins says whether taskset(1) is there.
func (*wrk) Pins() bool {
	_, err := exec.LookPath("taskset")
	return err == nil
}

// pinned puts taskset(1) in front of a command, where there is one.
func pinned(cpus []int, program string, args []string) (string, []string) {
	taskset, err := exec.LookPath("taskset")
	if len(cpus) == 0 || err != nil {
		return program, args
	}
	list := make([]string, len(cpus))
	for i, cpu := range cpus {
		list[i] = strconv.Itoa(cpu)
	}
	return taskset, append([]string{"-c", strings.Join(list, ","), program}, args...)
}
