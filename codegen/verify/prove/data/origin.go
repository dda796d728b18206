package data

// Field is a number in a record, off bytes behind what the symbol says. Size 0 is the
// symbol's own value.
type Field struct {
	Off    int32
	Size   uint8
	Signed bool
}

// Origin is a value in terms of a symbol: c plus its parts.
type Origin struct {
	Const int64
	Parts [originParts]Part // N of them
	N     uint8
	Sym   uint8 // its number plus 1; 0 is none
}

// Part is a field of a record, times a factor.
type Part struct {
	Coef  int8
	Field Field
}

const originParts = 3

// maxFactor bounds the factors of parts: what is computed with them is no overflow.
const maxFactor = 64

// AddTimes is sum + k*x, k being at most maxFactor; it has no result where sum, x or that
// is as far from 0 as bounds say nothing of.
func AddTimes(sum int64, k int8, x int64) (int64, bool) {
	if sum <= -Far || sum >= Far || x <= -Far || x >= Far {
		return 0, false
	}
	sum += int64(k) * x
	return sum, sum > -Far && sum < Far
}

// Self is the origin of a symbol's own value.
func Self(sym int) Origin {
	o := Origin{Sym: uint8(sym + 1), N: 1}
	o.Parts[0] = Part{1, Field{}}
	return o
}

// Plus is o + k*p, without an origin where the symbols differ or the parts are too many.
func (o Origin) Plus(p Origin, k int8) Origin {
	if o.Sym == 0 || o.Sym != p.Sym {
		return Origin{}
	}
	var ok bool
	if o.Const, ok = AddTimes(o.Const, k, p.Const); !ok {
		return Origin{}
	}
	for _, q := range p.Parts[:p.N] {
		if !o.addPart(q.Field, k*q.Coef) {
			return Origin{}
		}
	}
	if o.N == 0 {
		return Origin{}
	}
	return o
}

// Moved is o + k*c, without an origin where that is too far.
func (o Origin) Moved(k int8, c int64) Origin {
	var ok bool
	if o.Const, ok = AddTimes(o.Const, k, c); !ok {
		return Origin{}
	}
	return o
}

func (o *Origin) addPart(f Field, k int8) bool {
	for i := range o.N {
		if o.Parts[i].Field != f {
			continue
		}
		sum := int(o.Parts[i].Coef) + int(k)
		if sum > maxFactor || sum < -maxFactor {
			return false
		}
		if o.Parts[i].Coef = int8(sum); sum == 0 {
			o.N--
			o.Parts[i] = o.Parts[o.N]
			o.Parts[o.N] = Part{}
		}
		return true
	}
	if o.N == originParts {
		return false
	}
	o.Parts[o.N] = Part{k, f}
	o.N++
	return true
}

// Pointer says that o is the symbol itself plus a constant.
func (o *Origin) Pointer() bool {
	return o.Sym != 0 && o.N == 1 && o.Parts[0].Coef == 1 && o.Parts[0].Field.Size == 0
}

// Besides: two numbers of 4 bytes lie beside each other in a record: a place and a length.
func (o *Origin) Besides(p *Origin) bool {
	if o.N != 1 || p.N != 1 || o.Parts[0].Field.Size != 4 || p.Parts[0].Field.Size != 4 {
		return false
	}
	d := o.Parts[0].Field.Off - p.Parts[0].Field.Off
	return d == 4 || d == -4
}

// ApartBy finds by how much the choices of y must be moved so that y is computed from
// them as x is: the numbers in a record then are as far from its beginning.
func ApartBy(x, y *Origin) (int64, bool) {
	if x.N != y.N {
		return 0, false
	}
	shift, known, own := int64(0), false, int64(0)
	for i := range x.N {
		p, q := x.Parts[i], y.Parts[i]
		if p.Coef != q.Coef || p.Field.Size != q.Field.Size || p.Field.Signed != q.Field.Signed {
			return 0, false
		}
		if p.Field.Size == 0 {
			own += int64(p.Coef)
			continue
		}
		d := int64(q.Field.Off) - int64(p.Field.Off)
		if known && d != shift {
			return 0, false
		}
		shift, known = d, true
	}
	if !known && own == 1 {
		return y.Const - x.Const, true
	}
	return shift, y.Const-x.Const == own*shift
}

const (
	High32 = 0xffffffff_00000000
	Word32 = int64(1) << 32
	Far    = int64(1) << 56 // 64-bit results within this cannot have wrapped around
)
