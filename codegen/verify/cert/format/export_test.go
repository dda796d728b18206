package format

// NewReader reads a content.
func NewReader(content []byte) *Reader { return &Reader{content, 0, len(content), new(pools)} }

// Offset is where the next field is.
func (r *Reader) Offset() int { return r.off }
