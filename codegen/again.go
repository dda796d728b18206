package codegen

import "io"

// rewinder is a Store that can be written anew. An *os.File is one.
type rewinder interface {
	io.Seeker
	Truncate(size int64) error
}

// withoutBelief are the options for a second try, when remembered hashes were wrong. There
// is none where none are remembered, or the store cannot be emptied.
func (o Options) withoutBelief() (again Options, ok bool) {
	if _, rewinds := o.Out.(rewinder); o.Site.Hashes == nil || o.Out != nil && !rewinds {
		return o, false
	}
	hashes := *o.Site.Hashes
	hashes.Anew = true
	o.Site.Hashes = &hashes
	if o.Dev != nil {
		dev := *o.Dev
		dev.Over, dev.Seen = nil, nil
		o.Dev = &dev
	}
	return o, true
}

// emptyStore takes back what the first try wrote.
func (o Options) emptyStore() error {
	if o.Out == nil {
		return nil // each try has its own
	}
	store := o.Out.(rewinder)
	if err := store.Truncate(0); err != nil {
		return err
	}
	_, err := store.Seek(0, io.SeekStart)
	return err
}
