package dynamic

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/internal/unproved"
)

// The servers of this package are proved elsewhere: see package unproved.
func init() { unproved.Allow() }

// compile gives the ELF of a spec.
func compile(t testing.TB, files fs.FS, opts ...codegen.Options) []byte {
	t.Helper()
	b, err := compiled(files, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func compiled(files fs.FS, opts ...codegen.Options) ([]byte, error) {
	r, err := codegen.Compile(files, emitted.SpecName, append(opts, codegen.Options{})[0])
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = r.WriteELF(&b)
	return b.Bytes(), err
}

// boot starts a server that must come to its accept.
func boot(t testing.TB, file []byte) *Server {
	t.Helper()
	s, run, err := Boot(file, Script{})
	if err != nil || s == nil {
		t.Fatalf("the server did not start: %v; it said %q", err, run.Console)
	}
	return s
}

// goldenServer is a server of a golden file that has booted.
type goldenServer struct {
	*Server
	emitted.GoldenSite
}

// goldenSite is one that is compiled and booted once for all tests, where the first one asks for it.
type goldenSite struct {
	emitted.GoldenSite
	start func() (*Server, error)
}

func (s goldenSite) server(t *testing.T) goldenServer {
	t.Helper()
	server, err := s.start()
	if err != nil {
		t.Fatal(err)
	}
	return goldenServer{server, s.GoldenSite}
}

// goldenSites are those of all golden files, by file and variant.
func goldenSites(t *testing.T) map[string]goldenSite {
	t.Helper()
	sites, err := goldens()
	if err != nil {
		t.Fatal(err)
	}
	return sites
}

var goldens = sync.OnceValues(func() (map[string]goldenSite, error) {
	paths, err := filepath.Glob("../../../testdata/http/*.txtar")
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no golden files: %v", err)
	}
	out := map[string]goldenSite{}
	for _, path := range paths {
		sites, err := emitted.GoldenSites(path)
		if err != nil {
			return nil, err
		}
		for _, site := range sites {
			name := strings.TrimSuffix(filepath.Base(path), ".txtar") + "/" + site.Variant.String()
			out[name] = goldenSite{site, sync.OnceValues(func() (*Server, error) { return start(site.Files) })}
		}
	}
	return out, nil
})

// start compiles a spec and boots the server.
func start(files fs.FS) (*Server, error) {
	file, err := compiled(files)
	if err != nil {
		return nil, err
	}
	s, run, err := Boot(file, Script{})
	if err == nil && s == nil {
		err = fmt.Errorf("the server did not start: it said %q", run.Console)
	}
	return s, err
}

// How many of the golden files' servers are run in a -short run.
const (
	fewServers = 40
	fewLoops   = 10
)

// eachGolden runs a test for every server of the golden files that has a process for each connection, in a -short
// run for some.
func eachGolden(t *testing.T, test func(*testing.T, goldenServer)) {
	t.Helper()
	eachOf(t, fewServers, func(v emitted.Variant) bool { return v != emitted.Proof }, test)
}

// eachLoop likewise for those that have one process for all.
func eachLoop(t *testing.T, test func(*testing.T, goldenServer)) {
	t.Helper()
	eachOf(t, fewLoops, func(v emitted.Variant) bool { return v == emitted.Proof }, test)
}

func eachOf(t *testing.T, few int, of func(emitted.Variant) bool, test func(*testing.T, goldenServer)) {
	t.Helper()
	sites := maps.Clone(goldenSites(t))
	maps.DeleteFunc(sites, func(_ string, s goldenSite) bool { return !of(s.Variant) })
	for _, name := range testtool.Some(t, few, slices.Sorted(maps.Keys(sites))) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, sites[name].server(t))
		})
	}
}

// serve runs a script that must break no rule, and end well.
func serve(s *Server, script Script) (*Run, error) {
	run, err := s.Serve(script)
	if err != nil {
		return run, err
	}
	if !run.Exited || run.Status != 0 {
		return run, fmt.Errorf("exited %v, with status %d", run.Exited, run.Status)
	}
	return run, nil
}

// TestGolden runs every golden request whole, byte by byte and at some splits, and demands the
// bytes of the golden response. Package e2e splits them everywhere, for servers that run.
func TestGolden(t *testing.T) {
	eachGolden(t, func(t *testing.T, s goldenServer) {
		splits := emitted.FewSplits(t)
		for _, c := range s.Cases {
			for how, segments := range arrivals(c, splits) {
				run, err := serve(s.Server, Script{Segments: segments})
				if err == nil {
					err = same(run.Output, c.Want)
				}
				if err == nil && how == whole && s.Variant.Syscalls == "hardened" {
					err = closes(s.Server, c, run)
				}
				if err != nil {
					t.Errorf("%s, %s: %v", c.Name, how, err)
					break
				}
			}
		}
	})
}

// closes compares who closes the connection: the server by itself, at once or when it
// has waited for the client in vain, or the client.
func closes(s *Server, c emitted.GoldenCase, plain *Run) error {
	if c.HalfClose {
		return nil
	}
	if !c.Closes && !plain.Ended {
		return errors.New("the server closed the connection by itself")
	}
	if c.Closes {
		run, err := serve(s, Script{Segments: c.Segments, Silent: true})
		if err != nil {
			return err
		}
		return same(run.Output, c.Want)
	}
	return nil
}

// same is an error unless the client got what is wanted.
func same(got, want []byte) error {
	if bytes.Equal(got, want) {
		return nil
	}
	return errors.New(emitted.Difference(string(got), string(want)))
}

const whole = "whole"

// arrivals are the ways in which a request may arrive, by name: whole, one byte in
// each read, in two parts. All splits are tried at the first and last bytes; in between,
// a large request is split at some, and so is every one in a -short run.
func arrivals(c emitted.GoldenCase, splits *emitted.Splits) func(yield func(string, [][]byte) bool) {
	const edge, most = 300, 1000
	return func(yield func(string, [][]byte) bool) {
		if !yield(whole, c.Segments) || c.Whole {
			return
		}
		if !yield("one byte in each read", single(c.Segments)) {
			return
		}
		for i, part := range c.Segments {
			skip := 0
			for _, at := range splits.Of(len(part)) {
				if at < skip {
					continue
				}
				split := append(append(append([][]byte{}, c.Segments[:i]...), part[:at], part[at:]), c.Segments[i+1:]...)
				if !yield(fmt.Sprintf("split before %.12q", part[at:]), split) {
					return
				}
				if at > edge && len(part)-at > edge && len(part) > most {
					skip = at + 1 + len(part)/most*4
				}
			}
		}
	}
}

// single makes each byte a segment.
func single(segments [][]byte) (out [][]byte) {
	for _, s := range segments {
		for i := range s {
			out = append(out, s[i:i+1])
		}
	}
	return out
}
