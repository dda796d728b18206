package dynamic

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// probes are those of servers that listen in each way, by `listen`. They are made once.
func probes(t *testing.T) map[string][]byte {
	t.Helper()
	out, err := allProbes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var allProbes = sync.OnceValues(func() (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, listen := range []string{":8080", "127.0.0.1:${PORT:-8080}", "[::]:${PORT}", "[::1]:80", "unix:/run/site.sock", "unix:@site"} {
		spec := "server: { listen: \"" + listen + "\" }\nhealth: /healthz\nroutes: [{ path: /healthz, body: ok }]\n"
		r, err := codegen.Compile(fstest.MapFS{"routes.yaml": {Data: []byte(spec)}}, "routes.yaml", codegen.Options{Dev: &codegen.Dev{}})
		if err != nil {
			return nil, err
		}
		p, err := r.Probe(nil)
		if err != nil {
			return nil, err
		}
		if out[listen], err = p.Bytes(); err != nil {
			return nil, err
		}
	}
	return out, nil
})

// withPort is an environment for any probe.
var withPort = []string{"A=b", "PORT=8080"}

const healthy = "HTTP/1.1 204 No Content\r\n\r\n"

// A probe ends with 0 where the answer is 2xx, and with 1 and the reason for all else.
func TestProbeAnswers(t *testing.T) {
	const notWell, noAnswer = "unhealthy: the answer is not 2xx\n", "unhealthy: no answer in time\n"
	for listen, file := range probes(t) {
		for answer, want := range map[string]string{
			healthy: "", "HTTP/1.1 200": "", "HTTP/1.1 299 x": "", "HTTP/1.1 2": "",
			"HTTP/1.1 ": noAnswer, "HTTP/1.1 404 Not Found\r\n\r\n": notWell, "HTTP/1.1 503\r\n\r\n": notWell,
			"HTTP/1.1 100 Continue\r\n\r\n" + healthy: notWell, "HTTP/1.0 200 OK\r\n\r\n": noAnswer,
			"": noAnswer, "SSH-2.0-OpenSSH": noAnswer, "HTTP/1.1  200": notWell,
		} {
			s := Script{Env: withPort}
			if answer != "" {
				s.Segments = [][]byte{[]byte(answer)}
			}
			run, err := Ask(file, s)
			if err != nil {
				t.Fatalf("%s, %q: %v", listen, answer, err)
			}
			if string(run.Console) != want || !run.Exited || (run.Status == 0) != (want == "") || run.Status > 1 {
				t.Errorf("%s, %q: status %d, %q; want %q", listen, answer, run.Status, run.Console, want)
			}
			if got := string(run.Output); !strings.HasPrefix(got, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n") || !strings.HasSuffix(got, "\r\n\r\n") {
				t.Errorf("%s: it asks %q", listen, got)
			}
		}
	}
}

// probeErrors are what the calls of a probe can come to, beside success: connect(2) and
// socket(7), which has EINPROGRESS where SO_SNDTIMEO is over, read(2), write(2).
func probeErrors(c Call) []int64 {
	switch c.Number {
	case Socket:
		return []int64{-EMFILE, -EACCES}
	case Connect:
		return []int64{-EINTR, -EINPROGRESS, -ECONNREFUSED, -ETIMEDOUT, -ENETUNREACH, -EAGAIN, -ENOENT, -EACCES}
	case Read:
		return []int64{-EINTR, -EAGAIN, -ECONNRESET, 0, 9}
	case Write:
		return []int64{-EINTR, -EAGAIN, -EPIPE, 0, 1}
	}
	return nil // setsockopt: the probe waits longer then
}

// Each call of a probe fails in each way: it is never well then, says so, and breaks no rule.
func TestProbeFailingCalls(t *testing.T) {
	for listen, file := range probes(t) {
		s := Script{Env: withPort, Segments: [][]byte{[]byte(healthy)}}
		plain, err := Ask(file, s)
		if err != nil || plain.Status != 0 {
			t.Fatalf("%s: %+v, %v", listen, plain, err)
		}
		failed := map[int]bool{}
		for _, call := range plain.Calls {
			for _, result := range probeErrors(call) {
				failed[call.Number] = true
				s.Result = only(call.Index, result)
				run, err := Ask(file, s)
				if err != nil {
					t.Fatalf("%s: call %d gives %d: %v", listen, call.Number, result, err)
				}
				if run.Status != 1 || !bytes.HasPrefix(run.Console, []byte("unhealthy: no ")) {
					t.Errorf("%s: call %d gives %d: status %d, %q", listen, call.Number, result, run.Status, run.Console)
				}
			}
		}
		if len(failed) != 4 {
			t.Errorf("%s: calls that failed: %v", listen, failed)
		}
	}
}

// A port that is none is a message, as the server's is.
func TestProbePorts(t *testing.T) {
	file := probes(t)["[::]:${PORT}"]
	for _, env := range [][]string{nil, {"PORT="}, {"PORT=x"}, {"PORT=0"}, {"PORT=65536"}, {"PORT=99999999999999999999"}} {
		run, err := Ask(file, Script{Env: env, Segments: [][]byte{[]byte(healthy)}})
		if err != nil || run.Status != 1 || len(run.Console) == 0 || len(run.Output) > 0 {
			t.Errorf("%q: %v, status %d, %q, it asks %q", env, err, run.Status, run.Console, run.Output)
		}
	}
}

// Random servers, failures and environments.
func TestProbeHostile(t *testing.T) {
	rng := rand.New(rand.NewPCG(testtool.Seed(t), 5))
	for listen, file := range probes(t) {
		for range 50 {
			s := HostileAnswer(rng)
			if run, err := Ask(file, s); err != nil || run.Status > 1 || run.Status == 1 && len(run.Console) == 0 && s.Result == nil {
				t.Fatalf("%s: %v; environment %q, answers %q, %+v", listen, err, s.Env, s.Segments, run)
			}
		}
	}
}

// A program that does what no probe may is stopped.
func TestProbeKernel(t *testing.T) {
	good := probes(t)[":8080"]
	for name, change := range map[string][2]string{
		"connects twice":     {"\xb8\x01\x00\x00\x00\x0f\x05", "\xb8\x2a\x00\x00\x00\x0f\x05"}, // its first write
		"accepts":            {"\xb8\x01\x00\x00\x00\x0f\x05", "\xb8\x2b\x00\x00\x00\x0f\x05"},
		"binds":              {"\xb8\x01\x00\x00\x00\x0f\x05", "\xb8\x31\x00\x00\x00\x0f\x05"},
		"sets options later": {"\xb8\x01\x00\x00\x00\x0f\x05", "\xb8\x36\x00\x00\x00\x0f\x05"},
	} {
		bad := bytes.Replace(good, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(bad, good) {
			t.Errorf("%s: nothing to change", name)
			continue
		}
		if run, err := Ask(bad, Script{}); err == nil || !strings.Contains(err.Error(), "syscalls") {
			t.Errorf("%s: %v, %+v", name, err, run)
		}
	}
}
