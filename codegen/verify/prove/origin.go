package prove

// field is a number in a record, off bytes behind what the symbol says. Size 0 is the
// symbol's own value.
type field struct {
	off    int32
	size   uint8
	signed bool
}

// origin is a value in terms of a symbol: c plus its parts.
type origin struct {
	sym   uint8 // its number plus 1; 0 is none
	n     uint8
	c     int64
	parts [originParts]part
}

type part struct {
	coef int8
	f    field
}

const originParts = 3

// maxFactor bounds the factors of parts: what is computed with them is no overflow.
const maxFactor = 64

// addTimes is sum + k*x, k being at most maxFactor; it has no result where sum, x or that
// is as far from 0 as bounds say nothing of.
func addTimes(sum int64, k int8, x int64) (int64, bool) {
	if sum <= -far || sum >= far || x <= -far || x >= far {
		return 0, false
	}
	sum += int64(k) * x
	return sum, sum > -far && sum < far
}

// self is the origin of a symbol's own value.
func self(sym int) origin {
	o := origin{sym: uint8(sym + 1), n: 1}
	o.parts[0] = part{1, field{}}
	return o
}

// plus is o + k*p, without an origin where the symbols differ or the parts are too many.
func (o origin) plus(p origin, k int8) origin {
	if o.sym == 0 || o.sym != p.sym {
		return origin{}
	}
	var ok bool
	if o.c, ok = addTimes(o.c, k, p.c); !ok {
		return origin{}
	}
	for _, q := range p.parts[:p.n] {
		if !o.addPart(q.f, k*q.coef) {
			return origin{}
		}
	}
	if o.n == 0 {
		return origin{}
	}
	return o
}

// moved is o + k*c, without an origin where that is too far.
func (o origin) moved(k int8, c int64) origin {
	var ok bool
	if o.c, ok = addTimes(o.c, k, c); !ok {
		return origin{}
	}
	return o
}

func (o *origin) addPart(f field, k int8) bool {
	for i := range o.n {
		if o.parts[i].f != f {
			continue
		}
		sum := int(o.parts[i].coef) + int(k)
		if sum > maxFactor || sum < -maxFactor {
			return false
		}
		if o.parts[i].coef = int8(sum); sum == 0 {
			o.n--
			o.parts[i] = o.parts[o.n]
			o.parts[o.n] = part{}
		}
		return true
	}
	if o.n == originParts {
		return false
	}
	o.parts[o.n] = part{k, f}
	o.n++
	return true
}

// pointer says that o is the symbol itself plus a constant.
func (o *origin) pointer() bool {
	return o.sym != 0 && o.n == 1 && o.parts[0].coef == 1 && o.parts[0].f.size == 0
}

// besides: two numbers of 4 bytes lie beside each other in a record: a place and a length.
func (o *origin) besides(p *origin) bool {
	if o.n != 1 || p.n != 1 || o.parts[0].f.size != 4 || p.parts[0].f.size != 4 {
		return false
	}
	d := o.parts[0].f.off - p.parts[0].f.off
	return d == 4 || d == -4
}
