package e2e

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

const goldenFolder = "../../testdata/http"

// maxFuzz is how many bytes are sent at most: as many as fit the socket's buffers, so
// that sending them cannot wait for the answers to be read.
const maxFuzz = 32 << 10

// FuzzRequest sends anything to a server of either isolation. Whatever it is, the
// server answers it with well-formed responses or none, closes the connection, lives
// on, and gives no 2xx to what Go's parser refuses.
func FuzzRequest(f *testing.F) {
	seeds, err := emitted.GoldenRequests(goldenFolder)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range seeds {
		f.Add(seed)
	}
	servers := fuzzServers(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for v, s := range servers {
			if err := probe(s, v, data); err != nil {
				t.Errorf("%s: %v", v, err)
			}
		}
	})
}

func fuzzServers(t testing.TB) map[emitted.Variant]*emitted.Server {
	t.Helper()
	servers := map[emitted.Variant]*emitted.Server{}
	for _, v := range emitted.WithProof() {
		servers[v] = emitted.Start(t, v.Spec(fuzzServer, fuzzRoutes))
	}
	return servers
}

func probe(s *emitted.Server, v emitted.Variant, data []byte) error {
	data = data[:min(len(data), maxFuzz)]
	answer, err := exchange(s.Addr, data)
	if err == nil {
		err = judge(data, answer, v.KeepAlive())
	}
	return err
}

// TestMutatedRequests is a slice of the same, with mutations of a seed of the run's.
func TestMutatedRequests(t *testing.T) {
	t.Parallel()
	seeds, err := emitted.GoldenRequests(goldenFolder)
	if err != nil {
		t.Fatal(err)
	}
	const workers = 8
	each := 2_000
	if testing.Short() {
		each = 200
	}
	seed := testtool.Seed(t)
	servers := fuzzServers(t)
	var wg sync.WaitGroup
	for n := range workers {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(n)))
			for range each {
				data := mutate(random, seeds)
				for v, s := range servers {
					if err := probe(s, v, data); err != nil {
						t.Errorf("%s: %q: %v", v, data, err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	for _, s := range servers {
		awaitChildren(t, s.PID, 0)
	}
}

// tokens are what requests are made of, and what parsers trip over.
var tokens = []string{
	"\r\n", "\r\n\r\n", "\n", "\r", "\x00", " ", "\t", ":", ";", ",", "\"", "%", "%2f", "%00", "/", "//", "..", "?", "#", "*",
	"GET ", "HEAD ", "POST ", "OPTIONS * ", " HTTP/1.1", " HTTP/1.0", " HTTP/2.0", "Host: h\r\n", "Content-Length: 5\r\n",
	"Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "Connection: close\r\n",
	"Connection: keep-alive\r\n", "0\r\n\r\n", "5\r\nhello\r\n", "ffffffffffffffff", "9999999999", "\xff", "http://h", "[::1]",
}

// mutate makes a request of one or two seeds with a few changes.
func mutate(random *rand.Rand, seeds [][]byte) []byte {
	pick := func() []byte { return seeds[random.IntN(len(seeds))] }
	data := append([]byte{}, pick()...)
	if random.IntN(4) == 0 {
		data = append(data, pick()...)
	}
	for range 1 + random.IntN(4) {
		at := random.IntN(len(data) + 1)
		end := min(len(data), at+random.IntN(8))
		switch random.IntN(5) {
		case 0:
			data = splice(data, at, end, nil)
		case 1:
			data = splice(data, at, at, []byte(tokens[random.IntN(len(tokens))]))
		case 2:
			data = splice(data, at, end, []byte(tokens[random.IntN(len(tokens))]))
		case 3:
			data = splice(data, at, at, data[at:end])
		case 4:
			data = splice(data, at, min(len(data), at+1), []byte{byte(random.IntN(256))})
		}
	}
	return data
}

// splice returns data with the bytes from at to end replaced.
func splice(data []byte, at, end int, by []byte) []byte {
	out := append([]byte{}, data[:at]...)
	return append(append(out, by...), data[end:]...)
}
