package x64

// Program is assembly before encoding: the instructions in the order in which they
// run into each other, and the constant data they refer to. It is a plain value;
// Assemble does not change it.
type Program struct {
	Items []Item
	Data  []Datum
}

// Item is one element of a program's text: a Section, a Label or an Inst.
type Item interface{ item() }

// Section starts a part of the server (start, accept, read, ...); it encodes to
// nothing and is a heading in the listing.
type Section struct{ Title string }

// Label names the address of the next instruction. Doc, if any, is the routine's
// contract (registers in, out, clobbered), one line per element; a label with a Doc
// is a routine's name, one without is a place inside a routine.
type Label struct {
	Name string
	Doc  []string
}

// Inst is one instruction, in Intel operand order. Note says why it is there and
// becomes the listing's comment. Pos is the place in the spec that asked for it,
// as "file:line:col", or empty.
type Inst struct {
	Op       Op
	Dst, Src Operand
	Note     string
	Pos      string
}

func (Section) item() {}
func (Label) item()   {}
func (Inst) item()    {}

// Operand is a Reg, an Imm, a Mem or a Target; nil where an instruction has none.
type Operand interface{ operand() }

// Imm is an immediate operand. Its range is checked against the width of the
// instruction: sign-extended 8 or 32 bits, or the full 64 of MOV r64, imm64.
type Imm int64

// Mem is a memory operand: [Base + Index*Scale + Disp], or [rip + Sym + Disp] where
// Sym is not empty (then Base and Index are zero). Width is the access in bytes: 1,
// 2, 4, 8 or 16; LEA uses 0.
type Mem struct {
	Base, Index Reg
	Scale       uint8 // 1, 2, 4 or 8; 0 where there is no Index
	Disp        int32
	Sym         string
	Width       uint8
}

// Target is a label in the text that a jump or a call goes to.
type Target string

func (Reg) operand()    {}
func (Imm) operand()    {}
func (Mem) operand()    {}
func (Target) operand() {}

// Datum is one labelled piece of the read-only data segment.
type Datum struct {
	Label  string
	Align  int64 // a power of two; 0 means 1
	Note   string
	Fields []Field
}

// Field is a part of a Datum: Bytes, Word, Offset or File.
type Field interface{ field() }

// Bytes are literal bytes. The listing shows text as text, a line per CRLF.
type Bytes struct {
	B    []byte
	Note string
}

// Word is a little-endian integer of Size bytes: 1, 2, 4 or 8.
type Word struct {
	Size  int
	Value uint64
	Note  string
}

// Offset is a little-endian 4-byte distance: To - From + Add, both data labels.
type Offset struct {
	To, From string
	Add      int64
	Note     string
}

// File is a range of a file, copied when the image is written so that it is never
// held in memory.
type File struct {
	Name      string
	Off, Size int64
	Note      string
}

func (Bytes) field()  {}
func (Word) field()   {}
func (Offset) field() {}
func (File) field()   {}

// Object is an assembled Program: the text with 32-bit PC-relative references to
// symbols still to be patched, and the data, whose layout belongs to the linker.
type Object struct {
	Text   []byte
	Lines  []Line
	Refs   []Ref
	Labels map[string]int // text labels: offset in Text
	Data   []Datum
}

// Line says which bytes of Text an item became; Len is 0 for labels and sections.
type Line struct {
	Item Item
	Off  int
	Len  int
}

// Ref is a 4-byte PC-relative field in Text: its value is S + Add - (P + 4), with S
// the address of Sym and P the address of the field (System V ABI, R_X86_64_PC32).
// An instruction with an immediate behind the field has that accounted for in Add.
type Ref struct {
	Off int
	Sym string
	Add int64
}
