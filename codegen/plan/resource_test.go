package plan

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/site"
)

// buildSites plans a spec whose routes with `dir` are built first.
func buildSites(t testing.TB, fsys fstest.MapFS) (*Plan, error) {
	t.Helper()
	s := parse(t, fsys)
	var sites []*site.Site
	for _, route := range s.Routes {
		if route.Dir == nil {
			continue
		}
		built, err := site.Build(context.Background(), fsys, route, site.Options{})
		if err != nil {
			t.Fatal(err)
		}
		sites = append(sites, built)
	}
	return Build(fsys, s, sites...)
}

// oneFile is a folder's file under a spec with further lines for its route.
func oneFile(lines string) fstest.MapFS {
	out := files("headers: { X-Global: g }\nroutes:\n  - path: /\n    dir: site\n" + lines)
	out["site/a.css"] = &fstest.MapFile{Data: []byte(strings.Repeat("a{}\n", 100))}
	return out
}

// What a header block's parts are made of: a 206 repeats what describes the content,
// a 304 what RFC 9110, 15.4.5 asks for, and a 416 nothing by which it could be kept.
func TestVariantParts(t *testing.T) {
	p, err := buildSites(t, oneFile("    headers: { X-Own: o, Expires: \"0\" }\n    cache: { \"*.css\": immutable }\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Resources) != 1 {
		t.Fatalf("%d resources", len(p.Resources))
	}
	for i, response := range p.Resources[0].Variants {
		r := p.Responses[response]
		head := string(r.Head)
		if !strings.HasPrefix(head, VariantStart) || !strings.HasPrefix(head[r.Fields304:], ETagStart) {
			t.Errorf("%s: %q", Codings[i], head)
		}
		for _, c := range []struct {
			from      int
			with, not []string
		}{
			{r.Fields206, []string{"Content-Type:", "ETag:", "X-Own:"}, []string{"Content-Length:"}},
			{r.Fields304, []string{"Vary: Accept-Encoding", "Cache-Control:", "Expires:", "X-Global:"}, []string{"Content-Type:", "Content-Encoding:"}},
			{r.Fields416, []string{"X-Own:", "X-Global:"}, []string{"ETag:", "Vary:", "Cache-Control:", "Expires:"}},
		} {
			for _, name := range c.with {
				if !strings.Contains(head[c.from:], "\r\n"+name) && !strings.HasPrefix(head[c.from:], name) {
					t.Errorf("%q from %d has no %s", head, c.from, name)
				}
			}
			for _, name := range c.not {
				if strings.Contains(head[c.from:], name) {
					t.Errorf("%q from %d has %s", head, c.from, name)
				}
			}
		}
	}
}

// A page and its form in Markdown were modified when the later of the two was, and depend on
// Accept; the file at its own address does not.
func TestMarkdownForms(t *testing.T) {
	out := files("routes:\n  - path: /\n    dir: site\n    markdown: true\n    last_modified: mtime\n")
	earlier, later := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	for name, at := range map[string]time.Time{"a.html": earlier, "a.md": later, "b.html": later, "b.md": earlier, "c.html": earlier} {
		out["site/"+name] = &fstest.MapFile{Data: []byte(name), ModTime: at}
	}
	p, err := buildSites(t, out)
	if err != nil {
		t.Fatal(err)
	}
	head := func(i int) string { return string(p.Responses[i].Head) }
	for _, route := range p.Routes {
		r := p.Resources[route.Resource]
		page, name := head(r.Variants[Identity]), strings.TrimPrefix(route.Path, "/")
		both := name == "a.html" || name == "b.html"
		if r.HasMarkdown() != both || len(r.Responses()) != map[bool]int{true: 2, false: 1}[both] || strings.Contains(page, "Vary: Accept\r\n") != both {
			t.Errorf("%s: %+v %q", name, r, page)
		}
		if !both {
			continue
		}
		markdown := head(r.Markdown[Identity])
		for _, want := range []string{"Vary: Accept\r\n", "Last-Modified: Sun, 01 Feb 2026 00:00:00 GMT\r\n"} {
			if !strings.Contains(page, want) || !strings.Contains(markdown, want) {
				t.Errorf("%s: no %q in %q, %q", name, want, page, markdown)
			}
		}
		if r.LastModified != DateKey(later) || !strings.Contains(markdown, "Content-Type: text/markdown") {
			t.Errorf("%s: %+v %q", name, r, markdown)
		}
	}
}

// A header block that the server's records cannot hold is an error for files too.
func TestVariantHeadTooLong(t *testing.T) {
	_, err := buildSites(t, oneFile("    headers: { X: \""+strings.Repeat("y", maxHead)+"\" }\n"))
	var list diag.List
	if !errors.As(err, &list) || !strings.Contains(list[0].Msg, "header block") {
		t.Errorf("%v", err)
	}
}

func TestDateKeyOrder(t *testing.T) {
	last := DateKey(time.Time{})
	if last != 0 {
		t.Errorf("no date is %d", last)
	}
	for _, text := range []string{
		"1970-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2000-01-01T00:00:00Z", "2000-01-01T00:00:01Z",
		"2000-01-01T00:01:00Z", "2000-01-01T01:00:00Z", "2000-01-02T00:00:00Z", "2000-02-01T00:00:00Z",
		"2000-12-31T23:59:59Z", "9999-12-31T23:59:59Z",
	} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if key := DateKey(at); key <= last {
			t.Errorf("%s is %#x, and the date before %#x", text, key, last)
		} else {
			last = key
		}
		if zone := at.In(time.FixedZone("", 3600)); DateKey(zone) != last {
			t.Errorf("%s depends on its zone", text)
		}
	}
}
