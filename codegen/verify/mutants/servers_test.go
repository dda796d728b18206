package mutants

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/asmtext"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/unproved"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/dynamic"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// build proves the servers itself.
func init() { unproved.Allow() }

// server is one that mutants are made of.
type server struct {
	name     string
	promised verify.Set
	*program
	judge *judge
	few   int                                              // unless 0, the checker is asked first, and of what it refuses one in so many is judged
	ask   func(s *server, file []byte) (rules.Rule, error) // the checker: which rule it refuses a mutant by, "" if it accepts it
}

// trialsEach is how many connections of each sound server are known to the judge.
const trialsEach = 1500

// build compiles the servers: all examples, and a small site and a folder in each
// variant, as far as their names match. Each must be proved, and pass every trial.
func build(t *testing.T, named string) []*server {
	list := map[string]fs.FS{}
	for _, dir := range emitted.Examples(t, "../../../examples") {
		list[filepath.Base(dir)] = os.DirFS(dir)
	}
	for _, v := range emitted.All() {
		logs, log := []string{"off", "common", "combined", "json"}, "common"
		if v.Syscalls == "ten" {
			logs, log = logs[:1], "off" // a log makes more calls than these
		}
		list["folder/"+v.String()] = site(v.Spec("access_log: "+log, folder))
		for _, log := range logs {
			listen := map[string]string{"off": "127.0.0.1:8080", "common": "[::]:${PORT:-80}", "combined": "127.0.0.1:${PORT}", "json": "unix:/run/s"}[log]
			settings := fmt.Sprintf("access_log: %s\nlisten: %q\nlimits: { head: 1KiB, body: 99, requests: 3 }", log, listen)
			list["routes/"+v.String()+"/"+log] = site(v.Spec(settings, routes))
		}
	}
	list[smallName] = nil
	list["loop/hello"] = loopOf(t, os.DirFS("../../../examples/hello"))
	list[probeName] = site("server: { listen: \"[::1]:${PORT:-8080}\" }\nhealth: /none\n" + routes)
	wanted := regexp.MustCompile(named)
	maps.DeleteFunc(list, func(name string, _ fs.FS) bool { return !wanted.MatchString(name) })
	return compileAll(t, list)
}

// compileAll makes servers of specs by name, in the order of their names.
func compileAll(t *testing.T, list map[string]fs.FS) []*server {
	names := slices.Sorted(maps.Keys(list))
	out, errs := make([]*server, len(names)), make([]error, len(names))
	inParallel(len(names), func(i int) {
		out[i], errs[i] = newServer(names[i], list[names[i]])
	})
	for i, err := range errs {
		if err != nil {
			t.Errorf("%s: %v", names[i], err)
		}
	}
	if t.Failed() || len(out) == 0 {
		t.FailNow()
	}
	return out
}

// loopOf is a folder with a spec, for isolation: proof.
func loopOf(t *testing.T, fsys fs.FS) fs.FS {
	spec, err := fs.ReadFile(fsys, emitted.SpecName)
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{emitted.SpecName: {Data: append([]byte("server: { isolation: proof }\n"), spec...)}}
}

const (
	routes = `
routes:
  - path: /
    method: [GET, POST]
    body: "root\n"
  - path: /large
    file: public/large.txt
  - path: /none
    status: 204
  - path: /old
    redirect: /new
errors:
  404: { body: "nothing here\n" }
`
	folder = `
routes:
  - path: /
    dir: public
    clean_urls: true
`
)

// site is a spec with the files that it names.
func site(spec string) fs.FS {
	return fstest.MapFS{
		emitted.SpecName:        {Data: []byte(spec)},
		"public/index.html":     {Data: []byte("<!doctype html><title>x</title>" + strings.Repeat("<p>hello</p>\n", 300))},
		"public/404.html":       {Data: []byte("<!doctype html><title>none</title>")},
		"public/sub/index.html": {Data: []byte("<!doctype html><title>sub</title>")},
		"public/large.txt":      {Data: bytes.Repeat([]byte("0123456789abcdef\n"), 3000)},
	}
}

// probeName is the spec of which the probe is taken, and not the server.
const probeName = "probe"

// newServer compiles a spec. Servers have notes, those of examples do not.
func newServer(name string, files fs.FS) (*server, error) {
	if name == smallName {
		return newSmall()
	}
	opts := codegen.Options{}
	if strings.Contains(name, "/") {
		opts.Note = "v1.2.3"
	}
	r, err := codegen.Compile(files, emitted.SpecName, opts)
	if err != nil {
		return nil, err
	}
	if name == probeName {
		return newProbe(r)
	}
	s := &server{name: name, promised: verify.Ten(), ask: searched}
	switch {
	case r.Plan.Server.Loop:
		s.promised = verify.Workers()
	case r.Plan.Server.Hardened:
		s.promised = verify.Hardened()
	}
	if s.program, err = read(r); err != nil {
		return nil, err
	}
	if _, err := verify.Check(bytes.NewReader(s.file), int64(len(s.file)), s.promised); err != nil {
		return nil, fmt.Errorf("is not proved: %w", err)
	}
	s.judge, err = judgeOf(s.program, r)
	return s, err
}

// smallName is testdata/verify/loop.asm, the smallest process of many connections.
const smallName = "loop/small"

