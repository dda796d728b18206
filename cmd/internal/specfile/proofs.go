package specfile

import (
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"io"
	"os"
	"regexp"
	"sync"

	"github.com/verbosel/verbosel/cmd/internal/cache"
	"github.com/verbosel/verbosel/codegen"
)

// proofMemo remembers proofs in the user's cache; nil where there is none, or where this
// program cannot tell itself from others.
func proofMemo() *codegen.ProofMemo {
	self := ProgramID()
	if self == "" {
		return nil
	}
	cache, err := cache.OpenDir(cache.ProofsPart)
	if err != nil {
		return nil
	}
	return &codegen.ProofMemo{Prover: self, Store: cache}
}

// ProgramID names this program by its content, as the prover is a part of it: another one
// has another name. It is empty where that cannot be found out.
var ProgramID = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	if id := buildID(path); id != "" {
		return "build " + id
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	sum, err := HashFile(f)
	if err != nil {
		return ""
	}
	return "sha256 " + sum
})

// HashFile is the SHA-256 of what is left to read, in hexadecimal.
func HashFile(r io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// buildID is the note that the Go linker leaves in an ELF file: a hash of what it was made
// from, and one of its content. Reading it takes less than hashing the file.
func buildID(path string) string {
	f, err := elf.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	s := f.Section(".note.go.buildid")
	if s == nil {
		return ""
	}
	note, err := s.Data()
	const header = 16 // bytes of a note (elf(5)) with the name Go
	if err != nil || len(note) < header {
		return ""
	}
	return goBuildID().FindString(string(note[header:]))
}

// goBuildID is what the linker writes where it is not told to write something else.
var goBuildID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]{20}(/[A-Za-z0-9_-]{20}){3}`) })
