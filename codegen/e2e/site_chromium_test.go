package e2e

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// exampleSite reads an example, and lets it listen on 127.0.0.1 and log requests.
func exampleSite(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	files, root := fstest.MapFS{}, os.DirFS("../../examples/"+name)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		b, err := fs.ReadFile(root, name)
		files[name] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	spec := strings.Replace(string(files[emitted.SpecName].Data), `"0.0.0.0:`, `"127.0.0.1:`, 1)
	if !strings.Contains(spec, "access_log:") {
		spec = strings.Replace(spec, "server:\n", "server:\n  access_log: common\n", 1)
	}
	files[emitted.SpecName] = &fstest.MapFile{Data: []byte(spec)}
	return files
}

// A browser has one profile, and so one cache, for all its visits.
type browser struct{ program, profile string }

func newBrowser(t *testing.T) browser {
	t.Helper()
	return browser{testtool.Need(t, "chromium", "chromium-browser", "google-chrome"), t.TempDir()}
}

// visit is the page after its scripts, and what the browser has to say about it: the
// lines of the console.
func (b browser) visit(t *testing.T, url string) (dom string, console []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, b.program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-dev-shm-usage", "--enable-logging=stderr", "--virtual-time-budget=5000",
		"--user-data-dir="+b.profile, "--dump-dom", url)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", b.program, err, stderr.String())
	}
	for line := range strings.Lines(stderr.String()) {
		if strings.Contains(line, ":CONSOLE") {
			console = append(console, line)
		}
	}
	return string(out), console
}

var logLine = regexp.MustCompile(`"GET (\S+) HTTP/1\.1" ([0-9]{3})`)

// answered lists what the server has logged behind its first n lines: path and status,
// sorted.
func answered(s *emitted.Server, n int) []string {
	var list []string
	lines := strings.Split(strings.TrimSuffix(s.Stdout(), "\n"), "\n")
	for _, line := range lines[n:] {
		if m := logLine.FindStringSubmatch(line); m != nil {
			list = append(list, m[1]+" "+m[2])
		}
	}
	slices.Sort(list)
	return list
}

// TestBrowserSite visits the example twice: what belongs to the page comes once, and
// then only the page is asked for, and answered with 304.
func TestBrowserSite(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	s := emitted.Build(t, exampleSite(t, "site")).Start(t, emitted.Options{})
	const assets = "/assets/digits.6471a489.ttf 200 /assets/filter.1f963b58.js 200 /assets/style.d29e7102.css 200 /assets/ten.b29f9d8b.png 200 "
	for i, want := range []string{assets + "/calls/ 200", "/calls/ 304"} {
		before := strings.Count(s.Stdout(), "\n")
		dom, console := b.visit(t, "http://"+s.Addr+"/calls/")
		if !strings.Contains(dom, `<span id="count">10 of 10</span>`) || len(console) > 0 {
			t.Errorf("visit %d: the console says %q; the page is\n%s", i+1, console, dom)
		}
		await(t, func() bool { return len(answered(s, before)) >= len(strings.Fields(want))/2 }, "lines are missing in the log") // which come behind the responses
		if got := strings.Join(answered(s, before), " "); got != want {
			t.Errorf("visit %d:\ngot  %s\nwant %s", i+1, got, want)
		}
	}
}

// TestBrowserConsole: what TestBrowserSite looks for in vain can be seen, here that the
// site's policy forbids a script in the page.
func TestBrowserConsole(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	files := exampleSite(t, "site")
	files["public/404.html"].Data = append(files["public/404.html"].Data, "<script>document.title = 'ran'</script>"...)
	s := emitted.Build(t, files).Start(t, emitted.Options{})
	dom, console := b.visit(t, "http://"+s.Addr+"/nothing")
	if !strings.Contains(dom, "<title>Nothing here</title>") || len(console) == 0 || !strings.Contains(console[0], "Content Security Policy") {
		t.Errorf("the console says %q; the page is\n%s", console, dom)
	}
}

// TestBrowserSPA opens a deep link of the example.
func TestBrowserSPA(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	s := emitted.Build(t, exampleSite(t, "spa")).Start(t, emitted.Options{})
	for path, title := range map[string]string{"/": "Rooms", "/rooms/kitchen": "Room kitchen", "/rooms/a%20b": "Room a b"} {
		dom, console := b.visit(t, "http://"+s.Addr+path)
		if want := fmt.Sprintf("<h1>%s</h1>", title); !strings.Contains(dom, want) || len(console) > 0 {
			t.Errorf("%s: the console says %q; no %s in\n%s", path, console, want, dom)
		}
	}
}

// TestBrowserPolicy: a browser runs and applies what csp: auto found in the page, in whatever
// form it stands there, and nothing else.
func TestBrowserPolicy(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	files := fstest.MapFS{
		emitted.SpecName: {Data: []byte("server: { listen: \"127.0.0.1:${PORT:-8080}\" }\nroutes:\n  - { path: /, dir: public, csp: auto, encodings: [] }\n")},
		"public/index.html": {Data: []byte(`<!DOCTYPE html><title>policy</title>
<style>#styled { z-index: 1 }</style><p id=styled>
<p id=attribute style="z-index: 2 /* &amp; */">
<svg><style>#picture { z-index: 3 }</style></svg><p id=picture>
<p id=handler onclick="this.title = 'clicked &quot;'">
<script type=module>document.body.dataset.module = "ran"</script>
<script type="application/json">{"data": 1}</script>
<script>
	const found = id => getComputedStyle(document.getElementById(id)).zIndex
	document.getElementById("handler").click()
	const other = document.createElement("script")
	other.textContent = "document.body.dataset.other = 'ran'"
	document.body.append(other)
	const style = document.createElement("style")
	style.textContent = "#handler { z-index: 9 }"
	document.head.append(style)
	addEventListener("load", () => document.body.dataset.found = [found("styled"), found("attribute"), found("picture"), found("handler")])
</script>` + "\r\n<script>document.body.dataset.lines = 'ran'\r\n</script>")},
	}
	s := emitted.Build(t, files).Start(t, emitted.Options{})
	dom, console := b.visit(t, "http://"+s.Addr+"/")
	for _, want := range []string{`data-module="ran"`, `data-found="1,2,3,auto"`, `data-lines="ran"`, `title="clicked &quot;"`} {
		if !strings.Contains(dom, want) {
			t.Errorf("no %s in\n%s", want, dom)
		}
	}
	refused := func(line string) bool { return strings.Contains(line, "Content Security Policy") }
	if strings.Contains(dom, "data-other") || len(console) != 2 || !refused(console[0]) || !refused(console[1]) {
		t.Errorf("of two that are not in the page the console says %q; the page is\n%s", console, dom)
	}
}
