package plan

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/spec"
)

// files are beside the specs of these tests.
func files(text string) fstest.MapFS {
	return fstest.MapFS{
		"routes.yaml": {Data: []byte(text)},
		"small.txt":   {Data: []byte("small\n")},
		"shared.txt":  {Data: bytes.Repeat([]byte("s"), shareFrom)},
		"same.txt":    {Data: bytes.Repeat([]byte("s"), shareFrom)},
		"below.txt":   {Data: bytes.Repeat([]byte("b"), shareFrom-1)},
		"large.txt":   {Data: bytes.Repeat([]byte("l"), largeFrom)},
		"almost.txt":  {Data: bytes.Repeat([]byte("a"), largeFrom-1)},
		"empty.txt":   {},
	}
}

func parse(t testing.TB, fsys fs.FS) *spec.Spec {
	t.Helper()
	s, err := spec.Parse(fsys, "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// build plans a spec, and checks what every plan promises.
func build(t testing.TB, text string) *Plan {
	t.Helper()
	p, err := Build(files(text), parse(t, files(text)))
	if err != nil {
		t.Fatal(err)
	}
	checkPlan(t, p)
	return p
}

// checkPlan checks the invariants of a Plan.
func checkPlan(t testing.TB, p *Plan) {
	t.Helper()
	labels, wire := map[string]bool{}, map[string]bool{}
	unique := func(label string) {
		if label == "" || labels[label] {
			t.Errorf("label %q is empty or not unique", label)
		}
		labels[label] = true
	}
	bodies := map[string]string{}
	for _, r := range p.Responses {
		unique(r.Label)
		checkResponse(t, p, r)
		key := fmt.Sprintf("%t %s %s %s", r.Final, r.Head, r.Body.Bytes, r.Body.File)
		if wire[key] {
			t.Errorf("%s is there twice", r.Label)
		}
		wire[key] = true
		if l := r.Body.Label; l != "" {
			content := string(r.Body.Bytes) + " " + r.Body.File
			if known, ok := bodies[l]; ok && known != content {
				t.Errorf("%s stands for two contents", l)
			}
			bodies[l] = content
		}
	}
	for l := range bodies {
		unique(l)
	}
	for _, r := range p.Routes {
		unique(r.Label)
		if len(r.Responses) != len(p.Columns) {
			t.Errorf("%s has %d responses in %d columns", r.Label, len(r.Responses), len(p.Columns))
		}
	}
}

func checkResponse(t testing.TB, p *Plan, r Response) {
	t.Helper()
	head := string(r.Head)
	switch {
	case !strings.HasPrefix(head, fmt.Sprintf("HTTP/1.1 %d ", r.Status)):
		t.Errorf("%s starts with %.20q", r.Label, head)
	case strings.Count(head, "\r\n\r\n") != 1 || !strings.HasSuffix(head, "\r\n\r\n"):
		t.Errorf("%s does not end with its empty line: %q", r.Label, head)
	case strings.Contains(head, "\r\nConnection: close\r\n") != (r.Final || !p.Server.KeepAlive):
		t.Errorf("%s: %q", r.Label, head)
	case strings.Contains(head, "\r\nContent-Length:") != (r.Status != 204 && r.Status != 304):
		t.Errorf("%s: %q", r.Label, head)
	case strings.Contains(head, "\r\nContent-Length:") && !strings.Contains(head, fmt.Sprintf("\r\nContent-Length: %d\r\n", r.Body.Size)):
		t.Errorf("%s has %d bytes of content: %q", r.Label, r.Body.Size, head)
	case r.Body.File == "" && int64(len(r.Body.Bytes)) != r.Body.Size:
		t.Errorf("%s has %d of %d bytes", r.Label, len(r.Body.Bytes), r.Body.Size)
	case r.Stock && !bytes.HasSuffix(r.Head, p.StockFields):
		t.Errorf("%s is stock, but does not end so: %q", r.Label, head)
	}
}

// answer is the response of a path to a method.
func answer(t testing.TB, p *Plan, method, path string) Response {
	t.Helper()
	column := ColumnOf(p.Columns, method)
	for _, r := range p.Routes {
		if r.Path == path && column >= 0 {
			return p.Responses[r.Responses[column]]
		}
	}
	t.Fatalf("no route %s, or no column for %s", path, method)
	return Response{}
}

// The plan follows from the spec alone.
func TestBuildIsDeterministic(t *testing.T) {
	var text strings.Builder
	text.WriteString("routes:\n")
	for i := range 50 {
		fmt.Fprintf(&text, "  - { path: /%d, body: \"%d\" }\n", i, i%7)
	}
	first := build(t, text.String())
	for range 5 {
		if diff := cmp.Diff(first, build(t, text.String())); diff != "" {
			t.Fatalf("two plans of one spec differ: %s", diff)
		}
	}
}

func TestRoutePaths(t *testing.T) {
	p := build(t, `routes:
  - { path: "/a b", body: x }
  - { path: "/%C3%9C%2F", body: x }
  - { path: "/%41", body: x }
`)
	for i, want := range []string{"/a%20b", "/%c3%9c%2f", "/A"} {
		if got := p.Routes[i].Path; got != want {
			t.Errorf("route %d is %s in the buffer, want %s", i, got, want)
		}
	}
}

// Paths that look alike as labels are told apart; the root has a name.
func TestRouteLabels(t *testing.T) {
	p := build(t, `routes:
  - { path: /, body: x }
  - { path: /a-b, body: x }
  - { path: /a_b, body: x }
  - { path: /a/b/, body: x }
  - { path: /A.B, body: x }
  - { path: /a_b_2, body: x }
  - { path: /root, body: x }
  - { path: /`+strings.Repeat("x", 60)+`1, body: x }
  - { path: /`+strings.Repeat("x", 60)+`2, body: x }
`)
	want := []string{"route_root", "route_a_b", "route_a_b_2", "route_a_b_3", "route_a_b_4", "route_a_b_2_2", "route_root_2"}
	for i, want := range want {
		if got := p.Routes[i].Label; got != want {
			t.Errorf("%s is %s, want %s", p.Routes[i].Path, got, want)
		}
	}
}
