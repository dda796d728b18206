package site

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/verbosel/verbosel/codegen/spec"
)

// codec makes and reads the bodies of a content coding. Its name is part of the keys of
// the cache: another version or setting may make other bytes.
type codec struct {
	name   string
	encode func(e *encoders, dst *bytes.Buffer, src []byte) error
	decode func(io.Reader) (io.Reader, error)
}

// codecs by content coding, each at its best.
var codecs = map[string]codec{
	spec.CodingBrotli: {"brotli-1.2.8-11", (*encoders).brotli, func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil }},
	spec.CodingZstd:   {"zstd-1.20.3-best", (*encoders).zstd, decodeZstd},
	spec.CodingGzip:   {"gzip-1.20.3-9", (*encoders).gzip, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
}

// encoders holds what encoding needs, within bounds of memory however many workers
// there are.
type encoders struct {
	ctx    context.Context // ends the work on long content
	memory *budget
	big    sync.Mutex         // held by who works on large content
	zstds  chan *zstd.Encoder // each has tables of 40 MiB; nil: to be made
}

const (
	memoryUnit  = 1 << 20
	memoryUnits = 128 // for brotli and gzip
	maxZstds    = 2
)

func newEncoders(ctx context.Context) *encoders {
	e := &encoders{ctx: ctx, memory: newBudget(memoryUnits), zstds: make(chan *zstd.Encoder, maxZstds)}
	for range maxZstds {
		e.zstds <- nil
	}
	return e
}

// largeContent is the size in bytes from which on content is encoded one by one: it is
// held whole, with its encoding.
const largeContent = 4 << 20

// large waits until content of a size may be read.
func (e *encoders) large(size int64) (done func()) {
	if size < largeContent {
		return func() {}
	}
	e.big.Lock()
	return e.big.Unlock
}

// Windows of brotli (RFC 7932 9.1), as the logarithm of their size in bytes. The tables
// have 8 times that, so that small content gets a small window.
const (
	minBrotliWindow = 16
	maxBrotliWindow = 22
)

func (e *encoders) brotli(dst *bytes.Buffer, src []byte) error {
	window := max(minBrotliWindow, min(maxBrotliWindow, bits.Len(uint(len(src)+16))))
	defer e.memory.take(2 + (16<<window)/memoryUnit)()
	return e.writeAll(brotli.NewWriterOptions(dst, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: window}), src)
}

// gzip writes a header without time, name and system, so that the same content gives
// the same bytes.
func (e *encoders) gzip(dst *bytes.Buffer, src []byte) error {
	defer e.memory.take(2)()
	w, err := gzip.NewWriterLevel(dst, gzip.BestCompression)
	if err != nil {
		panic(fmt.Sprintf("BUG: %v", err))
	}
	w.ModTime = time.Unix(0, 0) // none (RFC 1952 2.3.1)
	return e.writeAll(w, src)
}

// atOnce is how many bytes are encoded before the context is looked at: brotli takes
// about a second for them.
const atOnce = 256 << 10

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

// maxWindow is what a decoder of the zstd coding must be able to hold, in bytes
// (RFC 9659 section 3): browsers refuse more.
const maxWindow = 8 << 20

func (e *encoders) zstd(dst *bytes.Buffer, src []byte) error {
	z := <-e.zstds
	defer func() { e.zstds <- z }()
	if z == nil {
		z = newZstd()
	}
	dst.Write(z.EncodeAll(src, nil))
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
