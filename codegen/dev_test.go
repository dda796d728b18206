package codegen

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/plan"
	"github.com/verbosel/verbosel/codegen/spec"
)

const devOrigin = "http://127.0.0.1:99"

func TestAllowOrigin(t *testing.T) {
	for policy, want := range map[string]string{
		"default-src 'self'":                         "default-src 'self'; script-src-elem 'self' O; connect-src 'self' O",
		"default-src 'none'; img-src *":              "default-src 'none'; img-src *; script-src-elem O; connect-src O",
		"script-src 'self'":                          "script-src 'self'; script-src-elem 'self' O",
		"Script-Src-Elem a; connect-src 'NONE'":      "script-src-elem a O; connect-src O",
		"img-src 'self'":                             "img-src 'self'",
		"":                                           "",
		"sandbox ; ;default-src a;default-src b":     "sandbox; default-src a; script-src-elem a O; connect-src a O",
		"default-src a, connect-src b":               "default-src a; script-src-elem a O; connect-src a O, connect-src b O",
		"script-src a; default-src b; connect-src c": "script-src a; default-src b; connect-src c O; script-src-elem a O",
	} {
		if got := allowOrigin(policy, "O"); got != want {
			t.Errorf("%q:\ngot  %q\nwant %q", policy, got, want)
		}
	}
}

func TestScriptInHTML(t *testing.T) {
	d := &Dev{Origin: "o", Script: "/s"}
	const script = `<script src="o/s" async></script>`
	for html, want := range map[string]string{
		"<body>a</body></html>": "<body>a" + script + "</body></html>",
		"</body>a</BODY >":      "</body>a" + script + "</BODY >",
		"<p>a":                  "<p>a" + script,
		"":                      script,
		"\u212a</body>":         "\u212a" + script + "</body>", // its lower case is shorter
	} {
		if page, _ := d.edit([]byte(html), nil); string(page) != want {
			t.Errorf("%q: %q", html, page)
		}
	}
	// Slots stay where they are in the page.
	before, behind := spec.Slot{At: 7}, spec.Slot{At: 14}
	_, slots := d.edit([]byte("<body>a</body>"), []spec.Slot{before, behind})
	if want := []spec.Slot{before, {At: 14 + len(script)}}; !slices.Equal(slots, want) {
		t.Errorf("slots at %v, want %v", slots, want)
	}
}

const devSpec = `server: { isolation: connection }
security: { csp: "default-src 'self'" }
headers: { cache-control: max-age=1 }
routes:
  - { path: /, dir: public, cache: { "*": immutable }, headers: { content-security-policy: "script-src a" }, headers_for: { x: { Content-Security-Policy: "connect-src b" } } }
  - { path: /f, file: f.html }
  - { path: /t, file: t.txt }
  - { path: /b, body: "a" }
errors:
  404: { file: f.html }
`

func devFiles() fstest.MapFS {
	return fstest.MapFS{
		"routes.yaml": {Data: []byte(devSpec)}, "f.html": {Data: []byte("<p>f")}, "t.txt": {Data: []byte("t")},
		"public/index.html": {Data: []byte("<p>i")}, "public/x/a.css": {Data: bytes.Repeat([]byte("a"), 5000)}, "errors/404.html": {},
	}
}

