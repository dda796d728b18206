package listing

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/x64"
)

// build assembles and links, or fails.
func build(t testing.TB, p *x64.Program, opts elf64.Options) (*x64.Object, *elf64.Image) {
	t.Helper()
	obj, err := x64.Assemble(p)
	if err != nil {
		t.Fatal(err)
	}
	img, err := elf64.Link(obj, opts)
	if err != nil {
		t.Fatal(err)
	}
	return obj, img
}

// small is a program with one of everything that a listing shows.
func small() *x64.Program {
	return &x64.Program{
		Items: []x64.Item{
			x64.Section{Title: "start"},
			x64.Label{Name: "_start", Doc: []string{"in: nothing", "out: does not return"}},
			x64.Inst{Op: x64.LEA, Dst: x64.RSI, Src: x64.Sym(0, "greeting", 0), Note: "what to say"},
			x64.Inst{Op: x64.MOV, Dst: x64.EDX, Src: x64.Sym(4, "lengths", 4), Note: "how much of it"},
			x64.Inst{Op: x64.CALL, Dst: x64.Target("say"), Pos: "routes.yaml:3:5"},
			x64.Inst{Op: x64.XOR, Dst: x64.EDI, Src: x64.EDI, Note: "no error", Pos: "routes.yaml:3:5"},
			x64.Label{Name: "leave"},
			x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm(60), Note: "exit"},
			x64.Inst{Op: x64.SYSCALL},
			x64.Section{Title: "output"},
			x64.Label{Name: "say", Doc: []string{"in: rsi text, rdx length", "clobbers: rax rcx rdi r11"}},
			x64.Inst{Op: x64.MOV, Dst: x64.EDI, Src: x64.Imm(1), Note: "standard output"},
			x64.Label{Name: "again"},
			x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.EDI, Note: "write"},
			x64.Inst{Op: x64.SYSCALL},
			x64.Inst{Op: x64.CMP, Dst: x64.RAX, Src: x64.Imm(-4), Note: "EINTR: once more"},
			x64.Inst{Op: x64.JE, Dst: x64.Target("again")},
			x64.Inst{Op: x64.CMP, Dst: x64.M(1, x64.RSI, 0), Src: x64.Imm(0)},
			x64.Inst{Op: x64.JE, Dst: x64.Target("leave")},
			x64.Inst{Op: x64.RET},
		},
		Data: []x64.Datum{
			{Label: "greeting", Align: 16, Note: "the answer to GET /", Fields: []x64.Field{
				x64.Bytes{B: []byte("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n"), Note: "head"},
				x64.Bytes{B: []byte("Hello, \"World\"!\n")},
			}},
			{Label: "lengths", Align: 8, Fields: []x64.Field{
				x64.Offset{To: "lengths", From: "greeting", Note: "padding too"},
				x64.Word{Size: 4, Value: 55}, x64.Word{Size: 4, Value: 1}, x64.Word{Size: 2, Value: 2},
				x64.Offset{To: "greeting", From: "data", Add: 3}, x64.Offset{To: "lengths", From: "data", Add: -3},
				x64.Word{Size: 8, Value: 0x0a0d0a0d0a0d0a0d},
			}},
			{Label: "mask", Fields: []x64.Field{
				x64.Bytes{B: []byte{0xff, 0, 0xff, 1, 2, 3}}, x64.Bytes{B: make([]byte, 40)},
			}},
		},
	}
}

// shapes are operands by kind, as functions of a source of randomness. Together they
// reach every row of x64's table of forms.
var shapes = []func(*rand.Rand) x64.Operand{
	func(*rand.Rand) x64.Operand { return nil },
	func(r *rand.Rand) x64.Operand { return pick(r, x64.AL, x64.R15B) },
	func(r *rand.Rand) x64.Operand { return pick(r, x64.AX, x64.R15W) },
	func(r *rand.Rand) x64.Operand { return pick(r, x64.EAX, x64.R15D) },
	func(r *rand.Rand) x64.Operand { return pick(r, x64.RAX, x64.R15) },
	func(r *rand.Rand) x64.Operand { return pick(r, x64.XMM0, x64.XMM7) },
	func(r *rand.Rand) x64.Operand { return x64.CL },
	func(r *rand.Rand) x64.Operand { return mem(r, 0) },
	func(r *rand.Rand) x64.Operand { return mem(r, 1) },
	func(r *rand.Rand) x64.Operand { return mem(r, 2) },
	func(r *rand.Rand) x64.Operand { return mem(r, 4) },
	func(r *rand.Rand) x64.Operand { return mem(r, 8) },
	func(r *rand.Rand) x64.Operand { return mem(r, 16) },
	func(r *rand.Rand) x64.Operand { return x64.Imm(1 + r.IntN(7)) },
	func(r *rand.Rand) x64.Operand { return x64.Imm(-r.IntN(1 << r.IntN(31))) },
	func(r *rand.Rand) x64.Operand { return x64.Imm(r.IntN(1 << r.IntN(34))) },
	func(r *rand.Rand) x64.Operand { return x64.Imm(int64(r.Uint64())) },
	func(r *rand.Rand) x64.Operand {
		return []x64.Imm{127, 128, 255, -128, -129, 65535, 1<<31 - 1, -1 << 31}[r.IntN(8)]
	},
	func(r *rand.Rand) x64.Operand { return x64.Target(fmt.Sprintf("label_%d", r.IntN(numLabels))) },
}

const numLabels = 20

func pick(r *rand.Rand, first, last x64.Reg) x64.Reg {
	return first + x64.Reg(r.IntN(int(last-first)+1))
}

