package site

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	brrr "github.com/molecule-man/go-brrr"

	"github.com/verbosel/verbosel/codegen/spec"
)

// codec makes and reads the bodies of a content coding. What it does to content depends
// on nothing but the content's bytes.
type codec struct {
	name   func(size int64) string // library, version and setting, for the keys of the cache
	tables func(size int64) int64  // bytes of memory that encoding takes beside content and encoding, about
	encode func(e *encoders, dst *bytes.Buffer, src []byte) error
	decode func(io.Reader) (io.Reader, error)
}

// codecs by content coding, each at its best, but brotli for large content: see
// brotliQuality. What encodes brotli takes half the time of the library that decodes it, and
// makes the same bytes in quality 10 and 11.
var codecs = map[string]codec{
	spec.CodingBrotli: {
		func(size int64) string { return fmt.Sprintf("brrr-1.3.1-%d", brotliQuality(size)) }, brotliTables,
		(*encoders).brotli, func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	},
	spec.CodingZstd: {
		func(int64) string { return "zstd-1.20.3-best" }, func(int64) int64 { return zstdTables }, (*encoders).zstd, decodeZstd,
	},
	spec.CodingGzip: {
		func(int64) string { return "gzip-1.20.3-9" }, func(int64) int64 { return 2 << 20 },
		(*encoders).gzip, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	},
}

// encoders holds what encoding needs, within bounds of memory however many workers
// there are.
type encoders struct {
	ctx    context.Context // ends the work on long content
	memory *budget
	zstds  chan *zstd.Encoder // nil: to be made
	gzips  chan *gzip.Writer  // those that are idle
}

const (
	memoryUnit  = 1 << 20
	memoryUnits = 340 // two of the largest contents at once
	maxZstds    = 2
	maxGzips    = 8
	zstdTables  = 40 << 20 // of each
)

func newEncoders(ctx context.Context) *encoders {
	e := &encoders{ctx: ctx, memory: newBudget(memoryUnits), zstds: make(chan *zstd.Encoder, maxZstds), gzips: make(chan *gzip.Writer, maxGzips)}
	for range maxZstds {
		e.zstds <- nil
	}
	return e
}

// idleZstds are encoders of sites that are made: making one fills its tables, which takes longer than a small site. The collector of
// garbage takes what is not used.
var idleZstds sync.Pool

// rest leaves the encoders to other sites.
func (e *encoders) rest() {
	for range maxZstds {
		if z := <-e.zstds; z != nil {
			idleZstds.Put(z)
		}
	}
}

// reserve waits until there is memory to encode content of a size: for itself, for its
// encoding and for tables.
func (e *encoders) reserve(c codec, size int64) (done func()) {
	return e.memory.take(1 + int((size+size/2+c.tables(size))/memoryUnit))
}

// brotliQuality is 11, brotli's best, where that takes less than a second; it takes
// about 1.2 s for each MiB. 10 takes 0.7 s and gives 2 to 3 % more bytes, 9 takes 0.1
// to 0.2 s and gives another 7 %. So a file takes no longer than about 5 s.
func brotliQuality(size int64) int {
	switch {
	case size <= 256<<10:
		return 11
	case size <= 4<<20:
		return 10
	}
	return 9
}

// Windows of brotli (RFC 7932 9.1), as the logarithm of their size in bytes. The tables
// have up to 28 times that, so that small content gets a small window. A larger one than the
// largest here gains nothing on real text of 32 MiB, and takes twice the time.
const (
	minBrotliWindow = 16
	maxBrotliWindow = 22
)

func brotliWindow(size int64) int {
	return max(minBrotliWindow, min(maxBrotliWindow, bits.Len64(uint64(size)+16)))
}

func brotliTables(size int64) int64 { return 4<<20 + 28<<brotliWindow(size) }

func (e *encoders) brotli(dst *bytes.Buffer, src []byte) error {
	size := int64(len(src))
	w, err := brrr.NewWriterOptions(dst, brotliQuality(size), brrr.WriterOptions{LGWin: brotliWindow(size), SizeHint: uint(size)})
	if err != nil {
		panic(fmt.Sprintf("BUG: %v", err))
	}
	return e.writeAll(w, src)
}

// gzip writes a header without time, name and system, so that the same content gives
// the same bytes. A new writer takes 2 ms for its tables, which for a page of 10 KB is four
// times what encoding takes.
func (e *encoders) gzip(dst *bytes.Buffer, src []byte) error {
	var w *gzip.Writer
	select {
	case w = <-e.gzips:
		w.Reset(dst)
	default:
		w = newGzip(dst)
	}
	w.ModTime = time.Unix(0, 0) // none (RFC 1952 2.3.1)
	err := e.writeAll(w, src)
	select {
	case e.gzips <- w:
	default:
	}
	return err
}

func newGzip(dst io.Writer) *gzip.Writer {
	w, err := gzip.NewWriterLevel(dst, gzip.BestCompression)
	if err != nil {
		panic(fmt.Sprintf("BUG: %v", err))
	}
	return w
}

// atOnce is how many bytes are encoded before the context is looked at: brotli takes
// up to a second for them.
const atOnce = 1 << 20

func (e *encoders) writeAll(w io.WriteCloser, src []byte) error {
	for part := range slices.Chunk(src, atOnce) {
		if err := context.Cause(e.ctx); err != nil {
			return err
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return w.Close()
}

// errEncoding: an encoder has made what is no encoding of its content.
var errEncoding = errors.New("BUG: the encoding does not decode to the content")

// check decodes what was made of content. A server keeps what encoders make for years, and
// a fault in one would show in browsers alone.
func (c codec) check(encoded, content []byte) error {
	r, err := c.decode(bytes.NewReader(encoded))
	if err != nil {
		return fmt.Errorf("%w: %w", errEncoding, err)
	}
	part := make([]byte, min(len(content)+1, 64<<10))
	for {
		n, err := r.Read(part)
		if !bytes.HasPrefix(content, part[:n]) {
			return errEncoding
		}
		content = content[n:]
		switch {
		case err == io.EOF && len(content) == 0:
			return nil
		case err == io.EOF:
			return errEncoding
		case err != nil:
			return fmt.Errorf("%w: %w", errEncoding, err)
		}
	}
}

// maxWindow is what a decoder of the zstd coding must be able to hold, in bytes
// (RFC 9659 section 3): browsers refuse more.
const maxWindow = 8 << 20

func (e *encoders) zstd(dst *bytes.Buffer, src []byte) error {
	z := <-e.zstds
	defer func() { e.zstds <- z }()
	if z == nil {
		z, _ = idleZstds.Get().(*zstd.Encoder)
	}
	if z == nil {
		z = newZstd()
	}
	dst.Write(z.EncodeAll(src, dst.AvailableBuffer()))
	return nil
}

func newZstd() *zstd.Encoder {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(maxWindow), zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true))
	if err != nil {
		panic(fmt.Sprintf("BUG: %v", err))
	}
	return z
}

func decodeZstd(r io.Reader) (io.Reader, error) {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}
