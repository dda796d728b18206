package zone

// Most bounds a - b from above; Inf is no bound.
func (z *Zone) Most(a, b Var) int64 { return z.d[a][b] }
