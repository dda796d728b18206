package verify

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/gate"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// Memo remembers proofs. What a proof follows from is the program, the places of its data,
// and the bytes of the data that the prover looked at: of a site's content that is next to
// nothing. Where all of these are the same, byte for byte, and the prover is, it would take
// the same steps, and its result is known.
type Memo struct {
	// Prover names the program that proves, so that another one has another name.
	Prover string
	Store  MemoStore // nil, where Certificate alone is asked: there is none
}

// MemoStore keeps entries by keys of letters, digits and hyphens. Whoever can write to it
// is trusted like the prover.
type MemoStore interface {
	// Open opens what was put under a key. An error means that it is not there.
	Open(key string) (io.ReadCloser, error)
	// Put stores the entry of a key: as a whole, or with an error not at all.
	Put(key string, entry []byte) error
}

// Check is Check with a memory: remembered reports that the proof was not made anew, as one
// of the same is known. What goes wrong with the memory is no error: the proof is made.
func (m Memo) Check(r io.ReaderAt, size int64, promised Set) (report *Report, remembered bool, err error) {
	g, err := pass(r, size, promised, gate.Pass)
	if err != nil {
		return nil, false, err
	}
	key := m.key(g.image(new(faults)))
	if proof := m.find(key, g); proof != nil && !slices.ContainsFunc(proof.Shown, func(addr uint64) bool { return !promised.Shows(addr) }) {
		g.report.Proof = *proof
		return g.report, true, nil
	}
	seen := new(witness)
	g.seen = seen
	if report, err = g.prove(promised); err == nil {
		m.put(key, g, seen.spans())
	}
	return report, false, err
}

// key names what a proof follows from, but for the bytes of the data.
func (m Memo) key(img prove.Image) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %q %d %d %d", memoVersion, m.Prover, img.Entry, img.TextAddr, len(img.Text))
	for _, s := range img.Data {
		fmt.Fprintf(h, " %d %d", s.Addr, s.Size)
	}
	h.Write([]byte{'\n'})
	h.Write(img.Text)
	return hex.EncodeToString(h.Sum(nil))
}

// memoVersion is that of the entries.
const memoVersion = 2

// span is a range of the data that the prover has read: of a segment, in bytes.
type span struct{ Segment, Off, Len int64 }

// witness notes what is read of the data.
type witness struct{ list []span }

// of reads a segment.
func (w *witness) of(segment int, r io.ReaderAt) io.ReaderAt {
	return witnessed{r, w, int64(segment)}
}

type witnessed struct {
	io.ReaderAt
	witness *witness
	segment int64
}

func (w witnessed) ReadAt(p []byte, off int64) (int, error) {
	w.witness.list = append(w.witness.list, span{w.segment, off, int64(len(p))})
	return w.ReaderAt.ReadAt(p, off)
}

// spans are the ranges in order, those that touch as one.
func (w *witness) spans() []span {
	slices.SortFunc(w.list, func(a, b span) int { return cmp.Or(cmp.Compare(a.Segment, b.Segment), cmp.Compare(a.Off, b.Off)) })
	var out []span
	for _, s := range w.list {
		if n := len(out); n > 0 && out[n-1].Segment == s.Segment && s.Off <= out[n-1].Off+out[n-1].Len {
			out[n-1].Len = max(out[n-1].Len, s.Off+s.Len-out[n-1].Off)
			continue
		}
		out = append(out, s)
	}
	return out
}

// hashSpans is the hash of the bytes in the ranges.
func hashSpans(data []prove.Segment, spans []span) ([sha256.Size]byte, error) {
	h := sha256.New()
	buf := make([]byte, 64<<10)
	for _, s := range spans {
		if s.Segment < 0 || s.Segment >= int64(len(data)) || s.Off < 0 || s.Len < 0 {
			return [sha256.Size]byte{}, errors.New("no range of the data")
		}
		n, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{io.NewSectionReader(data[s.Segment].Bytes, s.Off, s.Len)}, buf)
		if err != nil || n != s.Len {
			return [sha256.Size]byte{}, cmp.Or(err, io.ErrUnexpectedEOF)
		}
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// An entry is its own hash, the hash of the ranges' bytes, the number of the ranges, the
// ranges as numbers that each are counted from the one before, and the proof as JSON.

// find is the proof that is known, nil for none.
func (m Memo) find(key string, g *gated) *Proof {
	entry, err := m.load(key)
	if err != nil {
		return nil
	}
	want, rest := entry[:sha256.Size], entry[sha256.Size:]
	spans, rest, ok := decodeSpans(rest)
	if !ok {
		return nil
	}
	got, err := hashSpans(g.image(new(faults)).Data, spans)
	if err != nil || !bytes.Equal(got[:], want) {
		return nil
	}
	proof := new(Proof)
	if json.Unmarshal(rest, proof) != nil {
		return nil
	}
	return proof
}

// load reads an entry behind its hash.
func (m Memo) load(key string) (entry []byte, err error) {
	r, err := m.Store.Open(key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	all, err := io.ReadAll(r)
	if err != nil || len(all) < 2*sha256.Size {
		return nil, cmp.Or(err, io.ErrUnexpectedEOF)
	}
	sum := sha256.Sum256(all[sha256.Size:])
	if !bytes.Equal(sum[:], all[:sha256.Size]) {
		return nil, errors.New("the entry is damaged")
	}
	return all[sha256.Size:], nil
}

// put remembers a proof.
func (m Memo) put(key string, g *gated, spans []span) {
	sum, err := hashSpans(g.image(new(faults)).Data, spans)
	if err != nil {
		return
	}
	proof, err := json.Marshal(g.report.Proof)
	if err != nil {
		return
	}
	entry := append(make([]byte, sha256.Size), sum[:]...)
	entry = append(encodeSpans(entry, spans), proof...)
	whole := sha256.Sum256(entry[sha256.Size:])
	copy(entry, whole[:])
	_ = m.Store.Put(key, entry) // at worst it is proved again
}

func encodeSpans(b []byte, spans []span) []byte {
	b = binary.AppendUvarint(b, uint64(len(spans)))
	var end, segment int64
	for _, s := range spans {
		if s.Segment != segment {
			segment, end = s.Segment, 0
		}
		b = binary.AppendUvarint(b, uint64(s.Segment))
		b = binary.AppendUvarint(b, uint64(s.Off-end))
		b = binary.AppendUvarint(b, uint64(s.Len))
		end = s.Off + s.Len
	}
	return b
}

func decodeSpans(b []byte) (spans []span, rest []byte, ok bool) {
	number := func() int64 {
		v, n := binary.Uvarint(b)
		if n <= 0 || v >= 1<<62 {
			ok = false
			return 0
		}
		b = b[n:]
		return int64(v)
	}
	ok = true
	var end, segment int64
	for n := number(); n > 0 && ok; n-- {
		s := span{Segment: number()}
		if s.Segment != segment {
			segment, end = s.Segment, 0
		}
		s.Off = end + number()
		s.Len = number()
		end = s.Off + s.Len
		spans = append(spans, s)
	}
	return spans, b, ok
}
