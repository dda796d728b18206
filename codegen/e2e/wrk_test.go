package e2e

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// A second of load: every answer is a 200, and no connection fails.
func TestWrk(t *testing.T) {
	t.Parallel()
	wrk := testtool.Need(t, "wrk")
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec("backlog: 512\nlimits: { requests: 1000000 }", onePage))
		cmd := exec.CommandContext(t.Context(), wrk, "-t", "2", "-c", "32", "-d", "1s", "--timeout", "20s", "http://"+s.Addr+"/")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("wrk: %v: %s", err, out)
		}
		text := string(out)
		if !strings.Contains(text, "requests in") || strings.Contains(text, " 0 requests in") ||
			strings.Contains(text, "Socket errors") || strings.Contains(text, "Non-2xx") {
			t.Error(text)
		}
		awaitChildren(t, s.PID, 0)
	})
}
