package format

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// Version is that of the format, and of what answers are asked for: of each, and in which order. This is
// a draft, which changes with each field and each answer until all of build's servers have certificates.
const Version = 1

// Codec reads or writes numbers of a content: what it gets is what to write, what it gives is what
// was read. Names are those of fields, for errors.
type Codec interface {
	Uint(name string, x, most uint64) uint64
	Bytes(name string, b []byte) []byte
	Fixed(name string, b []byte)
	Count(name string, n int) int // of what follows, each at least a byte
}

// Content is a certificate as a file has it.
type Content struct {
	Proof   cert.Proof
	Tables  [][][]int64 // rows of choices: those of several nodes are one list
	Answers [][]byte    // on the ways from each node; first on those from the entry, and then from each handler
}

// Fields reads or writes a content. A field that is added is added here alone.
func Fields(c Codec, f *Content) {
	signed(c, "instructions", &f.Proof.Instructions)
	signed(c, "calls", &f.Proof.Calls)
	span(c, &f.Proof.Input)
	span(c, &f.Proof.Kept)
	list(c, "shown", &f.Proof.Shown, func(c Codec, addr *uint64) { number(c, "shown address", addr) })
	span(c, &f.Proof.Ages)
	span(c, &f.Proof.Counts)
	list(c, "tables", &f.Tables, table)
	list(c, "nodes", &f.Proof.Nodes, f.node)
	f.Answers = append(f.Answers, make([][]byte, len(f.Proof.Nodes)+1-len(f.Answers))...)
	array(c, f.Answers, answers)
}

func (f *Content) node(c Codec, n *cert.Node) {
	number(c, "address", &n.Addr)
	number(c, "phase", &n.Phase)
	list(c, "frames", &n.Frames, frame)
	list(c, "variables", &n.Vars, variable)
	list(c, "facts", &n.Facts, sum)
	array(c, n.Regs[:], register)
	array(c, n.Lows[:], register)
	array(c, n.Wraps[:], register)
	array(c, n.Vecs[:], vector)
	list(c, "cells", &n.Cells, cell)
	list(c, "texts", &n.Texts, text)
	list(c, "loads", &n.Loads, loaded)
	list(c, "choices", &n.Choices, f.choice)
	list(c, "bytes", &n.Bytes, bytesRange)
	list(c, "marks", &n.Marks, mark)
	list(c, "first", &n.First, span)
	signed(c, "family", &n.Booted.Family)
	number(c, "mode", &n.Booted.Mode)
	flag(c, "signals", &n.Booted.Signals)
	flag(c, "answered", &n.Answered)
	flag(c, "head", &n.Head)
	list(c, "waits", &n.Waits, span)
	sum(c, &n.Instructions)
	sum(c, &n.Calls)
	list(c, "givens", &n.Givens, given)
	number(c, "zero flag", &n.Zero)
}

func frame(c Codec, f *cert.Frame) {
	signed(c, "frame's offset", &f.Off)
	number(c, "frame's return address", &f.To)
}

func variable(c Codec, v *cert.Variable) {
	bound(c, "variable's least", &v.Lo, -linear.NoBound)
	bound(c, "variable's greatest", &v.Hi, linear.NoBound)
	number(c, "variable's bits that are 0", &v.Zeros)
	number(c, "variable's bits that are 1", &v.Ones)
	number(c, "variable's result", &v.Result)
	number(c, "variable's trace", &v.Made)
	flag(c, "variable of 8 bytes", &v.Word)
}

func sum(c Codec, a *linear.Sum) {
	signed(c, "sum's constant", &a.C)
	list(c, "sum's terms", &a.Terms, term)
}

func term(c Codec, t *linear.Term) {
	number(c, "term's variable", &t.Var)
	signed(c, "term's factor", &t.Coef)
}

func register(c Codec, r *cert.Reg) {
	if flag(c, "register known", &r.Known) {
		sum(c, &r.Sum)
	}
}

func vector(c Codec, v *cert.Vector) {
	if flag(c, "vector known", &v.Known) {
		c.Fixed("vector", v.Bytes[:])
	}
}

func cell(c Codec, x *cert.Cell) {
	signed(c, "cell's offset", &x.Off)
	number(c, "cell's width", &x.Width)
	sum(c, &x.Sum)
}

func text(c Codec, t *cert.Text) {
	sum(c, &t.At)
	t.Bytes = c.Bytes("text", t.Bytes)
}

func loaded(c Codec, l *cert.Loaded) {
	number(c, "loaded variable", &l.Is)
	sum(c, &l.At)
	number(c, "loaded width", &l.Width)
}

// table has a row at least, each said by what it is more than the one in front of it.
func table(c Codec, rows *[][]int64) {
	if len(*rows) == 0 {
		*rows = make([][]int64, 1)
	}
	var front []int64
	row := func(c Codec, row *[]int64) {
		i := 0
		list(c, "row", row, func(c Codec, x *int64) {
			last := int64(0)
			if i < len(front) {
				last = front[i]
			}
			more(c, "row's number", x, last)
			i++
		})
		front = *row
	}
	row(c, &(*rows)[0])
	rest := (*rows)[1:]
	if list(c, "rows", &rest, row); len(rest) >= len(*rows) { // they were read
		*rows = append(*rows, rest...)
	}
}