func TestDev(t *testing.T) {
	dev := &Dev{Origin: devOrigin, Script: "/reload.js"}
	r, err := Compile(devFiles(), "routes.yaml", Options{Dev: dev})
	if err != nil {
		t.Fatal(err)
	}
	const script = `<script src="http://127.0.0.1:99/reload.js" async></script>`
	for _, want := range []string{"<p>i" + script, "<p>f" + script} {
		if !slices.ContainsFunc(r.Plan.Responses, func(p plan.Response) bool { return string(p.Body.Bytes) == want }) {
			t.Errorf("no response %q", want)
		}
	}
	for _, p := range r.Plan.Responses {
		if bytes.Contains(p.Head, []byte("Content-Encoding")) {
			t.Errorf("encoded: %s", p.Head)
		}
		checkKeptByNone(t, p.Head)
	}
	if r.Spec.Server.Isolation != spec.IsolationRequest || r.Plan.Server.KeepAlive {
		t.Error("connections persist")
	}
	var policies []string
	for _, list := range [][]spec.Header{r.Spec.Headers, r.Spec.Routes[0].Headers, r.Spec.Routes[0].Dir.HeadersFor[0].Headers} {
		for _, h := range list {
			if strings.EqualFold(h.Name, "Content-Security-Policy") {
				policies = append(policies, h.Value)
			}
		}
	}
	want := []string{
		"default-src 'self'; script-src-elem 'self' " + devOrigin + "; connect-src 'self' " + devOrigin,
		"script-src a; script-src-elem a " + devOrigin, "connect-src b " + devOrigin,
	}
	if diff := cmp.Diff(want, policies); diff != "" {
		t.Error(diff)
	}
}

// checkKeptByNone demands that a response, if it speaks of caches, wants to be asked.
func checkKeptByNone(t *testing.T, head []byte) {
	t.Helper()
	for line := range bytes.Lines(bytes.ToLower(head)) {
		if value, ok := bytes.CutPrefix(line, []byte("cache-control: ")); ok && string(value) != "no-cache\r\n" {
			t.Errorf("it is kept: %s", head)
		}
	}
}

// TestDevWithoutScript: only the process model, caches and the encodings differ.
func TestDevWithoutScript(t *testing.T) {
	r, err := Compile(devFiles(), "routes.yaml", Options{Dev: &Dev{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Plan.Responses {
		checkKeptByNone(t, p.Head)
		if bytes.Contains(p.Body.Bytes, []byte("<script")) || bytes.Contains(p.Head, []byte("127.0.0.1")) {
			t.Errorf("changed: %s", p.Head)
		}
	}
}

func TestDevUnreadable(t *testing.T) {
	files := devFiles()
	for _, spec := range []string{"routes: [{ path: /, file: f.html }]\n", "routes: []\nerrors: { 404: { file: f.html } }\n"} {
		files["routes.yaml"].Data = []byte(spec)
		_, err := Compile(vanishing{files, new(int)}, "routes.yaml", Options{Dev: &Dev{Origin: devOrigin}})
		if err == nil || !strings.Contains(err.Error(), "file does not exist") {
			t.Errorf("got %v", err)
		}
	}
}

// vanishing is a file system whose f.html can be opened once.
type vanishing struct {
	fstest.MapFS
	opened *int
}

func (v vanishing) Open(name string) (fs.File, error) {
	if name == "f.html" {
		if *v.opened++; *v.opened > 1 {
			return nil, fs.ErrNotExist
		}
	}
	return v.MapFS.Open(name)
}

func (v vanishing) ReadFile(name string) ([]byte, error) {
	if _, err := v.Open(name); err != nil {
		return nil, err
	}
	return v.MapFS.ReadFile(name)
}

// TestDevExtendsPolicies: the policies of pages allow the script beside what is inline.
func TestDevExtendsPolicies(t *testing.T) {
	files := fstest.MapFS{
		"routes.yaml":       {Data: []byte("routes: [{ path: /, dir: public, csp: auto }]\n")},
		"public/index.html": {Data: []byte("<script>a()</script>")},
	}
	r, err := Compile(files, "routes.yaml", Options{Dev: &Dev{Origin: devOrigin, Script: "/reload.js"}})
	if err != nil {
		t.Fatal(err)
	}
	want := "script-src-elem 'self' " + devOrigin + " 'sha256-"
	if !slices.ContainsFunc(r.Plan.Responses, func(p plan.Response) bool { return bytes.Contains(p.Head, []byte(want)) }) {
		t.Errorf("no response has %s", want)
	}
}
