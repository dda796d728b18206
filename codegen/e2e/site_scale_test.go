package e2e

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// manyFiles writes n small pages in nested folders below root/site, and returns their
// content by their address.
func manyFiles(t testing.TB, root string, n int) map[string]string {
	t.Helper()
	random := rand.New(rand.NewPCG(7, 11))
	words := strings.Fields("a server that knows every answer before the question is small and quick to start on any machine")
	out := map[string]string{}
	for i := range n {
		var b strings.Builder
		fmt.Fprintf(&b, "<title>%d</title>\n", i)
		for range 40 + random.IntN(60) {
			b.WriteString(words[random.IntN(len(words))] + " ")
		}
		path := fmt.Sprintf("/%d/%s%d.html", i%97, strings.Repeat("deep/", i%5), i)
		name := filepath.Join(root, "site", path)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		out[path] = b.String()
	}
	return out
}

const scaleSpec = "routes:\n  - path: /\n    dir: site\n"

func writeSpec(t testing.TB, root, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, emitted.SpecName), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Each of 10,000 files is served as it is, and in gzip; what is a byte away from one
// is not, unless it is another one.
func TestTenThousandFiles(t *testing.T) {
	testtool.Long(t, "encodes 10,000 files")
	root := t.TempDir()
	files := manyFiles(t, root, 10_000)
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		writeSpec(t, root, v.Spec("limits: { requests: 1000000 }", scaleSpec+"    encodings: [gzip]\n"))
		s := emitted.Build(t, os.DirFS(root)).Start(t, emitted.Options{})
		random := rand.New(rand.NewPCG(2, 3))
		checkFiles(t, s, v, files, random)
	})
}

// checkFiles asks for every file where a connection may have many requests, and for
// some where it may not.
func checkFiles(t *testing.T, s *emitted.Server, v emitted.Variant, files map[string]string, random *rand.Rand) {
	t.Helper()
	asked := 0
	c := s.Dial(t)
	r := bufio.NewReader(c)
	for path, content := range files {
		if asked++; !v.KeepAlive() {
			if asked > 300 {
				break
			}
			c = s.Dial(t)
			r = bufio.NewReader(c)
		}
		c.Send(get(path))
		checkNext(t, r, path, 200, content)
		if asked%100 == 0 {
			checkGzip(t, s, path, content)
			checkNearMisses(t, s, files, nearMisses(random, path))
		}
		if !v.KeepAlive() {
			c.Close()
		}
	}
}

// checkGzip asks for a file in gzip.
func checkGzip(t *testing.T, s *emitted.Server, path, content string) {
	t.Helper()
	response := s.Ask(t, "GET "+path+" HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n")
	head, body, _ := strings.Cut(response, "\r\n\r\n")
	if !hasStatus(response, 200) || !strings.Contains(head, "\r\nContent-Encoding: gzip\r\n") {
		t.Fatalf("%s in gzip: %.200q", path, response)
	}
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if got, err := io.ReadAll(z); err != nil || string(got) != content {
		t.Errorf("%s in gzip is %.80q, %v; want %.80q", path, got, err, content)
	}
}

// checkNearMisses asks for addresses that are no file's, but for those that are.
func checkNearMisses(t *testing.T, s *emitted.Server, files map[string]string, paths []string) {
	t.Helper()
	for _, path := range paths {
		want, content := http.StatusOK, files[path]
		if content == "" {
			want = http.StatusNotFound
		}
		if got := s.Ask(t, get(path)); !hasStatus(got, want) || !strings.HasSuffix(got, content) {
			t.Errorf("%s: %.200q; want %d", path, got, want)
		}
	}
}

// Large content is not held while a server is built, and is served from the file's own
// pages: a part of it, from its middle and its end, is right.
func TestLargeFiles(t *testing.T) {
	t.Parallel()
	const size, count = 24 << 20, 4
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "site"), 0o755); err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 1<<20)
	random := rand.New(rand.NewPCG(3, 5))
	for i := range block {
		block[i] = byte(random.Uint32())
	}
	for i := range count {
		block[0] = byte(i)
		name := filepath.Join(root, "site", fmt.Sprintf("%d.bin", i))
		if err := os.WriteFile(name, bytes.Repeat(block, size/len(block)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		writeSpec(t, root, v.Spec("", scaleSpec))
		s := emitted.Build(t, os.DirFS(root)).Start(t, emitted.Options{})
		for i := range count {
			block[0] = byte(i)
			path := fmt.Sprintf("/%d.bin", i)
			for _, from := range []int{0, 1 << 20, size/2 + 12345, size - 1000} {
				to := min(from+199_999, size-1)
				got := s.Ask(t, fmt.Sprintf("GET %s HTTP/1.1\r\nHost: h\r\nRange: bytes=%d-%d\r\n\r\n", path, from, to))
				_, body, _ := strings.Cut(got, "\r\n\r\n")
				for j := range len(body) {
					if body[j] != block[(from+j)%len(block)] {
						t.Fatalf("%s from %d: byte %d is %#x", path, from, j, body[j])
					}
				}
				if !hasStatus(got, 206) || len(body) != to-from+1 {
					t.Errorf("%s from %d to %d: %d bytes, %.200q", path, from, to, len(body), got[:len(got)-len(body)])
				}
			}
			got := s.Ask(t, get(path))
			if _, body, _ := strings.Cut(got, "\r\n\r\n"); body != string(bytes.Repeat(block, size/len(block))) {
				t.Errorf("%s is not what it was", path)
			}
		}
	})
}

// BenchmarkSiteBuild compiles folders of small files into servers, encodings made anew.
func BenchmarkSiteBuild(b *testing.B) {
	for _, n := range []int{10, 1_000, 10_000} {
		b.Run(fmt.Sprintf("files=%d", n), func(b *testing.B) {
			root := b.TempDir()
			manyFiles(b, root, n)
			writeSpec(b, root, emitted.Request.Spec("", scaleSpec))
			for b.Loop() {
				info, err := os.Stat(emitted.Build(b, os.DirFS(root)).Path)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(info.Size()), "ELF-bytes")
			}
		})
	}
}
