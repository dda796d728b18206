package verify_test

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"io"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/prove"
	"github.com/verbosel/verbosel/codegen/verify/rules/words"
)

// memoStore is a MemoStore in memory.
type memoStore map[string][]byte

func (m memoStore) Open(key string) (io.ReadCloser, error) {
	b, ok := m[key]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

func (m memoStore) Put(key string, entry []byte) error {
	m[key] = bytes.Clone(entry)
	return nil
}

func check(t *testing.T, memo verify.Memo, file []byte) (*verify.Report, bool, error) {
	t.Helper()
	return memo.Check(bytes.NewReader(file), int64(len(file)), verify.Hardened())
}

// TestMemo: a proof is found again for the same server and prover, and says the same.
func TestMemo(t *testing.T) {
	file := newCase(t, readSource(t), new(txtar.Archive))
	store := memoStore{}
	memo := verify.Memo{Prover: "a", Store: store}
	first, remembered, err := check(t, memo, file)
	if err != nil || remembered || len(store) != 1 {
		t.Fatalf("first: %v %v, %d entries", remembered, err, len(store))
	}
	second, remembered, err := check(t, memo, file)
	if err != nil || !remembered {
		t.Fatalf("second: %v %v", remembered, err)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	if _, remembered, err := check(t, verify.Memo{Prover: "b", Store: store}, file); err != nil || remembered {
		t.Errorf("another prover: %v %v", remembered, err)
	}
	for key, entry := range store {
		for _, i := range []int{0, 40, 70, len(entry) - 1} {
			damaged := bytes.Clone(entry)
			damaged[i] ^= 1
			if _, remembered, err := check(t, verify.Memo{Prover: "a", Store: memoStore{key: damaged}}, file); err != nil || remembered {
				t.Errorf("damaged at %d: %v %v", i, remembered, err)
			}
		}
		for n := range len(entry) {
			if _, remembered, _ := check(t, verify.Memo{Prover: "a", Store: memoStore{key: entry[:n]}}, file); remembered {
				t.Fatalf("cut off at %d of %d bytes, it is found", n, len(entry))
			}
			if n > 3 {
				break
			}
		}
	}
}

// TestMemoIsSound: where any byte of the file is another one, a proof that is found is the
// one that would be made. Some bytes of the data are found, as the proof looks at few.
func TestMemoIsSound(t *testing.T) {
	var out elfStore
	spec := "routes:\n  - { path: /, body: " + strings.Repeat("x", 20_000) + " }\n  - { path: /a, body: b }\n"
	if _, err := codegen.Compile(fstest.MapFS{"routes.yaml": {Data: []byte(spec)}}, "routes.yaml", codegen.Options{Out: &out}); err != nil {
		t.Fatal(err)
	}
	file := out.Bytes()
	store := memoStore{}
	memo := verify.Memo{Prover: "a", Store: store}
	if _, _, err := check(t, memo, file); err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	data := f.Progs[1]
	found, anew := 0, 0
	for at := int64(0); at < int64(len(file)); at += 1499 {
		changed := bytes.Clone(file)
		changed[at] ^= 0x15
		keep := memoStore{}
		for key, entry := range store {
			keep[key] = entry
		}
		got, remembered, err := check(t, verify.Memo{Prover: "a", Store: keep}, changed)
		if !remembered {
			anew++
			continue
		}
		found++
		if uint64(at) < data.Off && at >= int64(f.Entry) {
			t.Errorf("with another byte of the text, at %#x, a proof is found", at)
		}
		want, wantErr := verify.Check(bytes.NewReader(changed), int64(len(changed)), verify.Hardened())
		if err != nil || wantErr != nil || !cmp.Equal(got, want) {
			t.Errorf("with another byte at %#x: %v %v, want %v\n%s", at, got, err, wantErr, cmp.Diff(want, got))
		}
	}
	if found < 5 || anew < 2 {
		t.Errorf("%d are found, %d made anew", found, anew)
	}
}

// elfStore keeps a server.
type elfStore struct{ bytes.Buffer }

func (s *elfStore) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(s.Bytes()).ReadAt(p, off)
}

// TestCertificateMemo: a certificate is found again for the same program where contents are others, and the check decides:
// one that is of another server, or damaged, is looked for anew.
func TestCertificateMemo(t *testing.T) {
	store := memoStore{}
	memo := verify.Memo{Prover: "a", Store: store}
	find := func(file []byte, want bool) []byte {
		t.Helper()
		report, found, remembered, err := memo.Certificate(bytes.NewReader(file), int64(len(file)), verify.Hardened())
		if err != nil || remembered != want {
			t.Fatalf("remembered %v, want %v: %v", remembered, want, err)
		}
		if len(report.Proved) != len(words.All()) || report.Stack == 0 || report.Worst != (prove.Worst{}) || report.Calls != nil {
			t.Errorf("%+v is reported, of which a check by a certificate knows nothing", report)
		}
		if _, _, err := verify.CheckCertificate(bytes.NewReader(file), int64(len(file)), verify.Hardened(), found); err != nil {
			t.Fatal(err)
		}
		return found
	}
	first := newCase(t, readSource(t), new(txtar.Archive))
	f, err := elf.NewFile(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	other := bytes.Clone(first)
	other[f.Progs[1].Off+f.Progs[1].Filesz-1] ^= 1
	if _, found, remembered, err := (verify.Memo{}).Certificate(bytes.NewReader(first), int64(len(first)), verify.Hardened()); err != nil || remembered || found == nil {
		t.Errorf("without a memory: remembered %v, %d bytes, %v", remembered, len(found), err)
	}
	certificate := find(first, false)
	if again := find(first, true); !bytes.Equal(again, certificate) {
		t.Error("of the same server it is another one")
	}
	if of := find(other, true); bytes.Equal(of, certificate) {
		t.Error("of another server it is the same one")
	}
	if len(store) != 1 {
		t.Fatalf("%d entries", len(store))
	}
	certifies := func(file []byte, promised verify.Set, want bool) {
		t.Helper()
		report, found, err := memo.Certified(bytes.NewReader(file), int64(len(file)), promised)
		if err != nil || (report != nil) != want || (found != nil) != want {
			t.Errorf("certified %v, %d bytes, want %v: %v", report, len(found), want, err)
		}
		if want && (len(report.Proved) != len(words.All()) || report.Stack == 0 || report.Entry != f.Entry || report.Calls != nil) {
			t.Errorf("%+v is reported", report)
		}
	}
	certifies(first, verify.Hardened(), true)
	certifies(other, verify.Hardened(), true)
	longer := newCase(t, readSource(t), &txtar.Archive{Files: []txtar.File{{Name: "change", Data: []byte("  answer:\n+         mov ecx, 100\n+         count:\n+         sub ecx, 1\n+         jne count\n")}}})
	certifies(longer, verify.Hardened(), false)
	_, foreign, _, err := verify.Record(bytes.NewReader(longer), int64(len(longer)), verify.Hardened())
	if err != nil {
		t.Fatal(err)
	}
	for key, entry := range maps.Clone(store) {
		sum := sha256.Sum256(foreign)
		for name, bad := range map[string][]byte{
			"damaged": append(bytes.Clone(entry[:len(entry)-1]), entry[len(entry)-1]^1), "cut off": entry[:70], "of another server": append(sum[:], foreign...),
		} {
			store[key] = bad
			certifies(first, verify.Hardened(), false)
			if of := find(first, false); !bytes.Equal(of, certificate) {
				t.Errorf("%s: another one is found", name)
			}
		}
	}
	if _, _, _, err := memo.Certificate(bytes.NewReader(first), int64(len(first)), verify.Probe()); err == nil {
		t.Error("calls that are not promised are taken, as there is a certificate")
	}
	if report, _, err := memo.Certified(bytes.NewReader(first), int64(len(first)), verify.Probe()); err == nil || report != nil {
		t.Errorf("calls that are not promised: %v, %+v", err, report)
	}
}
