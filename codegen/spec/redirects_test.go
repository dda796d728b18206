package spec

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

const redirectsSpec = "routes:\n  - { path: /here, body: x }\nredirects: moved/old.csv\n"

// withRedirects is a folder with a spec and its file of redirects.
func withRedirects(spec, rows string) fs.FS {
	return fstest.MapFS{
		"routes.yaml":   {Data: []byte(spec), Mode: 0o644},
		"moved/old.csv": {Data: []byte(rows), Mode: 0o644},
		"moved/in.csv":  {Data: []byte("/a,/b\n"), Mode: 0o644},
	}
}

func TestRedirects(t *testing.T) {
	rows := "\ufeffFrom, To ,STATUS\r\n# a comment, with \"commas\"\r\n\r\n/a,/b\r\n /ü , https://example.com/?a=b , 308\r\n   \r\n\"/x,y\",\"/q?a=\"\"b\"\r\n/p/{id},/p,\r\n"
	s, err := Parse(withRedirects(redirectsSpec, strings.ReplaceAll(rows, `""b"`, `b,c"`)), "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range s.Routes[1:] {
		got = append(got, fmt.Sprintf("%s %s %s -> %d %s", r.PathPos, r.Methods, r.Path, r.Status, sample(r.Redirect)))
	}
	want := []string{
		"moved/old.csv:4:1 [GET] /a -> 301 /b?q=1",
		"moved/old.csv:5:2 [GET] /%C3%BC -> 308 https://example.com/?a=b",
		"moved/old.csv:7:1 [GET] /x,y -> 301 /q?a=b,c",
		"moved/old.csv:8:1 [GET] /p/{id} -> 301 /p?q=1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"moved/old.csv"}, s.Imports); diff != "" {
		t.Error(diff)
	}
	if sum := sha256.Sum256([]byte(strings.ReplaceAll(rows, `""b"`, `b,c"`))); s.Sums["moved/old.csv"] != sum {
		t.Errorf("its hash is %x", s.Sums["moved/old.csv"])
	}
}

// TestRedirectsAreEnough: a spec and a host need no routes beside them.
func TestRedirectsAreEnough(t *testing.T) {
	s, err := Parse(withRedirects("redirects: moved/old.csv\nhosts:\n  example.com:\n    redirects: moved/in.csv\n  a.example.com:\n    routes: []\n", "/a,/b\n"), "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Routes) != 1 || len(s.Hosts[0].Routes) != 1 || s.Misdirected {
		t.Errorf("%d and %d routes, misdirected: %v", len(s.Routes), len(s.Hosts[0].Routes), s.Misdirected)
	}
}

