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
