package codegen

import (
	"encoding/hex"
	"errors"
	"io"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/rules/words"
)

// Verification is what the proof says of an ELF file of which nothing else is known.
// Addresses are virtual, sizes and depths in bytes.
type Verification struct {
	Verdict      string        `json:"verdict"`           // proved, or refused
	Refusal      *Refusal      `json:"refusal,omitempty"` // of a refused file, which has no other figures
	Rules        []HeldRule    `json:"rules,omitempty"`
	Entry        uint64        `json:"entry,omitempty"`
	Syscalls     []CallSites   `json:"syscalls,omitempty"`
	Segments     []Segment     `json:"segments,omitempty"`
	Note         *Note         `json:"note,omitempty"`         // what the file says of itself
	Stack        int64         `json:"stack,omitempty"`        // at the deepest
	Worst        *Worst        `json:"worst,omitempty"`        // of a file that is proved
	Kept         []Kept        `json:"kept,omitempty"`         // from request to request, where a process answers several
	Registers    []string      `json:"registers,omitempty"`    // likewise
	Shown        []uint64      `json:"shown,omitempty"`        // addresses of instructions of which clients may get what they read of the environment
	Instructions int           `json:"instructions,omitempty"` // that can be reached
	Interpreted  int           `json:"interpreted,omitempty"`  // by the proof, those of loops more than once
	Explanations []Explanation `json:"explanations,omitempty"`
	Certificate  *Certificate  `json:"certificate,omitempty"` // that was checked
	Uncertified  *Refusal      `json:"uncertified,omitempty"` // why a file that is proved has no certificate
}

// Certificate is what a certificate says of a server. Its worst cases are those of all parts together.
type Certificate struct {
	Size         int64 `json:"size"` // of its file
	Nodes        int   `json:"nodes"`
	Instructions int64 `json:"instructions"` // between two system calls
	Calls        int64 `json:"calls"`        // system calls, from one client to the next or to the end
}

// Worst are worst cases: the instructions of each part of a server between two system
// calls, the system calls for a request, and the requests of a connection; for a child
// whichever route it answers, as all share its code. Calls that a signal interrupts
// (EINTR) do not count.
type Worst struct {
	Boot     int64 `json:"boot"`
	Parent   int64 `json:"parent"`
	Child    int64 `json:"child"`
	Signal   int64 `json:"signal"`
	Calls    int64 `json:"calls"`
	Requests int64 `json:"requests"`
}

// Kept is a variable that requests of a connection hand on to the next one: a place on the
// stack, from rsp at the entry.
type Kept struct {
	Offset int64 `json:"offset"`
	Size   int64 `json:"size"`
}

// HeldRule is a rule that is proved, with what it demands in few words.
type HeldRule struct {
	Rule  string `json:"rule"`
	Short string `json:"short"`
}

// CallSites is a system call with the addresses of its syscall instructions.
type CallSites struct {
	Name   string   `json:"name"`
	Number int      `json:"number"`
	Addrs  []uint64 `json:"addrs"`
}

// Refusal is a rule that is broken, or could not be proved.
type Refusal struct {
	Rule    string       `json:"rule"`
	Addr    uint64       `json:"addr,omitempty"` // 0 where it is the whole file
	Message string       `json:"message"`
	Code    []CodeLine   `json:"code,omitempty"`
	Path    []CodeBranch `json:"path,omitempty"` // branches on a way there, the last one last

	text string
}

// CodeLine is an instruction.
type CodeLine struct {
	Addr  uint64 `json:"addr"`
	Bytes string `json:"bytes"` // hexadecimal
	Text  string `json:"text"`
}

// CodeBranch is a branch on a way, taken or not.
type CodeBranch struct {
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
	Text string `json:"text"`
}

// Explanation is what the proof knows before an instruction.
type Explanation struct {
	Addr uint64     `json:"addr"`
	Code []CodeLine `json:"code"`
	Ways []Known    `json:"ways,omitempty"`
}

// Known is what is known on ways of one kind. Offsets on the stack are from rsp at the
// entry.
type Known struct {
	From    string       `json:"from,omitempty"` // where a way began that a certificate leads along
	Phase   string       `json:"phase"`
	Values  []KnownValue `json:"values,omitempty"`
	Facts   []string     `json:"facts,omitempty"`   // inequalities between values, by a certificate
	Written []string     `json:"written,omitempty"` // ranges of bytes of the stack
}

// KnownValue is a register, or a variable on the stack, with what is known of it.
type KnownValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Rule is a rule that servers have to keep.
type Rule struct{ Name, Short, Says string }

// Rules lists the rules in the order in which they are checked.
func Rules() []Rule {
	var list []Rule
	for _, r := range words.All() {
		list = append(list, Rule{string(r), words.Short(r), words.Says(r)})
	}
	return list
}