func (f *Content) choice(c Codec, x *cert.Choice) {
	list(c, "choice's variables", &x.Vars, func(c Codec, v *linear.Var) { number(c, "choice's variable", v) })
	if n := c.Uint("choice's table", f.tableOf(x.Rows), uint64(len(f.Tables))); n > 0 {
		x.Rows = f.Tables[n-1]
	}
}

// tableOf is the number of the table that has these rows, from 1 on; 0 for none.
func (f *Content) tableOf(rows [][]int64) uint64 {
	if len(rows) == 0 {
		return 0
	}
	i := slices.IndexFunc(f.Tables, func(t [][]int64) bool { return len(t) == len(rows) && &t[0] == &rows[0] }) // as it was read
	if i < 0 {
		i = slices.IndexFunc(f.Tables, func(t [][]int64) bool { return slices.EqualFunc(t, rows, slices.Equal) })
	}
	return uint64(1 + i)
}

// Gather makes tables of the rows of all choices.
func (f *Content) Gather() {
	for i := range f.Proof.Nodes {
		for _, x := range f.Proof.Nodes[i].Choices {
			if len(x.Rows) > 0 && f.tableOf(x.Rows) == 0 {
				f.Tables = append(f.Tables, x.Rows)
			}
		}
	}
}

func span(c Codec, s *cert.Span) {
	signed(c, "span's start", &s.Lo)
	signed(c, "span's end", &s.Hi)
}

func mark(c Codec, m *cert.Mark) {
	span(c, &m.Span)
	number(c, "mark's trace", &m.Made)
}

func bytesRange(c Codec, r *cert.Range) {
	sum(c, &r.Lo)
	sum(c, &r.Hi)
}

func given(c Codec, g *cert.Given) {
	number(c, "given variable", &g.Is)
	number(c, "given bit", &g.Bit)
	span(c, &g.Span)
	number(c, "given's variable", &g.Of)
	last := int64(0)
	list(c, "given's values", &g.Values, func(c Codec, x *int64) {
		more(c, "given's value", x, last)
		last = *x
	})
}

func answers(c Codec, b *[]byte) { *b = c.Bytes("answers", *b) }

// Premises reads or writes that answer of a Guide, as the others do theirs.
func Premises(c Codec, list *[]linear.Premise, ok *bool) {
	if flag(c, "premises", ok) {
		premises(c, list)
	}
}

func premises(c Codec, ps *[]linear.Premise) {
	list(c, "premises", ps, func(c Codec, p *linear.Premise) {
		p.Fact = index(c, "premise's fact", p.Fact)
		signed(c, "premise's factor", &p.Factor)
	})
}

// Most is an answer.
func Most(c Codec, bound *int64, ps *[]linear.Premise, ok *bool) {
	if flag(c, "most", ok) {
		signed(c, "most's bound", bound)
		premises(c, ps)
	}
}

// Bytes is an answer.
func Bytes(c Codec, i *int, ok *bool) {
	if flag(c, "bytes", ok) {
		*i = index(c, "bytes' number", *i)
	}
}

// Stands and Chooses are answers.
func Stands(c Codec, yes *bool)  { flag(c, "stands", yes) }
func Chooses(c Codec, yes *bool) { flag(c, "chooses", yes) }

// Node is an answer; i is -1 where the way goes on.
func Node(c Codec, i *int, images *[]linear.Sum) {
	if *i = index(c, "node", *i+1) - 1; *i >= 0 {
		list(c, "images", images, sum)
	}
}

func number[T ~uint8 | ~uint32 | ~uint64](c Codec, name string, x *T) {
	*x = T(c.Uint(name, uint64(*x), uint64(^T(0))))
}

func signed(c Codec, name string, x *int64) { *x = unfold(c.Uint(name, fold(*x), 1<<64-1)) }

// more is how much more a number is than another one, modulo 1<<64.
func more(c Codec, name string, x *int64, than int64) {
	by := *x - than
	signed(c, name, &by)
	*x = than + by
}

// bound is one of a variable: where there is none it is 0, and other numbers are moved up.
func bound(c Codec, name string, x *int64, none int64) {
	*x = unfold(c.Uint(name, fold(*x)-fold(none), 1<<64-1) + fold(none))
}

// fold is twice a number, or if it is negative -1 less twice itself; unfold is the number.
func fold(x int64) uint64   { return uint64(x<<1) ^ uint64(x>>63) }
func unfold(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

func index(c Codec, name string, i int) int { return int(c.Uint(name, uint64(i), 1<<31-1)) }

func flag(c Codec, name string, x *bool) bool {
	n := uint64(0)
	if *x {
		n = 1
	}
	*x = c.Uint(name, n, 1) == 1
	return *x
}

func array[T any](c Codec, xs []T, one func(Codec, *T)) {
	for i := range xs {
		one(c, &xs[i])
	}
}

// few is how many of a list that is read memory is taken for before there is any.
const few = 256

// list is as many as there are, or when reading as the file says.
func list[T any](c Codec, name string, xs *[]T, one func(Codec, *T)) {
	n := c.Count(name, len(*xs))
	if n > 0 && cap(*xs) == 0 {
		*xs = memory[T](c, min(n, few))
	}
	for i := range n {
		if i == len(*xs) {
			if i == cap(*xs) { // a few at once, then twice as many: not all may follow
				*xs = slices.Grow(*xs, max(min(n, few), i))
			}
			*xs = append(*xs, *new(T))
		}
		one(c, &(*xs)[i])
	}
}
