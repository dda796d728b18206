package site

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/verbosel/verbosel/codegen/spec"
)

// TestCodecNames: another version of a library has other keys in the cache.
func TestCodecNames(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for coding, module := range map[string]string{
		spec.CodingBrotli: "andybalholm/brotli", spec.CodingZstd: "klauspost/compress", spec.CodingGzip: "klauspost/compress",
	} {
		m := regexp.MustCompile(module + ` v(\S+)`).FindSubmatch(mod)
		if m == nil || !strings.Contains(codecs[coding].name, "-"+string(m[1])+"-") {
			t.Errorf("%s: the name %s, the module %s", coding, codecs[coding].name, m)
		}
	}
	if len(codecs) != len(spec.Encodings()) {
		t.Errorf("%d codecs of %d codings", len(codecs), len(spec.Encodings()))
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
			if want := encoded(t, coding, text); !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s of %d bytes: %d bytes, by a new encoder %d", coding, n, got.Len(), len(want))
			}
			if string(decode(t, coding, got.Bytes())) != text {
				t.Errorf("%s of %d bytes decodes to something else", coding, n)
			}
		}
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
				done := e.large(int64(i) << 20)
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