// Verify judges the size bytes of an ELF file that r holds. An error is one of r; that
// the file is refused is no error.
func Verify(r io.ReaderAt, size int64) (*Verification, error) {
	return verdict(verify.Check(r, size, verify.Any()))
}

// VerifyCertificate judges it by a certificate, as a file has it, and looks for nothing. An error is also
// that the certificate is none of this file, or malformed.
func VerifyCertificate(r io.ReaderAt, size int64, certificate []byte) (*Verification, error) {
	report, c, err := verify.CheckCertificate(r, size, verify.Any(), certificate)
	v, err := verdict(report, err)
	if err != nil || c == nil {
		return v, err
	}
	v.Worst, v.Certificate = nil, certificateOf(c)
	for _, k := range c.Kept {
		v.Kept = append(v.Kept, Kept{k.Lo, k.Hi - k.Lo})
	}
	return v, nil
}

// Certify is Verify that finds a certificate too. There is none of a file that is refused, or
// Uncertified.
func Certify(r io.ReaderAt, size int64) (*Verification, []byte, error) {
	report, file, c, err := verify.Record(r, size, verify.Any())
	none := (*verify.Uncertified)(nil)
	if errors.As(err, &none) {
		v, err := verdict(report, nil)
		v.Uncertified = refusalOf(none.Why)
		return v, nil, err
	}
	v, err := verdict(report, err)
	if err == nil && c != nil {
		v.Certificate = certificateOf(c)
	}
	return v, file, err
}

func certificateOf(c *verify.Certificate) *Certificate {
	return &Certificate{c.Size, c.Nodes, c.Instructions, c.Calls}
}

// verdict is what a check says.
func verdict(report *verify.Report, err error) (*Verification, error) {
	var broken *verify.Error
	switch {
	case errors.As(err, &broken):
		return &Verification{Verdict: "refused", Refusal: refusalOf(broken)}, nil
	case err != nil:
		return nil, err
	}
	v := &Verification{
		Verdict: "proved", Entry: report.Entry, Stack: report.Stack, Shown: report.Shown,
		Instructions: report.Instructions, Interpreted: report.Work, Note: noteOf(report.Note),
	}
	w := report.Worst
	v.Worst = &Worst{w.Boot.Instructions, w.Parent.Instructions, w.Child.Instructions, w.Handler.Instructions, w.Calls, w.Requests}
	for _, next := range report.Next {
		for _, r := range next.Registers {
			if !slices.Contains(v.Registers, r) {
				v.Registers = append(v.Registers, r)
			}
		}
		for _, k := range next.Variables {
			v.Kept = append(v.Kept, Kept(k))
		}
	}
	for _, rule := range report.Proved {
		v.Rules = append(v.Rules, HeldRule{string(rule), words.Short(rule)})
	}
	for _, c := range report.Syscalls {
		v.Syscalls = append(v.Syscalls, CallSites{c.Name, c.Number, c.Addrs})
	}
	for _, s := range report.Segments {
		v.Segments = append(v.Segments, Segment(s))
	}
	return v, nil
}

// Explain adds to v what is known before the instruction at addr of the file that it
// is about. There is nothing to add to a file whose code could not be followed.
func (v *Verification) Explain(r io.ReaderAt, size int64, addr uint64) error {
	return v.explain(verify.Explain(r, size, verify.Any(), addr))
}

// ExplainCertificate is Explain with what the checker knows by the certificate that v is by.
func (v *Verification) ExplainCertificate(r io.ReaderAt, size int64, certificate []byte, addr uint64) error {
	return v.explain(verify.ExplainCertificate(r, size, verify.Any(), certificate, addr))
}

func (v *Verification) explain(e *verify.Explanation, err error) error {
	if broken := (*verify.Error)(nil); errors.As(err, &broken) {
		return nil
	}
	if err != nil {
		return err
	}
	out := Explanation{Addr: e.Addr, Code: codeLines(e.Code)}
	for _, way := range e.Ways {
		known := Known{From: way.From, Phase: way.Phase, Facts: way.Facts, Written: way.Written}
		for _, value := range way.Values {
			known.Values = append(known.Values, KnownValue(value))
		}
		out.Ways = append(out.Ways, known)
	}
	v.Explanations = append(v.Explanations, out)
	return nil
}

func refusalOf(e *verify.Error) *Refusal {
	r := &Refusal{Rule: string(e.Rule), Addr: e.Addr, Message: e.Msg, Code: codeLines(e.Code), text: e.Error()}
	for _, step := range e.Path {
		r.Path = append(r.Path, CodeBranch(step))
	}
	return r
}

// String is the refusal for people, over several lines.
func (r *Refusal) String() string { return r.text }

func codeLines(code []verify.Line) []CodeLine {
	var lines []CodeLine
	for _, line := range code {
		lines = append(lines, CodeLine{line.Addr, hex.EncodeToString(line.Bytes), line.Text})
	}
	return lines
}
