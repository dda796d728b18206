package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// The same folder, served by nginx and by emitted servers, asked the same: what is
// answered otherwise is in expectedDifferences, or a defect. With -v the table is
// printed.
func TestNginxComparison(t *testing.T) {
	t.Parallel()
	root := comparedFolder(t)
	nginx := startNginx(t, filepath.Join(root, "site"))
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		if err := os.WriteFile(filepath.Join(root, emitted.SpecName), []byte(v.Spec("", comparedSpec)), 0o644); err != nil {
			t.Fatal(err)
		}
		s := emitted.Build(t, os.DirFS(root)).Start(t, emitted.Options{})
		c := &comparison{t: t, ours: s.Addr, nginx: nginx, found: map[differenceKey][]string{}}
		for _, f := range fileClasses {
			c.file(f.class, f.path)
		}
		for _, r := range addressRequests {
			c.compare("", r)
		}
		c.finish()
	})
}

// comparison collects what differs between two servers.
type comparison struct {
	t           *testing.T
	ours, nginx string // addresses
	requests    int
	found       map[differenceKey][]string // and the classes of files where it is so
}

// differenceKey is a request and what differs in its answers.
type differenceKey struct{ request, aspect, ours, nginx string }

// comparedRequest is a request. In its fields {tag} and {coded} stand for the
// entity-tags that the server itself gives the file, as it is and in gzip.
type comparedRequest struct {
	name, method, path, version string
	fields                      []string
}

// file compares everything about a file.
func (c *comparison) file(class, path string) {
	for _, r := range fileRequests() {
		r.path = path
		c.compare(class, r)
	}
}

// compare sends a request to both servers.
func (c *comparison) compare(class string, r comparedRequest) {
	c.requests++
	ours, nginx := c.answer(c.ours, r), c.answer(c.nginx, r)
	for _, aspect := range comparedAspects {
		x, y := aspect.of(ours, r), aspect.of(nginx, r)
		if x == y {
			continue
		}
		key := differenceKey{r.name, aspect.name, x, y}
		c.found[key] = append(c.found[key], class)
		if aspect.name == "status" && !(ours.isRedirect() && nginx.isRedirect()) || aspect.name == "Content-Encoding" {
			break // the rest follows from it
		}
	}
}

// answer is a server's response, with its content and its own validators put in.
func (c *comparison) answer(addr string, r comparedRequest) *comparedResponse {
	fields := slices.Clone(r.fields)
	for i, f := range fields {
		if strings.Contains(f, "{tag}") {
			fields[i] = strings.ReplaceAll(f, "{tag}", c.tag(addr, r.path))
		}
		if strings.Contains(f, "{coded}") {
			fields[i] = strings.ReplaceAll(f, "{coded}", c.tag(addr, r.path, "Accept-Encoding: gzip"))
		}
	}
	r.fields = fields
	return c.exchange(addr, r)
}

// tag is a file's entity-tag.
func (c *comparison) tag(addr, path string, fields ...string) string {
	tag := c.exchange(addr, comparedRequest{method: "GET", path: path, fields: fields}).header.Get("ETag")
	if tag == "" {
		c.t.Fatalf("%s has no ETag at %s", path, addr)
	}
	return tag
}

type comparedResponse struct {
	status int
	header http.Header
	body   []byte
}

// exchange sends one request on a connection of its own.
func (c *comparison) exchange(addr string, r comparedRequest) *comparedResponse {
	c.t.Helper()
	if r.version == "" {
		r.version = "1.1"
	}
	text := fmt.Sprintf("%s %s HTTP/%s\r\nHost: h\r\nConnection: close\r\n%s\r\n", r.method, r.path, r.version,
		strings.Join(append(slices.Clone(r.fields), ""), "\r\n"))
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		c.t.Fatal(err)
	}
	if _, err := io.WriteString(conn, text); err != nil {
		c.t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: r.method})
	if err != nil {
		c.t.Fatalf("%s, %q: %v", addr, text, err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatalf("%s, %q: %v", addr, text, err)
	}
	return &comparedResponse{response.StatusCode, response.Header, body}
}

