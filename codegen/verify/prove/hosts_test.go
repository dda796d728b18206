package prove_test

import (
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// Of two loops over a path's segments, for a host that has patterns, each was counted by
// what goes back in the other: what they cost was raised in turn, for good, and then counted
// as a product, of 65,853,701,705,541 instructions. With large heads what fields say of files
// was one too, as an empty line behind the request line was given back, and with that went
// where the line ended that was read.
func TestDatedHosts(t *testing.T) {
	testtool.Long(t, "it is the server that takes the longest")
	proves(t, files("server: { limits: { head: 64KiB } }\n"+folder+`    last_modified: 2026-01-01
  - path: /news/{rest...}
    redirect: https://blog.example.com/{rest}?q={path}
hosts:
  www.example.com:
    redirect: https://example.com{path}
  example.org:
    routes:
      - path: /{a}/{b...}
        redirect: https://{host}/{b}/{a}
`))
}

// TestHostsInConnection: where Host is not the first field, lines are read twice, once for it.
// How far that is was paid for by each request in the buffer, as a cursor goes back for it, while
// responses were gathered: 939,426,703,601 instructions with a head of 64 KiB.
func TestHostsInConnection(t *testing.T) {
	r := proves(t, inConnection(`routes:
  - path: /
    body: x
hosts:
  example.org:
    routes:
      - path: /a
        body: y
`))
	w := linear(t, r)
	// Where looking closer takes too much, what is known without it stands, and so does the rest.
	short, err := r.ShortOfWork()
	if err != nil {
		t.Fatal(err)
	}
	if short.Child.Instructions < w.Child.Instructions || short.Calls != w.Calls || short.Requests != w.Requests {
		t.Errorf("short of work %+v, and else %+v", *short, *w)
	}
}

// TestHostsWithFolderInConnection: patterns beside a folder took 20,580,567,436 instructions with a head of
// 64 KiB, which is no bound, as a path was looked up twice where Host was not the first field, and each
// request in the buffer paid for both.
func TestHostsWithFolderInConnection(t *testing.T) {
	testtool.Long(t, "proves a server of hosts with a folder")
	fsys := inConnection(`routes:
  - path: /{rest...}
    redirect: https://{host}/to{path}
  - path: /segment-longer-than-a-word/me/{a}/b
    body: b
  - path: /a/literal/path/that/is/longer/than/most
    body: a
  - path: /public/
    dir: public
    last_modified: 2026-01-01
hosts:
  a.example:
    routes:
      - path: /segment-longer-than-a-word/{id}
        body: b
      - path: /public/
        dir: public
        markdown: true
`).(fstest.MapFS)
	fsys["public/a.html"] = &fstest.MapFile{Data: []byte("<p>a")}
	fsys["public/a.md"] = &fstest.MapFile{Data: []byte("a")}
	proves(t, fsys)
}

// TestHostsOfWhichOneRequiresHTTPS: with a folder of another host, that has the times of its files, it was "not
// shown" of no_policy that rdi and r10 are together at most 1<<56 or so, which was r10's bound alone.
func TestHostsOfWhichOneRequiresHTTPS(t *testing.T) {
	proves(t, fstest.MapFS{
		emitted.SpecName: {Data: []byte(`hosts:
  a.example:
    routes:
      - path: /public/
        dir: public
        last_modified: 2026-01-01
  b.example:
    https: required
    routes: []
`)},
		"public/a.html": {Data: []byte("hi\n")},
	})
}

// TestHostsWithALongWildcard: with 16 bytes behind the star, a log and the times of files it was "not shown" at
// the exit that what a number fills is so far from where a response ends that is written behind it: where it came
// from there was no such response, and the number was taken for written.
func TestHostsWithALongWildcard(t *testing.T) {
	proves(t, fstest.MapFS{
		emitted.SpecName: {Data: []byte(`server: { isolation: request, access_log: common }
hosts:
  "*.www.example.org":
    routes: [ { path: /, dir: public, last_modified: 2026-01-01 } ]
`)},
		"public/a.html": {Data: []byte("hi\n")},
	})
}
