package e2e

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// browserSite is a page whose script, loaded from the server too, notes what arrived.
var browserSite = fstest.MapFS{
	"page.html": {Data: []byte(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Page</title>
<link rel="stylesheet" href="/style.css">
<p id="text">Grüße</p><img src="/dot.svg" alt="">
<script type="module" src="/note.js"></script></html>
`)},
	"style.css": {Data: []byte("#text { color: rgb(1, 2, 3) }\n")},
	"dot.svg":   {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>` + "\n")},
	"note.js": {Data: []byte(`const text = document.querySelector('#text');
const data = await (await fetch('/data')).json();
const missing = (await fetch('/nothing')).status;
text.textContent += [' ', getComputedStyle(text).color, document.images[0].naturalWidth, data.answer, missing].join(' ');
`)},
}

const browserRoutes = `routes:
  - { path: /, file: page.html }
  - { path: /style.css, file: style.css }
  - { path: /dot.svg, file: dot.svg }
  - { path: /note.js, file: note.js }
  - { path: /data, json: { answer: 42 } }
  - { path: /from, redirect: / }
`

// A browser loads a page with all that belongs to it, through a redirect.
func TestChromium(t *testing.T) {
	t.Parallel()
	browser := testtool.Need(t, "chromium", "chromium-browser", "google-chrome")
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		site := fstest.MapFS{emitted.SpecName: {Data: []byte(v.Spec("", browserRoutes))}}
		for name, file := range browserSite {
			site[name] = file
		}
		s := emitted.Build(t, site).Start(t, emitted.Options{})
		dom := dumpDOM(t, browser, "http://"+s.Addr+"/from")
		if want := `<p id="text">Grüße  rgb(1, 2, 3) 7 42 404</p>`; !strings.Contains(dom, want) {
			t.Errorf("the page is %s, want %s in it", dom, want)
		}
	})
}

// dumpDOM is the page after its scripts.
func dumpDOM(t *testing.T, browser, url string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-dev-shm-usage", "--virtual-time-budget=5000", "--user-data-dir="+t.TempDir(), "--dump-dom", url)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", browser, err, stderr.String())
	}
	return string(out)
}
