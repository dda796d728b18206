package cache

import (
	"errors"
	"fmt"
	"os"
)

// TempDir makes a folder for servers that are run and thrown away.
func TempDir() (string, error) {
	dir, err := os.MkdirTemp("", "verbosel-*")
	return dir, explainTemp(err)
}

// Spool is a temporary file without a name: whatever happens, nothing is left.
func Spool() (*os.File, error) {
	file, err := os.CreateTemp("", "verbosel-*")
	if err != nil {
		return nil, explainTemp(err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// explainTemp says what the folder is that nobody named.
func explainTemp(err error) error {
	if err != nil {
		return fmt.Errorf("the folder for temporary files, which TMPDIR names: %w", err)
	}
	return nil
}
