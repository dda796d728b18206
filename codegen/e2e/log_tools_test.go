package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// counts are the status and the bytes of a line, behind its request line.
var counts = regexp.MustCompile(`^"(?:[^"\\]|\\.)*" (\d{3} \d+)`)

// loggedServer gives a log that has a line of each kind, and address, status and bytes of
// each.
func loggedServer(t *testing.T, v emitted.Variant, form string) (log, want string) {
	t.Helper()
	s := emitted.Build(t, logSite(v, "access_log: "+form+"\nlisten: \"[::]:${PORT:-8080}\"")).Start(t, emitted.Options{})
	lines := 0
	for _, r := range append(append(fieldRequests(), refusedRequests...), loggedRequests...) {
		_, _ = ask(s.Addr, r.text) // a server that closes early may reset what is still sent
		if r.line == "" {
			continue
		}
		lines++
		want += "127.0.0.1 " + counts.FindStringSubmatch(r.line)[1] + "\n"
		await(t, func() bool { return strings.Count(s.Stdout(), "\n") == lines }, "a line is missing in the log")
	}
	return s.Stdout(), want
}

// goAccess is what GoAccess says of a log.
type goAccess struct {
	General struct {
		Valid  int `json:"valid_requests"`
		Failed int `json:"failed_requests"`
	} `json:"general"`
	Hosts     panel `json:"hosts"`
	Referrers panel `json:"referrers"`
	Requests  panel `json:"requests"`
	Static    panel `json:"static_requests"`
}

type panel struct {
	Data []struct {
		Data string `json:"data"`
		Hits struct {
			Count int `json:"count"`
		} `json:"hits"`
	} `json:"data"`
}

// hits says how often something is in a panel.
func (p panel) hits(of string) int {
	for _, d := range p.Data {
		if d.Data == of {
			return d.Hits.Count
		}
	}
	return 0
}

// GoAccess takes every line of the common and of the combined form, whatever clients sent,
// and finds in it what it is to find.
func TestGoAccessParsesLog(t *testing.T) {
	t.Parallel()
	tool := testtool.Need(t, "goaccess")
	needIPv6(t)
	for _, form := range []string{"common", "combined"} {
		emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
			log, want := loggedServer(t, v, form)
			dir := t.TempDir()
			file, report, invalid := filepath.Join(dir, "log"), filepath.Join(dir, "report.json"), filepath.Join(dir, "invalid")
			if err := os.WriteFile(file, []byte(log), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(tool, file, "--log-format="+strings.ToUpper(form), "--no-global-config", "--no-progress",
				"--max-items=1000", "--invalid-requests="+invalid, "-o", report)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			b, err := os.ReadFile(report)
			if err != nil {
				t.Fatal(err)
			}
			var got goAccess
			if err := json.Unmarshal(b, &got); err != nil {
				t.Fatal(err)
			}
			lines := strings.Count(want, "\n")
			if got.General.Valid != lines || got.General.Failed != 0 {
				bad, _ := os.ReadFile(invalid)
				t.Errorf("of %d lines %d were taken and %d refused:\n%s", lines, got.General.Valid, got.General.Failed, bad)
			}
			if n := got.Hosts.hits("127.0.0.1"); n != lines {
				t.Errorf("%d lines of 127.0.0.1", n)
			}
			if got.Static.hits("/a.txt") == 0 || got.Requests.hits("/a.txt?query=1") != 1 {
				t.Errorf("no such requests in %+v %+v", got.Static, got.Requests)
			}
			if n := got.Referrers.hits("http://r.example/a?b"); form == "combined" && n != 5 {
				t.Errorf("%d requests of a referrer in %+v", n, got.Referrers)
			}
		})
	}
}

// jq takes every line of the JSON form.
func TestJqParsesLog(t *testing.T) {
	t.Parallel()
	tool := testtool.Need(t, "jq")
	needIPv6(t)
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		log, want := loggedServer(t, v, "json")
		cmd := exec.Command(tool, "-r", `"\(.remote) \(.status) \(.bytes)"`)
		cmd.Stdin = strings.NewReader(log)
		out, err := cmd.CombinedOutput()
		if err != nil || string(out) != want {
			t.Errorf("%v: %s", err, emitted.Difference(string(out), want))
		}
		cmd = exec.Command(tool, "-r", "--slurp", "map(select(.query == \"a=\\\"b\\\\c??%22\")) | length")
		cmd.Stdin = strings.NewReader(log)
		if out, err := cmd.CombinedOutput(); err != nil || string(out) != "1\n" {
			t.Errorf("a query with quotes: %s, %v", out, err)
		}
	})
}
