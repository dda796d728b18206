package cert

import "io"

// Explorer is a Check for who looks for a certificate: it follows what it is asked to, what nodes grant is not checked, and
// each way is told instead. It accepts nothing. Errors are Check's.
type Explorer struct {
	check   *checker
	handled int // handlers that were followed
}

// NewExplorer has followed nothing yet.
func NewExplorer(r io.ReaderAt, size int64, proof *Proof, guide Guide, way func(*State, Way)) (e *Explorer, err error) {
	defer refused(&err)
	c, err := newChecker(r, size, proof, guide)
	if err != nil {
		return nil, err
	}
	c.explore = way
	return &Explorer{check: c}, nil
}

// Follow follows the ways from a node, or where that is -1 from the entry, and then those from handlers of signals that are new.
func (e *Explorer) Follow(node int) (err error) {
	defer refused(&err)
	c := e.check
	if node < 0 {
		c.follow(c.entryState())
	} else {
		c.follow(c.start(node))
	}
	for ; e.handled < len(c.handlers); e.handled++ {
		c.follow(c.anyState(c.handlers[e.handled]))
	}
	return nil
}

// Reached are the nodes that ways came to, in the order in which they did first.
func (e *Explorer) Reached() []int { return e.check.reached }

// End demands what is demanded of all ways together.
func (e *Explorer) End() (err error) {
	defer refused(&err)
	e.check.demandHeads()
	return nil
}