// newSmall is that one.
func newSmall() (*server, error) {
	text, err := os.ReadFile("../../../testdata/verify/loop.asm")
	if err != nil {
		return nil, err
	}
	image, err := asmtext.Assemble(asmtext.Lines(string(text)), nil)
	if err != nil {
		return nil, err
	}
	file, err := image.Bytes(nil)
	if err != nil {
		return nil, err
	}
	s := &server{name: smallName, promised: verify.Workers(), ask: searched}
	if s.program, err = readFile(file); err != nil {
		return nil, err
	}
	if _, err := verify.Check(bytes.NewReader(file), int64(len(file)), s.promised); err != nil {
		return nil, fmt.Errorf("is not proved: %w", err)
	}
	seeds, err := emitted.GoldenRequests("../../../testdata/http")
	if err == nil {
		s.judge, err = newJudge(s.program, seeds, nil, nil, trialsEach, true)
	}
	return s, err
}

// newProbe is the probe of a server.
func newProbe(r *codegen.Result) (*server, error) {
	p, err := r.Probe(nil)
	if err != nil {
		return nil, err
	}
	file, err := p.Bytes()
	if err != nil {
		return nil, err
	}
	s := &server{name: probeName, promised: verify.Probe(), ask: searched}
	if s.program, err = parse(file, nil); err != nil {
		return nil, err
	}
	if _, err := verify.Check(bytes.NewReader(s.file), int64(len(s.file)), s.promised); err != nil {
		return nil, fmt.Errorf("is not proved: %w", err)
	}
	s.judge, err = newProbeJudge(s.program, probeTrials)
	return s, err
}

// probeTrials is how many runs of a probe are known to its judge.
const probeTrials = 100

// judgeOf is the judge of a sound server.
func judgeOf(p *program, r *codegen.Result) (*judge, error) {
	seeds, plain, err := requests(r)
	if err != nil {
		return nil, err
	}
	b, err := between(p, r)
	if err != nil {
		return nil, err
	}
	return newJudge(p, seeds, plain, b, trialsEach, r.Plan.Server.Loop)
}

// read parses what was compiled.
func read(r *codegen.Result) (*program, error) {
	var file bytes.Buffer
	if err := r.WriteELF(&file); err != nil {
		return nil, err
	}
	return readFile(file.Bytes())
}

// readFile parses a server, and finds its handlers.
func readFile(file []byte) (*program, error) {
	booted, run, err := dynamic.Boot(file, dynamic.Script{})
	if err != nil || booted == nil {
		return nil, fmt.Errorf("it does not start, %q: %w", run.Console, err)
	}
	handlers := make([]uint64, len(booted.Handlers))
	for i, h := range booted.Handlers {
		handlers[i] = h - dynamic.Bias
	}
	return parse(file, handlers)
}

// between is where one request of a connection follows another, nil where none does.
func between(p *program, r *codegen.Result) (*boundary, error) {
	if !r.Plan.Server.KeepAlive || r.Plan.Server.Loop { // where a loop turns the kernel forgets what was read
		return nil, nil
	}
	label := map[string]uint64{}
	for _, s := range r.Image.Symbols {
		label[s.Name] = s.Addr
	}
	return newBoundary(p, label["request"], label["flush"])
}

// requests are those of the golden files, and some for each path of the server; plain has the latter
// once, so that it does not depend on how many golden files there are whether they are tried.
func requests(r *codegen.Result) (all, plain [][]byte, err error) {
	list, err := emitted.GoldenRequests("../../../testdata/http")
	if err != nil {
		return nil, nil, err
	}
	var own [][]byte
	for _, route := range r.Plan.Routes {
		for _, form := range forms {
			own = append(own, fmt.Appendf(nil, form, route.Path))
		}
	}
	plain = own
	for len(own) > 0 && len(own) < len(list) { // half of all requests are for what is there
		own = append(own, own...)
	}
	return append(list, own...), plain, nil
}

// forms are requests for a path.
var forms = []string{
	"GET %s HTTP/1.1\r\nHost: x\r\n\r\n",
	"HEAD %s?q HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
	"GET %s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
	"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=\"b\"\r\nabc\r\n0\r\nT: x\r\n\r\n",
	"GET %[1]s HTTP/1.1\r\nHost: the-first-of-two\r\nUser-Agent: longer than trailers\r\n\r\nPOST %[1]s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: x",
	"POST %s HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 50\r\n\r\n",
	"GET %s HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br, gzip;q=0.5\r\nRange: bytes=3-9\r\n\r\n",
	"GET %s HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\nIf-Modified-Since: Tue, 01 Jan 2030 00:00:00 GMT\r\n\r\n",
	"GET %s HTTP/1.1\r\nHost: x\r\nRange: bytes=3-9\r\n\r\n",
	"GET %s HTTP/1.1\r\nHost: [::1]:80\r\nRange: bytes=-5\r\n\r\n",
	"GET %s HTTP/1.1\r\nHost: a%%2db\r\nRange: bytes=7-\r\nIf-Range: \"x\"\r\n\r\n",
	"GET %s HTTP/1.1\r\nHost: x\r\nIf-None-Match: W/\"aaaaaaaaaaaaaaaa-br\", \"b\"\r\n\r\n",
	"GET %s HTTP/1.1\r\nHost: x\r\nIf-Match: \"aaaaaaaaaaaaaaaa\" , \"c\"\r\n\r\n",
	"GET %s?a=\"\xc3\xa9{} HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET %s HTTP/1.1\r\nHost: x\r\nAccept-Encoding: zstd;q=0.001, gzip;q=1.000, identity;q=0, *\r\n\r\n",
	"OPTIONS %s HTTP/1.1\r\nHost: x\r\n\r\n",
	"BREW http://h%s HTTP/1.1\r\nHost: x\r\n\r\n",
}