func TestBadRedirects(t *testing.T) {
	for _, tt := range []struct{ rows, want string }{
		{"/a\n", "moved/old.csv:1:1: a line with 1 value"},
		{"/a,/b,301,x\n", "moved/old.csv:1:11: a line with 4 values"},
		{"/a;/b\n", "moved/old.csv:1:1: a line without a comma"},
		{"/a\t/b\n", "moved/old.csv:1:1: a line without a comma"},
		{"a,/b\n", `moved/old.csv:1:1: the path "a" does not begin with /`},
		{"https://x.example/a,/b\n", `moved/old.csv:1:1: the path "https://x.example/a" does not begin with /`},
		{"source,target\n", `moved/old.csv:1:1: the path "source" does not begin with /`},
		{"/a?b=c,/b\n", "moved/old.csv:1:1: a query in the path"},
		{"/a/*,/b\n", `moved/old.csv:1:1: "*" looks like a wildcard`},
		{"/ü, \n", "moved/old.csv:1:5: the target is empty"},
		{"/ü,/b c\n", "moved/old.csv:1:4: the target has characters that a URI cannot hold"},
		{"/a,/b\n/c,\"/d\n\"\n/e,\"/d\ne\"\n", "moved/old.csv:4:4: control character U+000A in the target"},
		{"/a,javascript:x\n", "moved/old.csv:1:4: no client follows a redirect to javascript:"},
		{"/a,/b,200\n", `moved/old.csv:1:7: a redirect with status "200"`},
		{"/a,/b, gone\n", `moved/old.csv:1:8: a redirect with status "gone"`},
		{"/a,/b\"c\n", "moved/old.csv:1:6: this is no CSV: bare \" in non-quoted-field"},
		{"/ü\",\"c\n", "moved/old.csv:1:3: this is no CSV"},
		{"/a,\"/b\n", "moved/old.csv:1:7: this is no CSV: extraneous or missing \" in quoted-field"},
		{"/a,/\xff\n", "moved/old.csv:1:4: the file is not UTF-8 here"},
		{"/a,/b\n# c\n/a,/c\n", "moved/old.csv:3:1: GET /a is answered by the route in line 1 already"},
		{"/here,/b\n", "moved/old.csv:1:1: GET /here is answered by the route in line 2 of routes.yaml already"},
		{"/a,/a\n", "moved/old.csv:1:1: /a redirects to itself"},
		{"/{a}/b,/x\n/c/{d},/x\n", "moved/old.csv:2:1: GET /c/{d} overlaps with GET /{a}/b in line 1: both answer"},
		{strings.Repeat("x,/y\n", 30), "moved/old.csv:20:1: 20 mistakes up to here: the rest of the file is not read"},
	} {
		_, err := Parse(withRedirects(redirectsSpec, tt.rows), "routes.yaml")
		var list diag.List
		if !errors.As(err, &list) {
			t.Errorf("%q: got %v, want %s", tt.rows, err, tt.want)
			continue
		}
		if got := list[len(list)-1]; !strings.HasPrefix(got.Error(), tt.want) || got.Line == "" && got.Line != strings.Split(tt.rows, "\n")[got.Pos.Line-1] {
			t.Errorf("%q: got %v, want %s", tt.rows, list, tt.want)
		}
	}
}

// TestOverlapOfFiles: a mistake between a spec and its file of redirects stands in the file.
func TestOverlapOfFiles(t *testing.T) {
	_, err := Parse(withRedirects("routes:\n  - { path: \"/{a}/b\", body: x }\nredirects: moved/old.csv\n", "/c/{d},/x\n"), "routes.yaml")
	if want := "moved/old.csv:1:1: GET /c/{d} overlaps with GET /{a}/b in line 2 of routes.yaml"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// processorTime is what this process has spent so far.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestManyRedirects(t *testing.T) {
	var b strings.Builder
	b.WriteString("from,to,status\n")
	for i := range maxRedirects {
		fmt.Fprintf(&b, "/old/page-%d.html,https://www.example.com/new/%d,308\n", i, i)
	}
	before := processorTime(t)
	s, err := Parse(withRedirects(redirectsSpec, b.String()), "routes.yaml")
	if err != nil || len(s.Routes) != maxRedirects+1 {
		t.Fatal(err)
	}
	if took := processorTime(t) - before; took > time.Minute { // of which others take nothing
		t.Errorf("%v", took)
	}
	testtool.Long(t, "it reads 100,000 lines once more")
	b.WriteString("/one,/more\n")
	_, err = Parse(withRedirects(redirectsSpec, b.String()), "routes.yaml")
	if want := "moved/old.csv:100002:1: more than 100000 redirects"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func FuzzRedirects(f *testing.F) {
	for _, rows := range []string{"from,to,status\n/a,/b,301\n", "# c\r\n\"/a,b\",\"/c\"\"d\"\n", "/{a}/b,/x\n/c/{d},/x", "\ufeff/\xff,,", "/a;/b\n\"", "/a,/a\n"} {
		f.Add(rows)
	}
	f.Fuzz(func(t *testing.T, rows string) {
		fsys := withRedirects(redirectsSpec, rows)
		s, err := Parse(fsys, "routes.yaml")
		if err != nil {
			checkList(t, err)
			return
		}
		checkAccepted(t, s, fsys)
		for _, r := range s.Routes[1:] {
			text := strings.Split(strings.ReplaceAll(strings.TrimPrefix(rows, "\ufeff"), "\r\n", "\n"), "\n")[r.PathPos.Line-1]
			if r.PathPos.Col > len([]rune(text))+1 {
				t.Errorf("%s is behind its line %q", r.PathPos, text)
			}
		}
	})
}
