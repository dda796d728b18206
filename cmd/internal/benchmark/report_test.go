package benchmark

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/stats"
)

// busyResult is a result with a row for each load, of a machine that did something else.
func busyResult() *Result {
	r := &Result{Spec: "site/routes.yaml", Path: "/", Load: "wrk", ServerCPU: []int{0}, LoadCPU: []int{1, 2}, Rounds: 3, Seconds: 2}
	r.Machine.Load = 1.5
	r.Warning = r.warning()
	figures := map[measure.Metric]stats.Summary{}
	for _, m := range loaded {
		figures[m] = stats.Of([]float64{1234.5, 2345.6})
	}
	for _, s := range measure.Scenarios() {
		r.Scenarios = append(r.Scenarios, &Scenario{ID: s.ID, Title: s.Title, Isolation: "connection", Figures: figures})
	}
	still := map[measure.Metric]stats.Summary{measure.Size: stats.Of([]float64{4095})}
	r.Builds = append(r.Builds, &Build{Isolation: "request", AsWritten: true, Figures: still})
	return r
}

// TestBusyFirst: what makes all figures worth less comes before the first of them.
func TestBusyFirst(t *testing.T) {
	const warning = "WARNING: the machine was busy before the run (load 1.50): these figures are worth less."
	var text, page strings.Builder
	r := busyResult()
	if err := r.Text(&text); err != nil || !strings.HasPrefix(text.String(), warning+"\n") {
		t.Errorf("%v\n%s", err, text.String())
	}
	if !strings.Contains(text.String(), "on processor 1, 2, the server on 0") {
		t.Errorf("processors: %s", text.String())
	}
	if err := r.Page(&page); err != nil {
		t.Fatal(err)
	}
	if at := strings.Index(page.String(), warning); at < 0 || at > strings.Index(page.String(), "<table>") {
		t.Errorf("the warning is at %d", at)
	}
	r.Machine.Load = 0
	if got := r.warning(); got != "" {
		t.Errorf("of an idle machine: %s", got)
	}
}

// TestPageFits: nothing of the page is wider than a telephone or a small window. It is
// laid out by chromium in a frame, and its width is the document's title.
func TestPageFits(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed: `make test` installs it")
	}
	var page strings.Builder
	if err := busyResult().Page(&page); err != nil {
		t.Fatal(err)
	}
	content, err := json.Marshal(page.String()) // with < as an escape
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []string{"420", "1100"} {
		dir := t.TempDir()
		file := filepath.Join(dir, "frame.html")
		frame := `<!doctype html><iframe style="border: 0; width: ` + width + `px; height: 900px"></iframe><script>
const frame = document.querySelector("iframe");
frame.onload = () => {
  const root = frame.contentDocument.documentElement;
  document.title = (root.scrollWidth <= root.clientWidth ? "fits" : "too wide") + " in " + frame.clientWidth;
};
frame.srcdoc = ` + string(content) + `;
</script>`
		if err := os.WriteFile(file, []byte(frame), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000",
			"--user-data-dir="+dir, "--virtual-time-budget=5000", "--dump-dom", "file://"+file).Output()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(out), "<title>fits in "+width+"</title>") {
			t.Errorf("%s: %.200s", width, out)
		}
	}
}
