package site

import (
	"bytes"
	"context"
	"errors"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
	brrr "github.com/molecule-man/go-brrr"

	"github.com/verbosel/verbosel/codegen/spec"
)

// TestCodecNames: another version of a library has other keys in the cache.
func TestCodecNames(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for coding, module := range map[string]string{
		spec.CodingBrotli: "molecule-man/go-brrr", spec.CodingZstd: "klauspost/compress", spec.CodingGzip: "klauspost/compress",
	} {
		m := regexp.MustCompile(module + ` v(\S+)`).FindSubmatch(mod)
		if name := codecs[coding].name(1); m == nil || !strings.Contains(name, "-"+string(m[1])+"-") {
			t.Errorf("%s: the name %s, the module %s", coding, name, m)
		}
	}
	if len(codecs) != len(spec.Encodings()) {
		t.Errorf("%d codecs of %d codings", len(codecs), len(spec.Encodings()))
	}
}

// TestLevels: brotli's quality falls with the size, and is part of the cache's keys; the
// others' level is the same for all.
func TestLevels(t *testing.T) {
	for size, want := range map[int64]string{
		1: "brrr-1.3.1-11", 256 << 10: "brrr-1.3.1-11", 256<<10 + 1: "brrr-1.3.1-10", 4 << 20: "brrr-1.3.1-10",
		4<<20 + 1: "brrr-1.3.1-9", maxEncoded: "brrr-1.3.1-9",
	} {
		if got := codecs[spec.CodingBrotli].name(size); got != want {
			t.Errorf("%d bytes: %s, want %s", size, got, want)
		}
		if key := cacheKey(Content{Size: size}, codecs[spec.CodingBrotli]); !strings.HasPrefix(key, want+"-00") {
			t.Errorf("%d bytes: the key %s", size, key)
		}
		for _, coding := range []string{spec.CodingZstd, spec.CodingGzip} {
			if c := codecs[coding]; c.name(size) != c.name(1) {
				t.Errorf("%s of %d bytes: %s", coding, size, c.name(size))
			}
		}
	}
}

// TestBrotliQuality: the encoder uses the quality that it is named for.
func TestBrotliQuality(t *testing.T) {
	for _, size := range []int{200 << 10, 300 << 10, 5 << 20} {
		text := []byte(strings.Repeat(prose(1, 10_000), size/10_000))
		var want bytes.Buffer
		quality := brotliQuality(int64(len(text)))
		w, err := brrr.NewWriterOptions(&want, quality, brrr.WriterOptions{LGWin: brotliWindow(int64(len(text)))})
		if err != nil {
			t.Fatal(err)
		}
		if err := newEncoders(context.Background()).writeAll(w, text); err != nil {
			t.Fatal(err)
		}
		if got := encoded(t, spec.CodingBrotli, string(text)); !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%d bytes are not in quality %d", len(text), quality)
		}
	}
}

// TestReserve: two of the largest contents can be encoded at once, whatever the coding,
// and with brotli not three.
func TestReserve(t *testing.T) {
	for coding, c := range codecs {
		e := newEncoders(context.Background())
		first, second := e.reserve(c, maxEncoded), e.reserve(c, maxEncoded)
		if used := len(e.memory.units); coding == spec.CodingBrotli && used+used/2 <= memoryUnits {
			t.Errorf("two take %d MiB of %d: a third has room", used, memoryUnits)
		}
		first()
		second()
	}
}

// TestEncodersForget: what an encoder made before does not show in what it makes.
func TestEncodersForget(t *testing.T) {
	used := newEncoders(context.Background())
	for coding, c := range codecs {
		for i, n := range []int{1, 100, 30_000, 5, 3_000, 40_000, 20} {
			text := prose(uint64(i%3), n)
			var got bytes.Buffer
			if err := c.encode(used, &got, []byte(text)); err != nil {
				t.Fatal(err)
			}
			for idleZstds.Get() != nil { // so that the other one is new
			}
			if want := encoded(t, coding, text); !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s of %d bytes: %d bytes, by a new encoder %d", coding, n, got.Len(), len(want))
			}
			if string(decode(t, coding, got.Bytes())) != text {
				t.Errorf("%s of %d bytes decodes to something else", coding, n)
			}
		}
	}
}

