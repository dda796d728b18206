package e2e

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// A browser loads the landing example complete: the page as it was built, and its
// style sheet.
func TestChromiumLanding(t *testing.T) {
	t.Parallel()
	browser := testtool.Need(t, "chromium", "chromium-browser", "google-chrome")
	s := emitted.Build(t, landing(t)).Start(t, emitted.Options{})
	dom := dumpDOM(t, browser, "http://"+s.Addr+"/")
	if !strings.Contains(dom, "<title>verbosel") || !strings.Contains(dom, "bytes of ELF") {
		t.Errorf("the page is %s", dom)
	}
	for _, line := range []string{`"GET / HTTP/1.1" 200 `, `"GET /style.css HTTP/1.1" 200 `} {
		await(t, func() bool { return strings.Contains(s.Stdout(), line) }, "the access log has not %s", line)
		if log := s.Stdout(); strings.Count(log, line) != 1 {
			t.Errorf("the access log has %s %d times:\n%s", line, strings.Count(log, line), log)
		}
	}
}

// landing is the example, on loopback, with an access log.
func landing(t *testing.T) fstest.MapFS {
	t.Helper()
	const folder = "../../examples/landing"
	site := fstest.MapFS{}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(folder + "/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		site[e.Name()] = &fstest.MapFile{Data: b}
	}
	spec := string(site[emitted.SpecName].Data)
	changed := strings.Replace(spec, `"0.0.0.0:${PORT:-8080}"`, "\"127.0.0.1:${PORT:-8080}\"\n  access_log: common", 1)
	if changed == spec {
		t.Fatalf("the example does not listen as it did:\n%s", spec)
	}
	site[emitted.SpecName].Data = []byte(changed)
	return site
}
