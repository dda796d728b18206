package zone

import "math"

// Var is a variable. Zero is the constant 0.
type Var uint8

// Zero is the variable whose value is always 0.
const Zero Var = 0

// Vars is how many variables a Zone has, Zero included.
const Vars = 60

// Inf is above every bound; a bound of Inf is none. Bounds are kept well below it, so
// that the sum of a few is no overflow.
const Inf = math.MaxInt64 / 16

// maxTerms bounds the variables of a Lin, and factTerms those of what a Zone remembers.
const (
	maxTerms  = 8
	factTerms = 4
)

// Term is a variable times a factor.
type Term struct {
	Var  Var
	Coef int8
}

// Lin is a linear expression: C plus its terms. The zero Lin is 0. Terms have
// different variables, none Zero, and factors that are not 0, ordered by variable.
type Lin struct {
	C int64
	t [maxTerms]Term // those from n on are zero, so that == compares expressions
	n uint8
}

// Const is the expression of a constant, lost where that cannot be one: see PlusConst.
func Const(c int64) Lin { return Lin{C: checked(c, 0)} }

// Of is the expression of one variable.
func Of(v Var) Lin {
	if v == Zero {
		return Lin{}
	}
	return Lin{n: 1, t: [maxTerms]Term{{v, 1}}}
}

// Terms are the expression's variables with their factors.
func (l *Lin) Terms() []Term { return l.t[:l.n] }

// IsConst says that the expression has no variable.
func (l *Lin) IsConst() bool { return l.n == 0 }

// Coef is the factor of v, 0 where v is not in the expression.
func (l *Lin) Coef(v Var) int32 {
	for i := range l.n {
		if l.t[i].Var == v {
			return int32(l.t[i].Coef)
		}
	}
	return 0
}

// PlusConst is l + c. Where that is beyond what constants can be, the expression is lost: it
// has no bounds, says nothing of a variable, and stays lost.
func (l Lin) PlusConst(c int64) Lin {
	if l.C = checked(l.C, c); l.C == lost {
		return Lin{C: lost}
	}
	return l
}

// lost is the constant of an expression of which nothing is known. All others are nearer to
// 0: still beyond every bound, and so that the sum of two and a few bounds is no overflow.
const lost = 4 * Inf

// checked is a + b, or lost.
func checked(a, b int64) int64 {
	if a <= -lost || a >= lost || b <= -lost || b >= lost || a+b <= -lost || a+b >= lost {
		return lost
	}
	return a + b
}

// isLost says that nothing is known of the expression.
func (l Lin) isLost() bool { return l.C == lost }

// Plus is l + k*m. It has no result where that has too many variables, or where a
// factor or the constant leaves what bounds can be computed with.
func (l Lin) Plus(m Lin, k int32) (Lin, bool) {
	if k == 0 {
		return l, true
	}
	out, ok := Lin{}, false
	if out.C, ok = mulAdd(l.C, m.C, int64(k)); !ok {
		return Lin{}, false
	}
	i, j := uint8(0), uint8(0)
	for i < l.n || j < m.n {
		var v Var
		var c int32
		switch {
		case j == m.n || i < l.n && l.t[i].Var < m.t[j].Var:
			v, c = l.t[i].Var, int32(l.t[i].Coef)
			i++
		case i == l.n || m.t[j].Var < l.t[i].Var:
			v, c = m.t[j].Var, int32(m.t[j].Coef)*k
			j++
		default:
			v, c = l.t[i].Var, int32(l.t[i].Coef)+int32(m.t[j].Coef)*k
			i, j = i+1, j+1
		}
		if c == 0 {
			continue
		}
		if out.n == maxTerms || c > maxCoef || c < -maxCoef {
			return Lin{}, false
		}
		out.t[out.n] = Term{v, int8(c)}
		out.n++
	}
	return out, true
}

// maxCoef bounds factors: generated code multiplies by 8 at most at once.
const maxCoef = 64

// far is how far from 0 bounds and constants may be to be computed with.
const far = Inf / maxCoef

func mulAdd(a, b, k int64) (int64, bool) {
	if a > Inf || a < -Inf || b > far || b < -far || k > maxCoef || k < -maxCoef {
		return 0, false
	}
	return a + b*k, true
}

// negated is -l.
func (l Lin) negated() (Lin, bool) {
	if l.C > far || l.C < -far {
		return Lin{}, false
	}
	l.C = -l.C
	for i := range l.n {
		l.t[i].Coef = -l.t[i].Coef
	}
	return l, true
}

// without is l with v's term removed.
func (l Lin) without(v Var) Lin {
	out := Lin{C: l.C}
	for _, t := range l.Terms() {
		if t.Var != v {
			out.t[out.n] = t
			out.n++
		}
	}
	return out
}

// Replace is l with by in v's place.
func (l Lin) Replace(v Var, by Lin) (Lin, bool) {
	k := l.Coef(v)
	if k == 0 {
		return l, true
	}
	return l.without(v).Plus(by, k)
}

// signs are the variables with a positive factor, and those with a negative one.
func (l *Lin) signs() (pos, neg VarSet) {
	for _, t := range l.Terms() {
		if t.Coef > 0 {
			pos |= 1 << t.Var
		} else {
			neg |= 1 << t.Var
		}
	}
	return pos, neg
}
