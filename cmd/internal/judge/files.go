package judge

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
)

// OpenFile opens a file, and gives its size in bytes.
func OpenFile(path string) (*os.File, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, 0, err
	}
	return file, info.Size(), nil
}

// OpenELF is OpenFile for what must be an ELF file; otherwise is the error where it is none.
func OpenELF(path, otherwise string) (*os.File, int64, error) {
	isELF, err := HasMagic(path)
	switch {
	case err != nil:
		return nil, 0, err
	case !isELF:
		return nil, 0, errors.New(otherwise)
	}
	return OpenFile(path)
}

// HasMagic reports whether a file begins as an ELF file does (gABI, "ELF
// Identification"). A folder does not.
func HasMagic(path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return false, err
	}
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	var magic [4]byte
	_, err = io.ReadFull(file, magic[:])
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	return string(magic[:]) == "\x7fELF", err
}

// Plain is the text of an error with the place in front of the reason, and without the
// names of calls: "site: no such file or directory".
func Plain(err error) string {
	text := err.Error()
	var at *fs.PathError
	if errors.As(err, &at) {
		text = strings.Replace(text, at.Error(), at.Path+": "+at.Err.Error(), 1)
		text = strings.Replace(text, at.Path+": "+at.Path+": ", at.Path+": ", 1)
	}
	return text
}