// TestGzipTables: tables are made once for many files.
func TestGzipTables(t *testing.T) {
	e, text := newEncoders(context.Background()), []byte(prose(1, 10_000))
	dst := bytes.NewBuffer(make([]byte, 0, 1<<20))
	if err := e.gzip(dst, text); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 5 {
		dst.Reset()
		if err := e.gzip(dst, text); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 100<<10 {
		t.Errorf("five more files take %d bytes of new memory", n)
	}
}

// TestZstdWindow: no frame needs more than decoders must have (RFC 9659).
func TestZstdWindow(t *testing.T) {
	for _, n := range []int{100, 9 << 20} {
		text := strings.Repeat(prose(1, 1000), n/1000+1)
		var h zstd.Header
		if err := h.Decode(encoded(t, spec.CodingZstd, text)); err != nil || h.WindowSize > maxWindow || h.SingleSegment && h.FrameContentSize > maxWindow {
			t.Errorf("%d bytes: %+v %v", n, h, err)
		}
	}
}

// TestGzipHeader: no time, no name, no system (RFC 1952 2.3.1).
func TestGzipHeader(t *testing.T) {
	got := encoded(t, spec.CodingGzip, "text")[:10]
	if want := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255}; !bytes.Equal(got, want) {
		t.Errorf("% x", got)
	}
}

// TestEncodersStop: the context ends the work on one content.
func TestEncodersStop(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errTest)
	for _, coding := range []string{spec.CodingBrotli, spec.CodingGzip} {
		err := codecs[coding].encode(newEncoders(ctx), new(bytes.Buffer), []byte("text"))
		if err != errTest {
			t.Errorf("%s: %v", coding, err)
		}
	}
}

func TestEncodersAtOnce(t *testing.T) {
	e := newEncoders(context.Background())
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			text := prose(uint64(i), 500*i)
			for coding, c := range codecs {
				var b bytes.Buffer
				done := e.reserve(c, int64(i)<<20)
				err := c.encode(e, &b, []byte(text))
				done()
				if err != nil || !bytes.Equal(b.Bytes(), encoded(t, coding, text)) {
					t.Errorf("%s: %v", coding, err)
				}
			}
		})
	}
	wg.Wait()
}

// TestOneProcessor: brotli's workers, which it has where there are two processors, change no byte.
func TestOneProcessor(t *testing.T) {
	for _, size := range []int{100_000, 300_000} { // in quality 11 and 10
		text := prose(1, size)
		want := encoded(t, spec.CodingBrotli, text)
		before := runtime.GOMAXPROCS(1)
		got := encoded(t, spec.CodingBrotli, text)
		runtime.GOMAXPROCS(before)
		if !bytes.Equal(got, want) {
			t.Errorf("%d bytes: %d bytes on one processor, and %d on %d", size, len(got), len(want), before)
		}
	}
}

// TestCheck: no encoding is kept that is not one of its content.
func TestCheck(t *testing.T) {
	text := prose(1, 150_000)
	for coding, c := range codecs {
		right := encoded(t, coding, text)
		if err := c.check(right, []byte(text)); err != nil {
			t.Errorf("%s: %v", coding, err)
		}
		if err := c.check(encoded(t, coding, ""), nil); err != nil {
			t.Errorf("%s of nothing: %v", coding, err)
		}
		for what, wrong := range map[string][]byte{
			"nothing": nil, "cut": right[:len(right)-1], "begun": right[:len(right)/2], "text": []byte(text),
			"less": encoded(t, coding, text[:len(text)-1]), "more": encoded(t, coding, text+"x"), "of nothing": encoded(t, coding, ""),
			"other": encoded(t, coding, text[:70_000]+"\x00"+text[70_001:]),
		} {
			if err := c.check(wrong, []byte(text)); !errors.Is(err, errEncoding) {
				t.Errorf("%s: %s: %v", coding, what, err)
			}
		}
	}
}

// TestBadEncoder: a fault of an encoder ends the build, with the file's name.
func TestBadEncoder(t *testing.T) {
	c := codecs[spec.CodingGzip]
	c.encode = func(e *encoders, dst *bytes.Buffer, src []byte) error {
		return codecs[spec.CodingGzip].encode(e, dst, append(src[:len(src):len(src)], '!'))
	}
	f := &file{shown: "a/b.txt", identity: inBytes([]byte("text"))}
	_, err := new(builder).encodeEntry(f, c, newEncoders(context.Background()))
	if !errors.Is(err, errEncoding) || !strings.HasPrefix(err.Error(), "a/b.txt: gzip-") {
		t.Errorf("%v", err)
	}
}
