package zone

import "unsafe"

// Bytes is how many bytes a Zone holds at most, facts apart.
const Bytes = int(unsafe.Sizeof(Zone{}) + Vars*unsafe.Sizeof(row{}))

// row bounds a variable less each other one.
type row [Vars]int64

// none are the rows of variables of which nothing is known, in all zones. Nobody writes to them.
var none = func() (d [Vars]row) {
	for i := range d {
		for j := range d[i] {
			d[i][j] = Inf
		}
		d[i][i] = 0
	}
	return d
}()

// Rows are no zone's any more, for what is known next: of most variables nothing is, and what
// is known of the others comes and goes.
type Rows []*row

// New is a Zone in which nothing is known, and which takes its rows from r.
func (r *Rows) New() *Zone {
	z := &Zone{free: r}
	for i := range z.d {
		z.d[i] = &none[i]
	}
	z.reset(1 << Zero)
	return z
}

// Release gives the rows back: nothing is known, and z.Copy alone may follow.
func (z *Zone) Release() { z.shape(0) }

// shape has rows of its own for some variables, of whatever those had, or any content.
func (z *Zone) shape(known VarSet) {
	for s := z.known &^ known; s != 0; s &= s - 1 {
		z.unlearn(s.first())
	}
	for s := known &^ z.known; s != 0; s &= s - 1 {
		z.own(s.first())
	}
}

// learn gives v a row of its own where nothing is known of it.
func (z *Zone) learn(v Var) {
	if !z.known.has(v) {
		z.own(v)
		*z.d[v] = none[v]
	}
}

// own gives v a row, of any content.
func (z *Zone) own(v Var) {
	z.known |= 1 << v
	n := len(*z.free)
	if n == 0 {
		z.d[v] = new(row)
		return
	}
	z.d[v], *z.free = (*z.free)[n-1], (*z.free)[:n-1]
}

// unlearn gives v's row back.
func (z *Zone) unlearn(v Var) {
	*z.free = append(*z.free, z.d[v])
	z.d[v] = &none[v]
	z.known &^= 1 << v
}