// comparedAspects are what is compared of two responses, as text.
var comparedAspects = []struct {
	name string
	of   func(*comparedResponse, comparedRequest) string
}{
	{"status", func(r *comparedResponse, _ comparedRequest) string { return strconv.Itoa(r.status) }},
	{"Content-Encoding", field("Content-Encoding")},
	{"content", content},
	{"Content-Type", representation("Content-Type")},
	{"Content-Length", representation("Content-Length")},
	{"Content-Range", field("Content-Range")},
	{"Accept-Ranges", acceptRanges},
	{"Last-Modified", representation("Last-Modified")},
	{"ETag", etagKind},
	{"Vary", representation("Vary")},
	{"Location", field("Location")},
	{"Allow", field("Allow")},
}

func field(name string) func(*comparedResponse, comparedRequest) string {
	return func(r *comparedResponse, _ comparedRequest) string { return strings.Join(r.header.Values(name), ", ") }
}

func (r *comparedResponse) isRedirect() bool {
	return r.status == http.StatusMovedPermanently || r.status == http.StatusPermanentRedirect
}

// isRefusal: the content says why in the server's own words; 404 has the folder's page.
func (r *comparedResponse) isRefusal() bool {
	return r.status >= 300 && r.status != http.StatusNotModified && r.status != http.StatusNotFound
}

// representation is a field of what is represented: not where the server explains
// itself.
func representation(name string) func(*comparedResponse, comparedRequest) string {
	return func(r *comparedResponse, q comparedRequest) string {
		if r.isRefusal() || r.status == http.StatusNotFound && name != "Content-Type" && name != "Content-Length" {
			return ""
		}
		return field(name)(r, q)
	}
}

// acceptRanges says what a 206 proves anyway.
func acceptRanges(r *comparedResponse, q comparedRequest) string {
	if r.status == http.StatusPartialContent {
		return ""
	}
	return representation("Accept-Ranges")(r, q)
}

func content(r *comparedResponse, _ comparedRequest) string {
	if r.isRefusal() {
		return ""
	}
	return fmt.Sprintf("%d bytes, %x", len(r.body), shortHash(r.body))
}

// shortHash tells contents apart in few digits.
func shortHash(b []byte) uint32 {
	sum := uint32(2166136261) // FNV-1a
	for _, c := range b {
		sum = (sum ^ uint32(c)) * 16777619
	}
	return sum
}

// etagKind says whether there is an entity-tag, and a strong one: the servers make them
// of different things.
func etagKind(r *comparedResponse, _ comparedRequest) string {
	tag := r.header.Get("ETag")
	switch {
	case r.isRefusal() || r.status == http.StatusNotFound:
		return ""
	case tag == "":
		return "none"
	case strings.HasPrefix(tag, "W/"):
		return "weak"
	}
	return "strong"
}

// finish compares what was found with what is expected, and prints the table.
func (c *comparison) finish() {
	rows := make([][]string, len(expectedDifferences)) // the requests of each
	for k, classes := range c.found {
		i := slices.IndexFunc(expectedDifferences, func(d expectedDifference) bool { return d.matches(k, classes) })
		if i < 0 {
			c.t.Errorf("%s, %s: %q, and nginx %q, for %q: a defect, or a row of expectedDifferences", k.request, k.aspect, k.ours, k.nginx, classes)
			continue
		}
		rows[i] = append(rows[i], k.request)
	}
	var table strings.Builder
	for i, d := range expectedDifferences {
		slices.Sort(rows[i])
		if want := slices.Sorted(slices.Values(d.requests)); !slices.Equal(rows[i], want) {
			c.t.Errorf("expected to differ in %s: %q; found: %q", d.aspect, want, rows[i])
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %s | %s | %s |\n", strings.Join(d.requests, "; "), d.aspect, d.ours, d.nginx, d.files(), d.why)
	}
	c.t.Logf("%d requests to each server; all that differs:\n| request | of the answer | ours | nginx | files | why |\n|---|---|---|---|---|---|\n%s",
		c.requests, table.String())
}
