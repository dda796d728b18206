package e2e

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// routesFor is a spec's routes: each path answers with its number.
func routesFor(paths []string) string {
	var b strings.Builder
	b.WriteString("routes:\n")
	for i, path := range paths {
		fmt.Fprintf(&b, "  - { path: %q, body: \"%d\\n\" }\n", path, i)
	}
	return b.String()
}

// manyPaths are n paths of many lengths that have much in common.
func manyPaths(n int) []string {
	var paths []string
	for i := range n {
		switch i % 4 {
		case 0:
			paths = append(paths, fmt.Sprintf("/item/%d", i))
		case 1:
			paths = append(paths, fmt.Sprintf("/%d/item", i))
		case 2:
			paths = append(paths, fmt.Sprintf("/section/%03d/page/%d.html", i%100, i))
		case 3:
			paths = append(paths, fmt.Sprintf("/%s/%d", strings.Repeat("deep/", i%20), i))
		}
	}
	return paths
}

// Each of 10,000 routes answers right, and what is a byte away from one does not
// answer, unless it is another one.
func TestTenThousandRoutes(t *testing.T) {
	t.Parallel()
	paths := manyPaths(10_000)
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec("limits: { requests: 1000000 }", routesFor(paths)))
		random := rand.New(rand.NewPCG(2, 3))
		sample := paths
		if !v.KeepAlive() {
			sample = nil
			for range 300 {
				sample = append(sample, paths[random.IntN(len(paths))])
			}
		}
		checkPaths(t, s, v, paths, sample)
		var near []string
		for _, path := range sample[:300] {
			near = append(near, nearMisses(random, path)...)
		}
		if !v.KeepAlive() {
			near = near[:1000]
		}
		checkPaths(t, s, v, paths, near)
	})
}

// nearMisses are path with each of its bytes changed, and longer and shorter ones.
func nearMisses(random *rand.Rand, path string) []string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789/._-~ABCXYZ"
	out := []string{path + "/", path + "a", path + "%00", path + path}
	if len(path) > 1 {
		out = append(out, path[:len(path)-1])
	}
	for i := 1; i < len(path); i++ {
		out = append(out, path[:i]+string(alphabet[random.IntN(len(alphabet))])+path[i+1:])
	}
	return out
}

// checkPaths asks for each of sample, on one connection where that may be, and
// compares with what paths say.
func checkPaths(t *testing.T, s *emitted.Server, v emitted.Variant, paths, sample []string) {
	t.Helper()
	number := map[string]int{}
	for i, path := range paths {
		number[path] = i
	}
	want := func(path string) (int, string) {
		if i, ok := number[path]; ok {
			return 200, fmt.Sprintf("%d\n", i)
		}
		return 404, ""
	}
	batch := 1
	if v.KeepAlive() {
		batch = 50
	}
	var c *emitted.Conn
	var r *bufio.Reader
	defer func() { c.Close() }() // a server that is stopped waits for its clients
	for len(sample) > 0 {
		if c == nil || !v.KeepAlive() {
			c = s.Dial(t)
			r = bufio.NewReader(c)
		}
		now := sample[:min(batch, len(sample))]
		sample = sample[len(now):]
		var text strings.Builder
		for _, path := range now {
			text.WriteString(get(path))
		}
		if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil { // of each batch, not of all
			t.Fatal(err)
		}
		c.Send(text.String())
		for _, path := range now {
			status, content := want(path)
			checkNext(t, r, path, status, content)
		}
		if !v.KeepAlive() {
			c.Close()
		}
	}
}

// checkNext reads the next response.
func checkNext(t *testing.T, r *bufio.Reader, path string, status int, content string) {
	t.Helper()
	response, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != status || string(got) != content {
		t.Fatalf("%s: %d %q, %v; want %d %q", path, response.StatusCode, got, err, status, content)
	}
}

// Few routes are matched by a tree: random sets of paths that have much in common.
func TestRandomRoutes(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 8))
	for n := range 60 {
		paths := randomPaths(random, 1+random.IntN(10))
		v := emitted.WithProof()[n%3]
		s := emitted.Start(t, v.Spec("limits: { requests: 1000000 }", routesFor(paths)))
		sample := append([]string{"/"}, paths...)
		for _, path := range paths {
			near := nearMisses(random, path)
			if !v.KeepAlive() {
				near = near[:min(len(near), 12)]
			}
			sample = append(sample, near...)
		}
		checkPaths(t, s, v, paths, sample)
		if t.Failed() {
			t.Fatalf("with the paths %q", paths)
		}
		s.Stop()
	}
}

// randomPaths are n different paths of few letters, of up to 100 bytes.
func randomPaths(random *rand.Rand, n int) []string {
	seen := map[string]bool{}
	var out []string
	for len(out) < n {
		b := []byte("/")
		for range random.IntN([]int{3, 9, 20, 100}[random.IntN(4)]) {
			b = append(b, "aab/"[random.IntN(4)])
		}
		if path := string(b); !seen[path] {
			seen[path] = true
			out = append(out, path)
		}
	}
	return out
}