func mem(r *rand.Rand, width uint8) x64.Operand {
	disp := int32(r.IntN(1<<r.IntN(31))) - 128
	switch r.IntN(4) {
	case 0:
		return x64.Sym(width, []string{"data", "words", "text", "label_3"}[r.IntN(4)], int32(r.IntN(5)-2))
	case 1:
		return x64.M(width, pick(r, x64.RAX, x64.R15), 0)
	case 2:
		return x64.M(width, pick(r, x64.RAX, x64.R15), disp)
	}
	m := x64.MX(width, pick(r, x64.RAX, x64.R15), pick(r, x64.RAX, x64.R15), disp)
	m.Scale = 1 << r.IntN(4)
	return m
}

// form is a combination of operand kinds that an operation has.
type form struct {
	op       x64.Op
	dst, src int // index into shapes
}

// forms are all combinations that the assembler takes, found by asking it.
var forms = sync.OnceValue(func() []form {
	r := rand.New(rand.NewPCG(1, 2))
	var all []form
	for op := x64.NoOp + 1; !strings.HasPrefix(op.String(), "("); op++ {
		for dst := range shapes {
			for src := range shapes {
				for range 3 {
					if assembles(x64.Inst{Op: op, Dst: shapes[dst](r), Src: shapes[src](r)}) {
						all = append(all, form{op, dst, src})
						break
					}
				}
			}
		}
	}
	return all
})

// assembles says whether the assembler takes an instruction.
func assembles(i x64.Inst) bool {
	_, err := x64.Assemble(&x64.Program{Items: labelsThen(i), Data: dataFor(nil)})
	return err == nil
}

func labelsThen(i x64.Inst) []x64.Item {
	var items []x64.Item
	for n := range numLabels {
		items = append(items, x64.Label{Name: fmt.Sprintf("label_%d", n)})
	}
	return append(items, i)
}

// random is an instruction of the form.
func (f form) random(r *rand.Rand) (x64.Inst, bool) {
	for range 8 {
		i := x64.Inst{Op: f.op, Dst: shapes[f.dst](r), Src: shapes[f.src](r)}
		if assembles(i) {
			return i, true
		}
	}
	return x64.Inst{}, false
}

// randomProgram has size instructions of all forms in turn, labels between them, and
// data of every kind.
func randomProgram(r *rand.Rand, size int) *x64.Program {
	p := &x64.Program{Data: dataFor(r)}
	p.Items = append(p.Items, x64.Section{Title: randomText(r)}, x64.Label{Name: "_start"})
	order := r.Perm(len(forms()))
	for n := range size {
		if n*numLabels%size < numLabels {
			p.Items = append(p.Items, x64.Label{
				Name: fmt.Sprintf("label_%d", n*numLabels/size),
				Doc:  []string{randomText(r), ""}[:r.IntN(3)],
			})
		}
		if i, ok := forms()[order[n%len(order)]].random(r); ok {
			i.Note, i.Pos = randomText(r), randomText(r)
			p.Items = append(p.Items, i)
		}
	}
	return p
}

// dataFor is data that random instructions refer to; without a source only that.
func dataFor(r *rand.Rand) []x64.Datum {
	if r == nil {
		return []x64.Datum{{Label: "words"}, {Label: "text"}}
	}
	d := []x64.Datum{{Label: "words", Align: 1 << r.IntN(8)}, {Label: "text", Align: 16, Note: randomText(r)}}
	for range r.IntN(40) {
		size := 1 << r.IntN(4)
		d[0].Fields = append(d[0].Fields, x64.Word{Size: size, Value: r.Uint64() >> (64 - 8*size), Note: randomText(r)})
		d[0].Fields = append(d[0].Fields, x64.Offset{To: "text", From: "words", Add: r.Int64N(1000)})
	}
	for range 1 + r.IntN(10) {
		d[1].Fields = append(d[1].Fields, x64.Bytes{B: []byte(strings.Repeat(randomText(r), r.IntN(40))), Note: randomText(r)})
	}
	b := make([]byte, r.IntN(3000))
	for i := range b {
		b[i] = byte(r.IntN(256) & r.IntN(256) & r.IntN(256))
	}
	return append(d, x64.Datum{Label: "bytes", Align: 64, Fields: []x64.Field{x64.Bytes{B: b}}})
}

// randomText is what could break out of a comment or a string.
func randomText(r *rand.Rand) string {
	pieces := []string{
		"", "", "why", "\\", "\n", "\r", "\"", "'", "`", "%", "%macro x 0", "%[y]", ";", "\x00", "\xff", "ü", "\u2028",
		"$", "db 1", "\ndb 1", "\\\n", "\t", "  ", "{}", "[", "/*", "%if 0", "label:", "0x", "\x1b[31m", "\x7f",
	}
	var b strings.Builder
	for range r.IntN(5) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// jumpProgram is mostly jumps, to places around the limit of the short form.
func jumpProgram(r *rand.Rand, size int) *x64.Program {
	p := &x64.Program{Items: []x64.Item{x64.Label{Name: "_start"}}}
	for n := range size {
		to := min(max(n+r.IntN(100)-50, 0), size-1)
		op := []x64.Op{x64.JMP, x64.JE, x64.JNE, x64.JMP}[r.IntN(4)]
		p.Items = append(p.Items,
			x64.Label{Name: fmt.Sprintf("place_%d", n)},
			x64.Inst{Op: op, Dst: x64.Target(fmt.Sprintf("place_%d", to))})
		for range r.IntN(4) {
			p.Items = append(p.Items, x64.Inst{Op: x64.NOP})
		}
	}
	return p
}

func nops(n int) []x64.Item {
	items := make([]x64.Item, n)
	for i := range items {
		items[i] = x64.Inst{Op: x64.NOP}
	}
	return items
}
