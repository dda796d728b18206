// Package judge opens the ELF file that a command names, has it judged by a certificate, and prints the verdict. The compiler and the
// program that does nothing but check say the same by it, word for word.
package judge

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/verbosel/verbosel/codegen/verify/verdict"
)

// Garbage is how much of it there may be while a certificate is checked, in percent of what is in use: the check of examples/hello ends
// before 6 MiB are, from which on it is collected then. With more the check of 10,000 routes touches more pages, and takes no less time.
const Garbage = 150

// NoELF is the error of a file that is none.
const NoELF = "not an ELF file; 'verbosel build' makes one from a spec, and verifies it"

// Subject is an ELF file with what could be its certificate.
type Subject struct {
	*os.File
	Size        int64
	Certificate []byte

	path, proof string
}

// Open opens the ELF file that is called path, and reads the certificate in the file proof.
func Open(path, proof string) (*Subject, error) {
	file, size, err := OpenELF(path, NoELF)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	certificate, err := readCertificate(proof, size)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: --proof: %w", path, err)
	}
	return &Subject{file, size, certificate, path, proof}, nil
}

// Verdict judges the file by the certificate.
func (s *Subject) Verdict() (*verdict.Verification, error) {
	v, err := verdict.ByCertificate(s.File, s.Size, s.Certificate)
	if err != nil {
		return nil, fmt.Errorf("%s: --proof %s: %w", s.path, s.proof, err)
	}
	return v, nil
}

// maxCertificate bounds a certificate that is read: so many bytes for each of the server's, beside a MiB.
const maxCertificate = 64

// readCertificate reads a file that could be a certificate of a server of size bytes.
func readCertificate(name string, size int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	most := 1<<20 + maxCertificate*size
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s: more than %d bytes are no certificate of a server of %d", name, most, size)
	}
	return data, err
}

// Print prints the verdict: on standard output, but for people a refusal is an error.
func Print(stdout, stderr io.Writer, path string, v *verdict.Verification, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	}
	w := bufio.NewWriter(stdout)
	for _, e := range v.Explanations {
		e.Print(w)
	}
	if v.Refusal != nil {
		fmt.Fprintf(stderr, "%s: refused: it is no server of verbosel, or a broken one\n  %s\n",
			path, strings.ReplaceAll(v.Refusal.String(), "\n", "\n  "))
	} else {
		v.Print(w, path)
	}
	if v.Uncertified != nil {
		fmt.Fprintf(stderr, "%s: it is proved, but no certificate can be written: why is not followed yet at this place\n  %s\n",
			path, strings.ReplaceAll(v.Uncertified.String(), "\n", "\n  "))
	}
	return w.Flush()
}

// Holds says that a verdict is all that was asked for.
func Holds(v *verdict.Verification) bool { return v.Refusal == nil && v.Uncertified == nil }
