package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// Cache keeps encodings between builds and, within one, out of memory. Keys are names
// of letters, digits, dots and hyphens. Many goroutines use it at once.
type Cache interface {
	// Open opens what was put under a key. An error means that it is not there. What can be asked
	// for its size, as an *os.File can, need not be read where a wrong hash is found out later.
	Open(key string) (io.ReadCloser, error)
	// Put stores the entry of a key: as a whole, or with an error not at all.
	Put(key string, entry []byte) error
}

// An entry of the cache is the SHA-256 of a body and the body. A body without bytes
// says that the encoding is not smaller than the content. Damage is found by the hash.
const entryHeader = sha256.Size

// cacheKey names the encoding of a content. Another version of a codec, or another
// setting, may make other bytes: it has other keys.
func cacheKey(content Content, c codec) string {
	return c.name(content.Size) + "-" + hex.EncodeToString(content.Sum[:])
}

var errDamaged = errors.New("the entry of the cache is damaged")

// load finds an encoding in the cache. It checks its bytes, unless they are believed to be what the
// entry says: then the hash is only recalled of those that are not held.
func load(cache Cache, key, name string, believe bool) (c Content, recalled bool, err error) {
	r, err := cache.Open(key)
	if err != nil {
		return Content{}, false, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	var want [sha256.Size]byte
	if _, err := io.ReadFull(r, want[:]); err != nil {
		return Content{}, false, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if size := bodySize(r); believe && size > inMemory {
		return Content{File: name, Size: size, Sum: want}, true, nil
	}
	c, err = readContent(r, name)
	if err == nil && c.Sum != want {
		err = errDamaged
	}
	return c, false, err
}

// bodySize is that of an entry's body in bytes, or 0 where it is not known.
func bodySize(r io.Reader) int64 {
	if f, ok := r.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := f.Stat(); err == nil {
			return info.Size() - entryHeader
		}
	}
	return 0
}

// save puts an encoding into the cache: body has room for the header in front.
func save(cache Cache, key, name string, entry []byte) (Content, error) {
	c := inBytes(entry[entryHeader:])
	copy(entry, c.Sum[:])
	if err := cache.Put(key, entry); err != nil {
		return Content{}, fmt.Errorf("keeping an encoding: %w", err)
	}
	if c.Size > inMemory {
		c.Bytes, c.File = nil, name
	} else {
		c.Bytes = bytes.Clone(c.Bytes)
	}
	return c, nil
}
