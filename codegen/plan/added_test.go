package plan

import (
	"strings"
	"testing"
)

// Fields with slots are kept once for all responses that have the same, and those that replace them have none.
func TestAddedOnce(t *testing.T) {
	p := buildSite(t, `
headers: { X-A: "${A}", X-Plain: plain }
routes:
  - path: /
    dir: public
    headers_for: { "b.txt": { X-B: "${B}" } }
  - { path: /own, body: own, headers: { x-a: own } }
  - { path: /same, body: same, headers: { X-Plain: "${A}" } }
  - { path: /file, file: public/a.txt, headers: { X-B: "${B}" } }
  - { path: /old, redirect: /new, headers: { X-A: "${B}" } }
`, map[string]string{"a.txt": "a", "b.txt": "b"})
	var got []string
	for _, a := range p.Added {
		got = append(got, string(a.Text))
	}
	// The slots of X-A's two values are of other variables.
	want := "|X-A: \r\n|X-B: \r\nX-A: \r\n|X-A: \r\n"
	if strings.Join(got, "|") != want || p.StockAdded != 1 {
		t.Errorf("%q, the stock responses have %d, want %q", got, p.StockAdded, want)
	}
	for _, r := range p.Responses {
		if strings.Contains(string(r.Head), "X-A: \r\n") || strings.Contains(string(r.Head), "x-a: own") != (r.Added == 0) {
			t.Errorf("added is %d behind %q", r.Added, r.Head)
		}
	}
}
